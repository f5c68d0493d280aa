import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import {
  type RequestIdOptions,
  requestId,
} from "../../src/middleware/request-id.ts";
import { request, TEXT } from "../support/in-process.ts";
import { between } from "./between.ts";

const shown: Application = (environ, startResponse) => {
  startResponse("200 OK", [...TEXT, ["x-request-id", "its own"]]);
  return `${environ["request.id"] ?? environ["my.id"]}`;
};

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe("requestId", () => {
  const cases: [
    name: string,
    options: RequestIdOptions,
    variables: Record<string, string>,
    id: string | RegExp,
  ][] = [
    ["makes one", {}, {}, UUID],
    [
      "takes that of Apache's mod_unique_id",
      { trust: true },
      { UNIQUE_ID: "aR7@x-1", HTTP_X_REQUEST_ID: "abc" },
      "aR7@x-1",
    ],
    ["ignores the client's", {}, { HTTP_X_REQUEST_ID: "abc" }, UUID],
    [
      "takes a proxy's where told to",
      { trust: true },
      { HTTP_X_REQUEST_ID: "abc-1.2" },
      "abc-1.2",
    ],
    [
      "ignores one that could forge a line of a log",
      { trust: true },
      { HTTP_X_REQUEST_ID: 'a" 200' },
      UUID,
    ],
    [
      "ignores one that is too long",
      { trust: true },
      { HTTP_X_REQUEST_ID: "a".repeat(201) },
      UUID,
    ],
    [
      "ignores an empty one",
      { trust: true },
      { UNIQUE_ID: "", HTTP_X_REQUEST_ID: "" },
      UUID,
    ],
  ];
  for (const [name, options, variables, id] of cases) {
    test(`G5.10 ${name}`, async () => {
      const answer = await request(between(requestId(options), shown), {
        variables,
      });
      if (typeof id === "string") assert.equal(answer.text, id);
      else assert.match(answer.text, id);
      assert.equal(answer.header("X-Request-ID"), answer.text);
    });
  }

  test("makes another for each request", async () => {
    const application = requestId()(shown);
    const first = await request(application);
    const second = await request(application);
    assert.notEqual(first.text, second.text);
  });

  test("uses the header and the key it is told", async () => {
    const options = { header: "X-Trace", key: "my.id", trust: true } as const;
    const answer = await request(between(requestId(options), shown), {
      headers: [["X-Trace", "t1"]],
    });
    assert.equal(answer.text, "t1");
    assert.equal(answer.header("X-Trace"), "t1");
    assert.equal(answer.header("X-Request-ID"), "its own");
  });

  for (const options of [
    { header: "X Request" },
    { header: "" },
    { key: "id" },
    { key: "tsgi.id" },
  ]) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => requestId(options as RequestIdOptions), {
        code: "CONFIG",
      });
    });
  }
});
