// A status with something of everything in it.
import type { Status, WorkerFigures } from "../../src/insight/figures.ts";
import { noTotals } from "../../src/insight/totals.ts";

/** When it was taken, in milliseconds since 1970. */
export const NOW: number = Date.UTC(2026, 10, 28, 3, 29, 28);

export function worker(change: Partial<WorkerFigures> = {}): WorkerFigures {
  return {
    pid: 4711,
    worker: 1,
    generation: 2,
    state: "serving",
    startedAt: NOW - 65_000,
    takenAt: NOW,
    requests: noTotals(),
    perSecond: 12.34,
    running: 2,
    queued: 1,
    connections: 3,
    memory: { rss: 64 * 1_048_576, heapUsed: 9_000_000 },
    eventLoop: { lagMs: 3.2, utilization: 0.256 },
    slow: [],
    ...change,
  };
}

export function status(change: Partial<Status> = {}): Status {
  return {
    version: "1.0.0",
    node: "v22.1.0",
    application: "/srv/shop/app.js",
    startedAt: NOW - 3_700_000,
    supervisor: { pid: 4700, rss: 40 * 1_048_576 },
    generation: 2,
    workers: [worker(), worker({ worker: 2, pid: 4712, state: "leaving" })],
    totals: {
      total: 1_234,
      byClass: [4, 0, 1_200, 20, 7, 3],
      failed: 3,
      aborted: 4,
      refused: 5,
      bytesSent: 2_048,
      durations: {
        buckets: [1_000, 200, 20, 10, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4],
        sum: 41_500,
      },
    },
    restarts: { "max-memory": 3 },
    events: [{ at: NOW - 1_000, what: "worker 2 was replaced: --max-memory" }],
    ...change,
  };
}
