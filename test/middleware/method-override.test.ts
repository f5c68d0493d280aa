import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import {
  type MethodOverrideOptions,
  methodOverride,
} from "../../src/middleware/method-override.ts";
import {
  BodyFeed,
  begin,
  type InProcessRequest,
  request,
  TEXT,
} from "../support/in-process.ts";
import { between } from "./between.ts";

const shown: Application = async (environ, startResponse) => {
  const body = await environ["tsgi.input"].read();
  startResponse("200 OK", TEXT);
  const original = environ["method_override.original"] ?? "none";
  return `${environ.REQUEST_METHOD} ${original} ${Buffer.from(body)}`;
};

const FORM: [string, string] = [
  "Content-Type",
  "application/x-www-form-urlencoded; charset=utf-8",
];
const DELETE: [string, string] = ["X-HTTP-Method-Override", "DELETE"];
const field = "_method";

describe("G4.08 methodOverride", () => {
  const cases: [
    name: string,
    options: MethodOverrideOptions,
    init: InProcessRequest,
    expected: string,
  ][] = [
    ["the header", {}, { method: "POST", headers: [DELETE] }, "DELETE POST "],
    [
      "the header in small letters",
      {},
      { method: "POST", headers: [["X-HTTP-Method-Override", " put "]] },
      "PUT POST ",
    ],
    ["not by GET", {}, { method: "GET", headers: [DELETE] }, "GET none "],
    ["not by PUT", {}, { method: "PUT", headers: [DELETE] }, "PUT none "],
    [
      "not to what it may not be",
      {},
      { method: "POST", headers: [["X-HTTP-Method-Override", "CONNECT"]] },
      "POST none ",
    ],
    [
      "to what it is told it may be",
      { methods: ["PURGE"] },
      { method: "POST", headers: [["X-HTTP-Method-Override", "PURGE"]] },
      "PURGE POST ",
    ],
    [
      "another header",
      { header: "X-Method" },
      { method: "POST", headers: [["X-Method", "PATCH"], DELETE] },
      "PATCH POST ",
    ],
    [
      "a form, which can be read again",
      { field },
      { method: "POST", headers: [FORM], body: "a=%C3%A4&_method=delete" },
      "DELETE POST a=%C3%A4&_method=delete",
    ],
    [
      "the header before a form",
      { field },
      { method: "POST", headers: [FORM, DELETE], body: "_method=PUT" },
      "DELETE POST _method=PUT",
    ],
    [
      "a form without the field",
      { field },
      { method: "POST", headers: [FORM], body: "a=1" },
      "POST none a=1",
    ],
    [
      "no form unless told to",
      {},
      { method: "POST", headers: [FORM], body: "_method=PUT" },
      "POST none _method=PUT",
    ],
    [
      "no other type",
      { field },
      {
        method: "POST",
        headers: [["Content-Type", "text/plain"]],
        body: "_method=PUT",
      },
      "POST none _method=PUT",
    ],
    [
      "no form that is too long",
      { field, maxFormBytes: 10 },
      { method: "POST", headers: [FORM], body: "_method=PUT" },
      "POST none _method=PUT",
    ],
  ];
  for (const [name, options, init, expected] of cases) {
    test(`G4.08 methodOverride heeds ${name}`, async () => {
      const wrapped = between(methodOverride(options), shown);
      const answer = await request(wrapped, init);
      assert.equal(answer.text, expected, answer.errors);
    });
  }

  test("methodOverride waits for no form whose length is not known", async () => {
    const body = new BodyFeed();
    const answer = begin(
      methodOverride({ field })(async (environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return environ.REQUEST_METHOD;
      }),
      { method: "POST", headers: [FORM], body },
    );
    await answer.ended;
    assert.equal(answer.text, "POST");
  });

  test("methodOverride leaves a form that breaks off to be answered with 400", async () => {
    const body = new BodyFeed();
    body.push("_method=P");
    body.end();
    const answer = await request(methodOverride({ field })(shown), {
      method: "POST",
      headers: [FORM],
      variables: { CONTENT_LENGTH: "11" },
      body,
    });
    assert.equal(answer.status, "400 Bad Request");
  });

  for (const options of [
    { header: "a b" },
    { methods: ["A B"] },
    { methods: [1] },
    { maxFormBytes: -1 },
  ]) {
    test(`methodOverride refuses ${JSON.stringify(options)}`, () => {
      const wrong = options as unknown as MethodOverrideOptions;
      assert.throws(() => methodOverride(wrong), { code: "CONFIG" });
    });
  }
});
