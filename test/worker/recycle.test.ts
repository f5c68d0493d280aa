import assert from "node:assert/strict";
import { test } from "node:test";
import {
  drawLimits,
  type RecycleLimits,
  recycle,
  requestsUntilLook,
  type Spent,
  type Verdict,
} from "../../src/worker/recycle.ts";

const MIB = 1_048_576;
const NO_LIMITS: RecycleLimits = { requests: 0, memory: 0, ageMs: 0 };
const FRESH: Spent = { requests: 1, memory: 50, ageMs: 1 };

const cases: readonly (readonly [
  name: string,
  spent: Partial<Spent>,
  limits: Partial<RecycleLimits>,
  verdict: Verdict | undefined,
])[] = [
  [
    "no process where there is no limit",
    { requests: 1e9, memory: 1e12, ageMs: 1e12 },
    {},
    undefined,
  ],
  [
    "no process below its limits",
    { requests: 9, memory: 89, ageMs: 9 },
    { requests: 10, memory: 100, ageMs: 10 },
    undefined,
  ],
  [
    "one that has served its requests",
    { requests: 10 },
    { requests: 10 },
    { reason: "max-requests", urgent: false },
  ],
  [
    "one that is old enough",
    { ageMs: 10 },
    { ageMs: 10 },
    { reason: "max-age", urgent: false },
  ],
  [
    "one near its memory, in time",
    { memory: 90 },
    { memory: 100 },
    { reason: "max-memory", urgent: false },
  ],
  [
    "one at its memory, at once",
    { memory: 100 },
    { memory: 100 },
    { reason: "max-memory", urgent: true },
  ],
  [
    "for its memory first",
    { requests: 10, memory: 100, ageMs: 10 },
    { requests: 10, memory: 100, ageMs: 10 },
    { reason: "max-memory", urgent: true },
  ],
];

for (const [name, spent, limits, verdict] of cases) {
  test(`recycle replaces ${name}`, () => {
    const actual = recycle({ ...FRESH, ...spent }, { ...NO_LIMITS, ...limits });
    assert.deepEqual(actual, verdict);
  });
}

const drawn: readonly (readonly [
  jitter: number,
  random: number,
  expected: RecycleLimits,
])[] = [
  [0.1, 0, { requests: 1000, memory: 200, ageMs: 50 }],
  [0.1, 0.5, { requests: 950, memory: 190, ageMs: 48 }],
  [0.1, 1, { requests: 900, memory: 180, ageMs: 45 }],
  [0, 1, { requests: 1000, memory: 200, ageMs: 50 }],
  [1, 1, { requests: 1, memory: 1, ageMs: 1 }],
];

for (const [jitter, random, expected] of drawn) {
  test(`drawLimits draws at most ${jitter} below, for a random ${random}`, () => {
    const limits = { requests: 1000, memory: 200, ageMs: 50 };
    assert.deepEqual(
      drawLimits(limits, jitter, () => random),
      expected,
    );
  });
}

test("drawLimits leaves what is no limit", () => {
  assert.deepEqual(
    drawLimits(NO_LIMITS, 1, () => 1),
    NO_LIMITS,
  );
});

const looks: readonly (readonly [
  left: number,
  growth: number,
  expected: number,
])[] = [
  [10_000 * MIB, 0, 1_000],
  [100 * MIB, 0, 50],
  [100 * MIB, -5, 50],
  [100 * MIB, 1_000, 50],
  [100 * MIB, 5 * MIB, 10],
  [100 * MIB, 200 * MIB, 1],
  [0, 1_000, 1],
  [-1_000, 1_000, 1],
];

for (const [left, growth, expected] of looks) {
  test(`requestsUntilLook waits for ${expected} requests with ${left} bytes left and ${growth} for each`, () => {
    assert.equal(requestsUntilLook(left, growth), expected);
  });
}
