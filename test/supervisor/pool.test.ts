// A pool whose children all fail.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Pool } from "../../src/supervisor/pool.ts";
import { Sockets } from "../../src/supervisor/sockets.ts";

test("a stand-in that cannot be had either is not tried all the time", async () => {
  const reports: string[] = [];
  const failing = (command: string) => ({ command, args: [], env: () => ({}) });
  let ended = 0;
  let onEnough = (): void => {};
  const enough = new Promise<void>((resolve) => {
    onEnough = resolve;
  });
  const pool = new Pool(
    {
      program: failing("false"),
      standIn: failing("/nonexistent"),
      concurrency: 1,
      startTimeoutMs: 10_000,
      patienceMs: 1_000,
    },
    1,
    new Sockets([]),
    {
      report: ({ what }) => reports.push(what),
      onReplace() {},
      // Three workers, and the first stand-in.
      onWorkerGone: () => ++ended === 4 && setImmediate(onEnough),
      onStatusWanted() {},
    },
  );
  pool.renew().catch(() => {});
  await enough;
  for (let times = 0; times < 10; times++) pool.reconcile();
  await new Promise((resolve) => setImmediate(resolve));
  const standIns = reports.filter((what) => /answers 503/.test(what));
  assert.equal(standIns.length, 1);
  await pool.stop(true);
});
