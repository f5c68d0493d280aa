// What a supervisor remembers, and shows as a status.
import { residentMemory } from "../common/resident-memory.ts";
import type {
  PoolEvent,
  RequestTotals,
  Status,
  WorkerFigures,
} from "../insight/figures.ts";
import { mergeTotals, noTotals } from "../insight/totals.ts";
import { NO_FIGURES } from "./worker-figures.ts";
import type { WorkerHandle } from "./worker-handle.ts";

/** What does not change. */
export interface ProgramFacts {
  /** The version of this package. */
  readonly version: string;
  /** The file of the application. */
  readonly application: string;
}

const EVENTS = 50;
/** Reasons to count; more are counted together. */
const REASONS = 50;
const OTHERS = "others";
/** Without figures for so many milliseconds, a worker is stuck. */
const STUCK_MS = 5_000;

/** Totals of workers that were, the latest events, and why workers were replaced. */
export class Records {
  /** Why the last reload did not happen, while that is so. */
  reloadFailure: string | undefined;
  readonly #facts: ProgramFacts;
  readonly #startedAt = Date.now();
  readonly #events: PoolEvent[] = [];
  readonly #restarts = new Map<string, number>();
  #past: RequestTotals = noTotals();
  #activity = { total: 0, at: Date.now() };

  constructor(facts: ProgramFacts) {
    this.#facts = facts;
  }

  /** Keeps the first line. */
  note(text: string): void {
    const what = text.split("\n", 1)[0] ?? "";
    this.#events.unshift({ at: Date.now(), what });
    this.#events.length = Math.min(EVENTS, this.#events.length);
  }

  countRestart(reason: string): void {
    const isKnown = this.#restarts.has(reason) || this.#restarts.size < REASONS;
    const key = isKnown ? reason : OTHERS;
    this.#restarts.set(key, (this.#restarts.get(key) ?? 0) + 1);
  }

  /** A worker has ended: what it has done stays. */
  keep({ figures }: WorkerHandle): void {
    if (figures === undefined) return;
    this.#past = mergeTotals([this.#past, figures.requests]);
  }

  /** Milliseconds since a request has run or come, as far as figures tell. */
  idleFor(workers: readonly WorkerHandle[], now: number): number {
    const figures = workers.flatMap((worker) => worker.figures ?? []);
    const busy = figures.some(({ running, queued }) => running + queued > 0);
    const { total } = this.#totals(workers);
    if (busy || total !== this.#activity.total) {
      this.#activity = { total, at: now };
    }
    return now - this.#activity.at;
  }

  status(workers: readonly WorkerHandle[], generation: number): Status {
    const now = Date.now();
    const { reloadFailure } = this;
    return {
      ...this.#facts,
      node: process.version,
      startedAt: this.#startedAt,
      supervisor: { pid: process.pid, rss: residentMemory() },
      generation,
      workers: workers.map((worker) => rowOf(worker, now)),
      totals: this.#totals(workers),
      restarts: Object.fromEntries(this.#restarts),
      events: [...this.#events],
      ...(reloadFailure !== undefined && { reloadFailure }),
    };
  }

  #totals(workers: readonly WorkerHandle[]): RequestTotals {
    const living = workers.flatMap(({ figures }) => figures?.requests ?? []);
    return mergeTotals([this.#past, ...living]);
  }
}

function rowOf(worker: WorkerHandle, now: number): WorkerFigures {
  const { identity, pid, phase, startedAt } = worker;
  const figures = worker.figures ?? NO_FIGURES;
  return {
    ...figures,
    pid: pid ?? 0,
    worker: identity.worker,
    generation: identity.generation,
    startedAt,
    state: stateOf(phase, now - Math.max(startedAt, figures.takenAt)),
  };
}

function stateOf(
  phase: WorkerHandle["phase"],
  silentMs: number,
): WorkerFigures["state"] {
  if (phase === "starting") return "starting";
  if (silentMs > STUCK_MS) return "stuck";
  return phase === "ready" ? "serving" : "leaving";
}
