import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionLimit } from "../../src/cli/serving/connection-limit.ts";

for (const [asked, openFiles, expected] of [
  [10_000, undefined, 10_000],
  [10_000, 1_048_576, 10_000],
  [10_000, 4_096, 3_072],
  [10_000, 1_024, 768],
  [100, 1_024, 100],
  [10_000, 200, 136],
  [10_000, 40, 1],
] as const) {
  test(`connectionLimit makes ${expected} of ${asked}, with ${openFiles ?? "any number of"} descriptors`, () => {
    const { maxConnections, note } = connectionLimit(asked, openFiles);
    assert.equal(maxConnections, expected);
    assert.equal(note === undefined, expected === asked);
  });
}
