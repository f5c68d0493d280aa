import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import { describe, isBytes, toBytes } from "../../src/common/chunk.ts";
import type { Chunk } from "../../src/common/types.ts";

test("toBytes encodes strings as UTF-8, lone surrogates as U+FFFD", () => {
  const encoded = toBytes("\ud800é\n€😀");
  assert.equal(
    Buffer.from(encoded).toString("hex"),
    "efbfbdc3a90ae282acf09f9880",
  );
  assert.equal(toBytes("").length, 0);
});

test("toBytes passes bytes as they are, without a copy", () => {
  const whole = Buffer.from("abcdef");
  const view = whole.subarray(1, 3);
  assert.equal(toBytes(view), view);
});

const foreign: unknown = runInNewContext("Uint8Array.of(65, 66)");

test("isBytes knows bytes of another realm, and no other view", () => {
  assert.equal(isBytes(Buffer.from("x")), true);
  assert.equal(isBytes(foreign), true);
  assert.equal(toBytes(foreign as Uint8Array), foreign);
  const others = [
    Uint8ClampedArray.of(1),
    Int8Array.of(1),
    Uint16Array.of(1),
    new DataView(new ArrayBuffer(1)),
    new ArrayBuffer(1),
    [65],
    "x",
    null,
    undefined,
  ];
  for (const value of others) assert.equal(isBytes(value), false);
});

const revoked = Proxy.revocable({}, {});
revoked.revoke();
const named: Record<string, unknown> = {
  null: null,
  undefined,
  "a number": 1,
  "a boolean": false,
  "a bigint": 1n,
  "a symbol": Symbol("secret"),
  "a function": () => "secret",
  "an object (Object)": { secret: 1 },
  "an object (Array)": ["secret"],
  "an object (Map)": new Map(),
  "an object (Uint16Array)": Uint16Array.of(1),
  "an object": revoked.proxy,
};
for (const [name, value] of Object.entries(named)) {
  test(`describe and toBytes name ${name}`, () => {
    assert.equal(describe(value), name);
    if (name === "an object") return;
    assert.throws(() => toBytes(value as Chunk), {
      code: "BODY",
      message: `Cannot send ${name} as a chunk: it is neither a string nor a Uint8Array`,
    });
  });
}

test("describe survives an object that throws when it is asked for its kind", () => {
  const hostile = {
    get [Symbol.toStringTag](): string {
      throw new Error("no");
    },
  };
  assert.equal(describe(hostile), "an object");
});
