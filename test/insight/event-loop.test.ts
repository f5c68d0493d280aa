import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { EventLoopMonitor } from "../../src/insight/event-loop.ts";
import { ProcessFigures } from "../../src/insight/process-figures.ts";
import { RunningRequests } from "../../src/insight/running-requests.ts";

/** Measures each second: waits until that has been done so often. */
function measured(times: number): Promise<unknown> {
  return once(AbortSignal.timeout(times * 1_000 + 100), "abort");
}

test("EventLoopMonitor tells how late and how busy the event loop was, and a rate", async () => {
  let counter = 100;
  const monitor = new EventLoopMonitor(() => counter);
  // It keeps no process alive, and a signal's timer does not either.
  const alive = setInterval(() => {}, 1_000);
  assert.deepEqual(
    [monitor.lagMs, monitor.utilization, monitor.perSecond],
    [0, 0, 0],
  );
  counter += 30;
  setTimeout(() => {
    const end = performance.now() + 400;
    while (performance.now() < end);
  }, 100);
  await measured(1);
  clearInterval(alive);
  assert.ok(monitor.lagMs > 200, `${monitor.lagMs} ms`);
  assert.ok(monitor.utilization > 0.2, `${monitor.utilization}`);
  assert.equal(monitor.perSecond, 30);
  monitor.stop();
});

test("ProcessFigures tells of this very process", () => {
  const figures = new ProcessFigures(3, 2, 1_000, new RunningRequests());
  const taken = figures.take({ state: "serving", connections: 4, queued: 5 });
  figures.stop();
  assert.deepEqual(
    [taken.pid, taken.worker, taken.generation, taken.state],
    [process.pid, 3, 2, "serving"],
  );
  assert.deepEqual([taken.connections, taken.queued, taken.running], [4, 5, 0]);
  assert.ok(taken.memory.rss > taken.memory.heapUsed);
  assert.ok(taken.startedAt <= taken.takenAt);
  assert.equal(taken.requests.total, 0);
});
