// Sums of requests, which add up over processes that are and that were.
import { DURATION_BOUNDS, type RequestTotals } from "./figures.ts";

/** Classes of status there are: none, and 1xx to 5xx. */
export const CLASSES = 6;

/** Of nobody. */
export function noTotals(): RequestTotals {
  return {
    total: 0,
    byClass: zeros(CLASSES),
    failed: 0,
    aborted: 0,
    refused: 0,
    bytesSent: 0,
    durations: { buckets: zeros(DURATION_BOUNDS.length + 1), sum: 0 },
  };
}

/** All of them in one. */
export function mergeTotals(all: readonly RequestTotals[]): RequestTotals {
  return all.reduce(add, noTotals());
}

/** The bucket of {@link DURATION_BOUNDS} a request belongs to. */
export function bucketOf(durationMs: number): number {
  let bucket = 0;
  for (const bound of DURATION_BOUNDS) {
    if (durationMs <= bound) return bucket;
    bucket++;
  }
  return bucket;
}

/**
 * Milliseconds within which that part of the requests were answered, as exactly as buckets can tell; undefined
 * where there were none, infinite where that is more than the last bound.
 */
export function quantile(
  { durations: { buckets } }: RequestTotals,
  part: number,
): number | undefined {
  const count = buckets.reduce((sum, each) => sum + each, 0);
  if (count === 0) return undefined;
  const wanted = count * part;
  let before = 0;
  for (const [bucket, inside] of buckets.entries()) {
    const low = DURATION_BOUNDS[bucket - 1] ?? 0;
    const high = DURATION_BOUNDS[bucket] ?? Number.POSITIVE_INFINITY;
    if (inside > 0 && before + inside >= wanted) {
      if (high === Number.POSITIVE_INFINITY) return high;
      return low + ((high - low) * (wanted - before)) / inside;
    }
    before += inside;
  }
  return undefined;
}

function add(one: RequestTotals, other: RequestTotals): RequestTotals {
  return {
    total: one.total + other.total,
    byClass: addEach(one.byClass, other.byClass),
    failed: one.failed + other.failed,
    aborted: one.aborted + other.aborted,
    refused: one.refused + other.refused,
    bytesSent: one.bytesSent + other.bytesSent,
    durations: {
      buckets: addEach(one.durations.buckets, other.durations.buckets),
      sum: one.durations.sum + other.durations.sum,
    },
  };
}

function addEach(one: readonly number[], other: readonly number[]): number[] {
  return one.map((value, at) => value + (other[at] ?? 0));
}

function zeros(length: number): number[] {
  return new Array<number>(length).fill(0);
}
