import assert from "node:assert/strict";
import { test } from "node:test";
import { difference } from "../../src/init/diff.ts";

for (const [name, before, after, shown] of [
  ["nothing where nothing changes", "a\nb", "a\nb", ""],
  ["a line that is replaced", "a\nb\nc", "a\nx\nc", "  a\n- b\n+ x\n  c\n"],
  [
    "lines around a change, and a gap",
    "1\n2\n3\n4\n5\n6\n7\n8",
    "1\n2\n3\n4\n5\n6\n7\nx",
    "  …\n  6\n  7\n- 8\n+ x\n",
  ],
  ["a new beginning", "b", "a\nb", "+ a\n  b\n"],
  ["an end that is gone", "a\nb", "a", "  a\n- b\n"],
] as const) {
  test(`difference shows ${name}`, () => {
    assert.equal(difference(before, after), shown);
  });
}

test("difference tells only the size of a large file", () => {
  assert.equal(difference("a\n".repeat(3000), "b"), "  3001 lines become 1\n");
});
