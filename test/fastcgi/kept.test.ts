import assert from "node:assert/strict";
import { test } from "node:test";
import { costOf, kept } from "../../src/fastcgi/kept.ts";

test("kept copies a small part of a large read, and nothing else", () => {
  const read = Buffer.from(new Uint8Array(65_536).fill(7).buffer);
  const small = read.subarray(100, 200);
  const copy = kept(small);
  assert.deepEqual(copy, small);
  assert.notEqual(copy.buffer, read.buffer);
  const large = read.subarray(100, 20_000);
  assert.equal(kept(large), large);
  assert.equal(kept(read), read);
});

test("costOf counts many small pieces for what they take", () => {
  assert.equal(costOf(Buffer.alloc(1)), 128);
  assert.equal(costOf(Buffer.alloc(128)), 128);
  assert.equal(costOf(Buffer.alloc(5000)), 5000);
});
