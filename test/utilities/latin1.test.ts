import assert from "node:assert/strict";
import { test } from "node:test";
import { bytesToLatin1, latin1ToBytes } from "../../src/index.ts";

test("G2.01 latin1ToBytes and bytesToLatin1 keep every byte", () => {
  const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const text = bytesToLatin1(all);
  assert.equal(text.length, 256);
  assert.deepEqual(new Uint8Array(latin1ToBytes(text)), all);
  assert.equal(bytesToLatin1(all.subarray(65, 67)), "AB");
});

test("G2.01 latin1ToBytes refuses what is above U+00FF", () => {
  for (const text of ["\u0100", "a\u010d\u010a", "\u{1f600}"]) {
    assert.throws(() => latin1ToBytes(text), { code: "ARGUMENT" });
  }
});
