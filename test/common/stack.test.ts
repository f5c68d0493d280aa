// Which frames of an application's failure the log shows.
import assert from "node:assert/strict";
import { test } from "node:test";
import { inspect } from "node:util";
import { applicationFrames } from "../../src/common/stack.ts";
import { request, TEXT } from "../support/in-process.ts";

test("describeError names the application's line, and no line of ours or of Node's inside", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", [["X-A", "a\nb"]]);
    return "";
  });
  assert.match(answer.errors, /HEADER/);
  assert.match(answer.errors, /stack\.test\.ts:\d+:\d+/);
  assert.doesNotMatch(answer.errors, /\/src\/|node:/);
});

test("applicationFrames keeps what an error has besides its stack", () => {
  const cause = Object.assign(new Error("inner"), { code: "INNER" });
  const error = Object.assign(new Error("outer", { cause }), { code: "OUTER" });
  const text = applicationFrames(inspect(error));
  for (const part of ["outer", "inner", "OUTER", "INNER", "stack.test.ts"]) {
    assert.ok(text.includes(part), part);
  }
  assert.equal(text.split("{").length, text.split("}").length);
});

test("applicationFrames leaves a stack alone that has no other frame", () => {
  const text = "Error: x\n    at node:internal/a:1:1 {\n  code: 1\n}";
  assert.equal(applicationFrames(text), text);
});

test("describeError shows a failure in a body that is iterated", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    // biome-ignore lint/correctness/useYield: it fails before.
    return (function* () {
      throw new Error("told");
    })();
  });
  assert.match(answer.errors, /Error: told\n.*stack\.test\.ts:\d+/);
});
