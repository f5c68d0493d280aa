import assert from "node:assert/strict";
import { test } from "node:test";
import {
  cutAt,
  hex,
  inPieces,
  inRandomPieces,
  seededRandom,
  show,
} from "./wire.ts";

const wire = hex(
  "01 05 0001 0003 05 00",
  "'abc'",
  "de ad be ef 00",
  "01 09 0000 0002 00 00",
  "00 ff",
  "01 05 00",
);

test("show prints a record a line, as hex reads them", () => {
  assert.equal(
    show(wire),
    "01 05 0001 0003 05 00 'abc' de ad be ef 00\n01 09 0000 0002 00 00 00 ff\n01 05 00",
  );
});

test("hex refuses what is neither digits nor quoted", () => {
  assert.throws(() => hex("01 5"), /not hexadecimal/);
  assert.throws(() => hex("'abc"), /not hexadecimal/);
});

test("inPieces, cutAt and inRandomPieces lose nothing and keep the order", () => {
  for (const pieces of [
    inPieces(wire, 4),
    cutAt(wire, [5, 1, 1000, 5]),
    inRandomPieces(wire, seededRandom(1)),
  ]) {
    assert.ok(pieces.length > 1);
    assert.deepEqual(Buffer.concat(pieces), wire);
  }
});

test("seededRandom repeats itself for a seed and only for it", () => {
  const numbers = (seed: number) =>
    Array.from({ length: 8 }, seededRandom(seed));
  assert.deepEqual(numbers(7), numbers(7));
  assert.notDeepEqual(numbers(7), numbers(8));
  assert.ok(numbers(7).every((number) => number >= 0 && number < 1));
});
