// What a process knows of itself, and all processes of an application together.

/** Upper bounds of the buckets of {@link Durations}, in milliseconds; the last bucket has none. */
export const DURATION_BOUNDS: readonly number[] = [
  1, 2.5, 5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000,
];

/** How long requests took. */
export interface Durations {
  /** Requests for each of {@link DURATION_BOUNDS}, each in one bucket only, and one more for those above. */
  readonly buckets: readonly number[];
  /** Milliseconds in all. */
  readonly sum: number;
}

/** Requests since the process began. */
export interface RequestTotals {
  /** Those that have ended. */
  readonly total: number;
  /** Of those: answered with status 1xx to 5xx; index 0 is for none at all. */
  readonly byClass: readonly number[];
  /** Of those: the application, or we for it, failed. */
  readonly failed: number;
  /** Of those: given up by the client or the web server. */
  readonly aborted: number;
  /** Refused with FCGI_OVERLOADED or 503 because there was no room. */
  readonly refused: number;
  /** Bytes of bodies sent. */
  readonly bytesSent: number;
  readonly durations: Durations;
}

/** A request that takes, or took, long. */
export interface SlowRequest {
  /** The process that serves it. */
  readonly pid: number;
  /** Its method and target, printable. */
  readonly request: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly durationMs: number;
  /** Whether it still runs. */
  readonly isRunning: boolean;
}

/** One process that serves. */
export interface WorkerFigures {
  readonly pid: number;
  /** 1 for the first of a pool; 0 where there is no pool. */
  readonly worker: number;
  /** Counts reloads, from 1. */
  readonly generation: number;
  /** `serving`, or `leaving`: it finishes what runs. */
  readonly state: "starting" | "serving" | "leaving" | "stuck";
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** When these figures were taken, in milliseconds since 1970. */
  readonly takenAt: number;
  readonly requests: RequestTotals;
  /** Requests that ended in the last seconds, for each of these. */
  readonly perSecond: number;
  /** Requests that run now. */
  readonly running: number;
  /** Requests that wait for their turn. */
  readonly queued: number;
  readonly connections: number;
  /** Bytes. */
  readonly memory: { readonly rss: number; readonly heapUsed: number };
  readonly eventLoop: {
    /** How late the event loop was, at the 99th percentile of the last seconds, in milliseconds. */
    readonly lagMs: number;
    /** The part of the last second in which it was busy, 0 to 1. */
    readonly utilization: number;
  };
  readonly slow: readonly SlowRequest[];
}

/** Something an operator wants to know of afterwards. */
export interface PoolEvent {
  /** Milliseconds since 1970. */
  readonly at: number;
  /** One line, such as `"worker 2 (pid 4711) was replaced: --max-memory"`. */
  readonly what: string;
}

/** All of it, as the status page shows it. */
export interface Status {
  /** Versions of this package and of Node. */
  readonly version: string;
  readonly node: string;
  /** The file of the application. */
  readonly application: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** The supervisor's; undefined where the web server starts the processes, or there is one only. */
  readonly supervisor?: { readonly pid: number; readonly rss: number };
  readonly generation: number;
  readonly workers: readonly WorkerFigures[];
  /** Over all processes there are and were. */
  readonly totals: RequestTotals;
  /** Why processes were replaced, and how often: `{ "max-memory": 3 }`. */
  readonly restarts: Readonly<Record<string, number>>;
  /** The latest, newest first. */
  readonly events: readonly PoolEvent[];
  /** Why the last reload did not happen, while that is so. */
  readonly reloadFailure?: string;
}
