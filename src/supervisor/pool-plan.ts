import type { Report } from "./report.ts";
import type { WorkerHandle, WorkerProgram } from "./worker-handle.ts";

/** How to run workers. */
export interface PoolPlan {
  readonly program: WorkerProgram;
  /** Answers while no worker can be had. */
  readonly standIn: WorkerProgram;
  /** How many may start at the same time. */
  readonly concurrency: number;
  /** Milliseconds from a start until a worker has to be ready. */
  readonly startTimeoutMs: number;
  /** Milliseconds after which a worker that leaves is killed. */
  readonly patienceMs: number;
}

/** Whom a pool tells. */
export interface PoolListener {
  report(report: Report): void;
  /** A worker is to be replaced, or has ended where it should not have. */
  onReplace(reason: string): void;
  /** A worker has ended; its figures are its last. */
  onWorkerGone(worker: WorkerHandle): void;
  onStatusWanted(worker: WorkerHandle, id: number): void;
}
