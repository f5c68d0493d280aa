// What the server itself writes to the log of a request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestLog } from "../../src/common/request-log.ts";
import {
  inProcessSettings,
  MemoryErrors,
  request,
} from "../support/in-process.ts";

const NASTY = "/a\n tsgi: forged\r\x1b[31mred\x9b1m\x7f\0é";
const ESCAPED = "/a\\x0a tsgi: forged\\x0d\\x1b[31mred\\x9b1m\\x7f\\x00é";

test("D1.15 a request's target cannot forge a line or drive a terminal", () => {
  const errors = new MemoryErrors();
  const variables = { REQUEST_METHOD: "G\nET", REQUEST_URI: NASTY };
  const log = new RequestLog(errors, variables, new Set());
  log.warning("odd");
  log.failure("x", "trouble");
  assert.equal(
    errors.text,
    `tsgi: warning: G\\x0aET ${ESCAPED}: odd\ntsgi: trouble: G\\x0aET ${ESCAPED}: 'x'\n`,
  );
});

test("D1.15 an error's message cannot forge a line or drive a terminal", async () => {
  const answer = await request(() => {
    throw Object.assign(new Error("no"), {
      stack: `Error: ${NASTY}\n    at here`,
    });
  });
  const [first = "", second = "", ...rest] = answer.errors.split("\n");
  assert.match(first, /Error: \/a$/);
  assert.equal(second, `  ${ESCAPED.slice("/a\\x0a".length)}`);
  assert.deepEqual(rest, ["      at here", ""]);
});

test("D1.15 a bad request is named as far as it is known", async () => {
  const answer = await request(() => [], {
    variables: {
      REQUEST_METHOD: undefined,
      REQUEST_URI: undefined,
      PATH_INFO: "/b\x07",
    },
  });
  assert.match(
    answer.errors,
    /^tsgi: incident \w+: \? \/b\\x07: BAD_REQUEST: /,
  );
});

test("RequestLog names the request as it came, whatever the application does to its environ", async () => {
  const answer = await request(
    (environ) => {
      environ.REQUEST_METHOD = "SECRET";
      environ.REQUEST_URI = "/elsewhere";
      throw new Error("x");
    },
    { method: "PUT", target: "/here?a=b" },
  );
  assert.match(answer.errors, /^tsgi: incident \w+: PUT \/here\?a=b: Error: x/);
});

test("RequestLog warns once for all requests of a server", async () => {
  const settings = inProcessSettings();
  const told: string[] = [];
  for (const target of ["/a", "/b", "/c"]) {
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", []);
        return "x";
      },
      { settings, target },
    );
    told.push(answer.errors);
  }
  assert.deepEqual(told, [
    "tsgi: warning: GET /a: a response with a body has no Content-Type\n",
    "",
    "",
  ]);
});
