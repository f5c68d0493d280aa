import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { withRequestIds } from "../../src/insight/request-ids.ts";
import { client } from "../../src/testing/client.ts";
import { TEXT } from "../support/in-process.ts";

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/;

const showing: Application = (environ, startResponse) => {
  startResponse("200 OK", [...TEXT, ["x-request-id", "the application's"]]);
  return String(environ["request.id"]);
};

const cases: [variables: Readonly<Record<string, string>>, id: RegExp][] = [
  [{}, UUID],
  [{ HTTP_X_REQUEST_ID: "abc-1" }, /^abc-1$/],
  [{ UNIQUE_ID: "Z0x@-", HTTP_X_REQUEST_ID: "abc-1" }, /^Z0x@-$/],
  [{ HTTP_X_REQUEST_ID: "" }, UUID],
  [{ HTTP_X_REQUEST_ID: "a b" }, UUID],
  [{ HTTP_X_REQUEST_ID: 'a"\n' }, UUID],
  [{ HTTP_X_REQUEST_ID: "x".repeat(201) }, UUID],
];
for (const [variables, id] of cases) {
  test(`withRequestIds names a request with ${JSON.stringify(variables).slice(0, 60)}`, async () => {
    const one = client(withRequestIds(showing));
    const answer = await one.get("/", { variables });
    assert.match(answer.text, id);
    assert.deepEqual(answer.all("X-Request-ID"), [answer.text]);
  });
}

test("withRequestIds leaves wrong headers to those who check them", async () => {
  for (const headers of [undefined, 5, [null], ["x"]]) {
    const application = withRequestIds((_environ, startResponse) => {
      startResponse("200 OK", headers as never);
      return "a";
    });
    const answer = await client(application).get("/");
    assert.match(answer.errors, /HEADER/);
  }
});

test("withRequestIds puts the id into the lines of a failure", async () => {
  const failing = withRequestIds(() => {
    throw new Error("broken");
  });
  const variables = { HTTP_X_REQUEST_ID: "abc-1" };
  const answer = await client(failing).get("/x", { variables });
  assert.match(answer.errors, /incident \w+: GET \/x \(abc-1\): Error: broken/);
});
