import { getHeapStatistics } from "node:v8";
import { residentMemory } from "../common/resident-memory.ts";
import { EventLoopMonitor } from "./event-loop.ts";
import type { WorkerFigures } from "./figures.ts";
import { Recorder } from "./recorder.ts";
import type { RunningRequests } from "./running-requests.ts";

/** What others know of this process, at the moment its figures are taken. */
export interface Gauges {
  readonly state: WorkerFigures["state"];
  readonly connections: number;
  /** Requests that wait for their turn. */
  readonly queued: number;
}

/** All that one process tells of itself. */
export class ProcessFigures {
  /** Observes the requests. */
  readonly recorder: Recorder;
  readonly #worker: number;
  readonly #generation: number;
  readonly #loop: EventLoopMonitor;

  /** @param slowMs milliseconds from which a request is slow @param running observes the same requests */
  constructor(
    worker: number,
    generation: number,
    slowMs: number,
    running: RunningRequests,
  ) {
    this.#worker = worker;
    this.#generation = generation;
    this.recorder = new Recorder(slowMs, running);
    this.#loop = new EventLoopMonitor(() => this.recorder.total);
  }

  /** The figures as they are now. */
  take({ state, connections, queued }: Gauges): WorkerFigures {
    const { used_heap_size: heapUsed } = getHeapStatistics();
    const { lagMs, utilization, perSecond } = this.#loop;
    return {
      pid: process.pid,
      worker: this.#worker,
      generation: this.#generation,
      state,
      startedAt: Math.round(performance.timeOrigin),
      takenAt: Date.now(),
      requests: this.recorder.totals(),
      perSecond,
      running: this.recorder.running,
      queued,
      connections,
      memory: { rss: residentMemory(), heapUsed },
      eventLoop: { lagMs, utilization },
      slow: this.recorder.slow(),
    };
  }

  stop(): void {
    this.#loop.stop();
  }
}
