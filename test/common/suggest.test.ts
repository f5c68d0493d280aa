import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestion } from "../../src/common/suggest.ts";

const names = ["maxBody", "maxParams", "mount", "socket"];

for (const [typo, expected] of [
  ["maxbody", " (did you mean maxBody?)"],
  ["maxBdoy", " (did you mean maxBody?)"],
  ["mout", " (did you mean mount?)"],
  ["sockets", " (did you mean socket?)"],
  ["workers", ""],
  ["x", ""],
] as const) {
  test(`suggestion for ${typo} is ${expected.trim() || "none"}`, () => {
    assert.equal(suggestion(typo, names), expected);
  });
}

test("suggestion has nothing to say without candidates", () => {
  assert.equal(suggestion("mount", []), "");
});
