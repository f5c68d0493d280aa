import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TsgiError } from "../../src/common/errors.ts";
import { decodePairs, encodePairs } from "../../src/fastcgi/params.ts";
import { check } from "../support/property.ts";

type Pair = readonly [name: string, value: string];

const latin1 = (maxLength: number) =>
  fc
    .uint8Array({ maxLength })
    .map((bytes) => Buffer.from(bytes).toString("latin1"));
const name = fc.oneof(
  latin1(140),
  fc.constantFrom("__proto__", "HTTP_COOKIE", "HTTP_A", "HTTP_B", "A", "B", ""),
);
const pairs = fc.array(fc.tuple(name, latin1(300)), { maxLength: 20 });

test("C4.02 C4.05 C4.06 decodePairs gives back what encodePairs was given", (t) => {
  check(
    t,
    fc.property(pairs, (given) => {
      assert.deepEqual(entries(encodePairs(given)), joined(given));
    }),
  );
});

test("C4.03 decodePairs reads lengths of either form", (t) => {
  check(
    t,
    fc.property(pairs, fc.array(fc.boolean()), (given, forms) => {
      const wire = given.flatMap(([key, value], index) => [
        lengthOf(key, forms[2 * index] ?? false),
        lengthOf(value, forms[2 * index + 1] ?? false),
        Buffer.from(key + value, "latin1"),
      ]);
      assert.deepEqual(entries(Buffer.concat(wire)), joined(given));
    }),
  );
});

test("C4.08 D3.07 decodePairs reads or refuses any bytes as the model does", (t) => {
  const cut = fc
    .tuple(pairs, fc.nat())
    .map(([given, at]) => encodePairs(given).subarray(0, at % 200));
  const wire = fc.oneof(fc.uint8Array({ maxLength: 200 }), cut);
  check(
    t,
    fc.property(wire, fc.nat(30), (bytes, maximum) => {
      const expected = model(Buffer.from(bytes), maximum);
      if (typeof expected !== "string") {
        const variables = decodePairs(bytes, maximum);
        assert.deepEqual(Object.entries(variables), joined(expected));
        return;
      }
      assert.throws(
        () => decodePairs(bytes, maximum),
        (error) => TsgiError.is(error) && error.code === expected,
      );
    }),
  );
});

function entries(wire: Uint8Array): [string, unknown][] {
  return Object.entries(decodePairs(wire, 1000));
}

/** What the pairs mean together, in the order in which objects keep their names. */
function joined(given: readonly Pair[]): [string, string][] {
  const values: Record<string, string> = Object.create(null);
  for (const [key, value] of given) {
    if (key === "") continue;
    const separator = key === "HTTP_COOKIE" ? "; " : ", ";
    const before = values[key];
    values[key] =
      key.startsWith("HTTP_") && before !== undefined
        ? before + separator + value
        : value;
  }
  return Object.entries(values);
}

function lengthOf(text: string, long: boolean): Uint8Array {
  const { length } = text;
  if (length < 128 && !long) return Uint8Array.of(length);
  return Uint8Array.of(128, 0, length >> 8, length & 255);
}

/** FastCGI 1.0, section 3.4: pairs, or the code of a refusal. */
function model(bytes: Buffer, maximum: number): Pair[] | string {
  const found: Pair[] = [];
  let at = 0;
  const length = () => {
    if (at >= bytes.length) return Number.NaN;
    const isLong = bytes.readUInt8(at) >= 128;
    if (isLong && at + 4 > bytes.length) return Number.NaN;
    const value = isLong
      ? Number(BigInt(bytes.readUInt32BE(at)) & 0x7fffffffn)
      : bytes.readUInt8(at);
    at += isLong ? 4 : 1;
    return value;
  };
  while (at < bytes.length) {
    const end = [length(), length()] as const;
    const size = end[0] + end[1];
    if (Number.isNaN(size) || at + size > bytes.length) return "PROTOCOL";
    if (found.length === maximum) return "LIMIT";
    const text = bytes.toString("latin1", at, at + size);
    found.push([text.slice(0, end[0]), text.slice(end[0])]);
    at += size;
  }
  return found;
}
