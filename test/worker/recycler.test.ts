import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { TsgiError, type TsgiErrorCode } from "../../src/common/errors.ts";
import type { ObservedRequest } from "../../src/common/observer.ts";
import type { RecycleLimits } from "../../src/worker/recycle.ts";
import { Recycler } from "../../src/worker/recycler.ts";

const MIB = 1_048_576;
const NONE = { requests: 0, memory: 0, ageMs: 0 };

/** A recycler, and what it asked for. */
function recycling(
  t: TestContext,
  limits: Partial<RecycleLimits>,
): { recycler: Recycler; asked: string[]; first: Promise<string> } {
  const asked: string[] = [];
  let tell: (text: string) => void;
  const first = new Promise<string>((resolve) => {
    tell = resolve;
  });
  const recycler = new Recycler({ ...NONE, ...limits }, (verdict) => {
    const { reason, urgent } = verdict;
    asked.push(urgent ? `${reason}, urgently` : reason);
    tell(asked.at(-1) ?? "");
  });
  t.after(() => recycler.stop());
  return { recycler, asked, first };
}

test("Recycler asks once, with the very request that reaches the limit", (t) => {
  const { recycler, asked } = recycling(t, { requests: 2_500 });
  for (let count = 1; count < 2_500; count++) recycler.ended();
  assert.deepEqual(asked, []);
  recycler.ended();
  assert.deepEqual(asked, ["max-requests"]);
  for (let count = 0; count < 5_000; count++) recycler.ended();
  assert.deepEqual(asked, ["max-requests"]);
});

test("Recycler asks when it is old enough, without any request", async (t) => {
  // The timer alone does not keep a process alive.
  const alive = setInterval(() => {}, 1_000);
  const { first } = recycling(t, { ageMs: 1 });
  assert.equal(await first, "max-age");
  clearInterval(alive);
});

test("Recycler sees a leak in time, and then what must not go on", (t) => {
  const size = 4 * MIB;
  const base = process.memoryUsage.rss();
  const limit = base + 200 * MIB;
  const { recycler, asked } = recycling(t, { memory: limit });
  const leak: Buffer[] = [];
  const told: number[] = [];
  while (asked.length < 2 && leak.length < 100) {
    leak.push(Buffer.alloc(size, 1));
    const before = asked.length;
    recycler.ended();
    if (asked.length > before) told.push(process.memoryUsage.rss());
  }
  assert.deepEqual(asked, ["max-memory", "max-memory, urgently"]);
  // Neither is late by more than a few requests, and the second by one.
  assert.ok((told[0] ?? 0) < limit * 0.9 + 40 * MIB, `${told[0]}`);
  assert.ok((told[1] ?? 0) < limit + 2 * size, `${told[1]} of ${limit}`);
});

const reasons: readonly (readonly [TsgiErrorCode, readonly string[]])[] = [
  ["TIMEOUT", ["stuck"]],
  ["DISCONNECTED", []],
  ["ABORTED", []],
  ["SHUTDOWN", []],
];
for (const [code, expected] of reasons) {
  test(`Recycler takes an application that goes on after ${code} for ${expected[0] ?? "busy"}`, (t) => {
    const { recycler, asked } = recycling(t, {});
    const error = new TsgiError(code, "Cannot go on");
    recycler.stuck({ error } as ObservedRequest);
    assert.deepEqual(asked, expected);
  });
}
