import assert from "node:assert/strict";
import { test } from "node:test";
import {
  DURATION_BOUNDS,
  type RequestTotals,
} from "../../src/insight/figures.ts";
import {
  bucketOf,
  mergeTotals,
  noTotals,
  quantile,
} from "../../src/insight/totals.ts";

/** Totals of requests that took so many milliseconds. */
function took(...durations: number[]): RequestTotals {
  const buckets = [...noTotals().durations.buckets];
  for (const each of durations) {
    const at = bucketOf(each);
    buckets[at] = (buckets[at] ?? 0) + 1;
  }
  const sum = durations.reduce((total, each) => total + each, 0);
  return {
    ...noTotals(),
    total: durations.length,
    byClass: [0, 0, durations.length, 0, 0, 0],
    durations: { buckets, sum },
  };
}

test("bucketOf takes a bound for the last of its bucket", () => {
  const cases = [
    [0, 0],
    [1, 0],
    [1.01, 1],
    [10_000, DURATION_BOUNDS.length - 1],
    [10_001, DURATION_BOUNDS.length],
  ] as const;
  for (const [duration, bucket] of cases) {
    assert.equal(bucketOf(duration), bucket, `${duration} ms`);
  }
});

test("mergeTotals adds every field, and nothing is nothing", () => {
  assert.deepEqual(mergeTotals([]), noTotals());
  const one: RequestTotals = {
    ...took(1, 40),
    failed: 1,
    aborted: 2,
    refused: 3,
    bytesSent: 4,
  };
  const sum = mergeTotals([one, took(50_000), one]);
  assert.deepEqual(
    { ...sum, durations: sum.durations.sum },
    {
      total: 5,
      byClass: [0, 0, 5, 0, 0, 0],
      failed: 2,
      aborted: 4,
      refused: 6,
      bytesSent: 8,
      durations: 50_082,
    },
  );
  const { buckets } = sum.durations;
  assert.deepEqual(buckets, [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 1]);
});

test("quantile tells within which time a part of the requests was answered", () => {
  assert.equal(quantile(noTotals(), 0.5), undefined);
  assert.equal(quantile(took(0.1, 0.2), 0.5), 0.5);
  assert.equal(quantile(took(...new Array(100).fill(30)), 0.99), 49.75);
  assert.equal(quantile(took(1, 20_000), 0.99), Number.POSITIVE_INFINITY);
});
