import assert from "node:assert/strict";
import { test } from "node:test";
import { nextSize, type PoolSize } from "../../src/supervisor/pool-size.ts";

const LIMITS = { minimum: 1, maximum: 4, shrinkAfterMs: 60_000 };

/** The size after each second, where all workers are that busy, each for so many seconds. */
function sizes(
  start: number,
  times: readonly (readonly [
    seconds: number,
    utilization: number,
    queued?: number,
  ])[],
  limits = LIMITS,
): number[] {
  let size: PoolSize = { target: start, since: {} };
  let now = 0;
  return times.map(([seconds, utilization, queued = 0]) => {
    for (let second = 0; second < seconds; second++, now += 1_000) {
      const utilizations = new Array(size.target).fill(utilization);
      size = nextSize(size, { utilizations, queued }, limits, now);
    }
    return size.target;
  });
}

const cases: [does: string, actual: number[], expected: number[]][] = [
  [
    "grows by one after two busy seconds",
    sizes(1, [
      [2, 0.9],
      [1, 0.9],
    ]),
    [1, 2],
  ],
  ["grows up to the maximum", sizes(1, [[60, 0.9]]), [4]],
  [
    "grows where requests wait, though nothing computes",
    sizes(1, [[3, 0.1, 5]]),
    [2],
  ],
  [
    "does not grow for one busy second",
    sizes(1, [
      [2, 0.9],
      [1, 0.5],
      [2, 0.9],
    ]),
    [1, 1, 1],
  ],
  [
    "shrinks by one after long idleness",
    sizes(4, [
      [60, 0.1],
      [1, 0.1],
    ]),
    [4, 3],
  ],
  ["shrinks down to the minimum", sizes(4, [[600, 0]]), [1]],
  [
    "begins anew to wait when there was something to do",
    sizes(4, [
      [50, 0],
      [1, 0.5],
      [50, 0],
    ]),
    [4, 4, 4],
  ],
  ["stays where the rest would have enough to do", sizes(2, [[600, 0.2]]), [2]],
  [
    "keeps a fixed number",
    sizes(
      2,
      [
        [60, 1],
        [600, 0],
      ],
      { ...LIMITS, minimum: 2, maximum: 2 },
    ),
    [2, 2],
  ],
  ["obeys new limits at once", sizes(9, [[1, 0.5]]), [4]],
];

for (const [does, actual, expected] of cases) {
  test(`a pool ${does}`, () => assert.deepEqual(actual, expected));
}

test("a pool does not change while workers are on their way", () => {
  const size = { target: 3, since: { busy: 0 } };
  const sample = { utilizations: [1, 1], queued: 9 };
  assert.equal(nextSize(size, sample, LIMITS, 100_000).target, 3);
});
