import assert from "node:assert/strict";
import { test } from "node:test";
import {
  afterEarlyDeath,
  type BackOff,
  forgiven,
  NO_BACK_OFF,
} from "../../src/supervisor/back-off.ts";

function after(deaths: number, now = 0): BackOff {
  let backOff = NO_BACK_OFF;
  for (let death = 0; death < deaths; death++) {
    backOff = afterEarlyDeath(backOff, now);
  }
  return backOff;
}

const waits: [deaths: number, wait: number][] = [
  [1, 0],
  [2, 0],
  [3, 1_000],
  [4, 2_000],
  [5, 4_000],
  [7, 16_000],
  [8, 30_000],
  [2_000, 30_000],
];

for (const [deaths, wait] of waits) {
  test(`after ${deaths} early deaths the next start waits ${wait} ms`, () => {
    assert.equal(after(deaths, 500).until, 500 + wait);
  });
}

const pardons: [
  what: string,
  starts: number[],
  now: number,
  isWell: boolean,
][] = [
  ["one started since has grown old", [1_000, 5_000], 15_000, true],
  ["nobody is old enough", [5_000], 14_999, false],
  ["the old one was there before", [400], 60_000, false],
  ["nobody serves", [], 60_000, false],
];

for (const [what, starts, now, isWell] of pardons) {
  test(`early deaths are ${isWell ? "" : "not "}forgotten where ${what}`, () => {
    const backOff = after(5, 500);
    const expected = isWell ? NO_BACK_OFF : backOff;
    assert.deepEqual(forgiven(backOff, starts, now), expected);
  });
}
