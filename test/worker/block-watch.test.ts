import assert from "node:assert/strict";
import { test } from "node:test";
import {
  BlockClock,
  type BlockPhase,
  type BlockStep,
  blockStep,
  intervalOf,
} from "../../src/worker/block-watch.ts";

const BOTH = { slowMs: 2_000, blockTimeoutMs: 30_000 };
const SLOW_ONLY = { slowMs: 2_000, blockTimeoutMs: 0 };
const END_ONLY = { slowMs: 0, blockTimeoutMs: 3_000 };

const steps: readonly (readonly [
  limits: typeof BOTH,
  phase: BlockPhase,
  blockedMs: number,
  step: BlockStep,
])[] = [
  [BOTH, "watching", 1_999, "wait"],
  [BOTH, "watching", 2_000, "ask"],
  [BOTH, "asked", 2_999, "wait"],
  [BOTH, "asked", 3_000, "call it silent"],
  [BOTH, "silent", 29_999, "wait"],
  [BOTH, "silent", 30_000, "end the process"],
  [BOTH, "told", 29_999, "wait"],
  [BOTH, "told", 30_000, "end the process"],
  [SLOW_ONLY, "told", 1e9, "wait"],
  [SLOW_ONLY, "silent", 1e9, "wait"],
  // Nobody is ended without a word of where it was.
  [END_ONLY, "watching", 2_999, "wait"],
  [END_ONLY, "watching", 3_000, "ask"],
  [END_ONLY, "asked", 3_500, "wait"],
  [END_ONLY, "asked", 4_000, "call it silent"],
  [END_ONLY, "silent", 4_000, "end the process"],
  [END_ONLY, "told", 3_100, "end the process"],
];

for (const [limits, phase, blockedMs, step] of steps) {
  const { slowMs, blockTimeoutMs } = limits;
  test(`blockStep: ${phase}, blocked for ${blockedMs} of ${slowMs} and ${blockTimeoutMs} ms: ${step}`, () => {
    assert.equal(blockStep(phase, blockedMs, limits), step);
  });
}

for (const [slowMs, blockTimeoutMs, expected] of [
  [2_000, 30_000, 500],
  [400, 30_000, 100],
  [0, 30_000, 500],
  [0, 100, 25],
  [1, 0, 10],
] as const) {
  test(`intervalOf is ${expected} ms for ${slowMs} and ${blockTimeoutMs} ms`, () => {
    assert.equal(intervalOf({ slowMs, blockTimeoutMs }), expected);
  });
}

test("BlockClock counts while there is no sign of life, and begins anew with one", () => {
  const clock = new BlockClock(100);
  const readings = [
    [1, 0],
    [1, 100],
    [1, 210],
    [2, 310],
    [2, 410],
  ].map(([beats = 0, now = 0]) => clock.tick(beats, now));
  assert.deepEqual(readings, [0, 100, 210, 0, 100]);
});

test("BlockClock stands while the whole process does", () => {
  const clock = new BlockClock(100);
  clock.tick(1, 0);
  clock.tick(1, 100);
  // An hour of sleep, and then the main thread has not had its turn yet.
  assert.equal(clock.tick(1, 3_600_000), 300);
  assert.equal(clock.tick(2, 3_600_100), 0);
});
