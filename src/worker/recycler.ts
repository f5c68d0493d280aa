// Sees to it that a process is replaced when it has served long enough.

import { TsgiError } from "../common/errors.ts";
import type { ObservedRequest, Observer } from "../common/observer.ts";
import { residentMemory } from "../common/resident-memory.ts";
import {
  type RecycleLimits,
  recycle,
  requestsUntilLook,
  type Spent,
  type Verdict,
} from "./recycle.ts";

/** Memory and age also change while no request ends. */
const LOOK_MS = 1_000;

/** Told that the process should be replaced; once for each reason, and once more when it becomes urgent. */
export type Leave = (verdict: Verdict, spent: Spent) => void;

/** Counts requests, and looks at memory and age: the closer to the limit, the more often. */
export class Recycler implements Observer {
  readonly #limits: RecycleLimits;
  readonly #leave: Leave;
  readonly #timer: NodeJS.Timeout;
  readonly #told = new Set<string>();
  #requests = 0;
  #nextLook = 1;
  #lastLook = 0;
  #lastMemory = residentMemory();
  /** Bytes that a request adds; forgotten slowly, since garbage comes and goes. */
  #growth = 0;

  /** @param limits those of this very process */
  constructor(limits: RecycleLimits, leave: Leave) {
    this.#limits = limits;
    this.#leave = leave;
    this.#timer = setInterval(() => this.#look(), LOOK_MS).unref();
  }

  started(): void {}

  ended(): void {
    if (++this.#requests >= this.#nextLook) this.#look();
  }

  /** Whose client has left may be slow; whose time was up and who goes on will hardly ever end. */
  stuck({ error }: ObservedRequest): void {
    if (TsgiError.is(error) && error.code === "TIMEOUT") {
      this.#tell({ reason: "stuck", urgent: false }, this.#spent());
    }
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** To look takes 10 µs. */
  #spent(): Spent {
    return {
      requests: this.#requests,
      memory: residentMemory(),
      ageMs: performance.now(),
    };
  }

  #look(): void {
    const spent = this.#spent();
    const verdict = recycle(spent, this.#limits);
    if (verdict !== undefined) this.#tell(verdict, spent);
    this.#nextLook = this.#requests + this.#requestsUntilLook(spent);
  }

  #requestsUntilLook({ memory }: Spent): number {
    const { requests, memory: limit } = this.#limits;
    const untilCount =
      requests === 0
        ? Number.POSITIVE_INFINITY
        : Math.max(1, requests - this.#requests);
    if (limit === 0) return untilCount;
    const passed = this.#requests - this.#lastLook;
    if (passed > 0) {
      const growth = (memory - this.#lastMemory) / passed;
      this.#growth = Math.max(growth, this.#growth / 2);
      this.#lastLook = this.#requests;
      this.#lastMemory = memory;
    }
    return Math.min(
      untilCount,
      requestsUntilLook(limit - memory, this.#growth),
    );
  }

  #tell(verdict: Verdict, spent: Spent): void {
    const key = `${verdict.reason} ${verdict.urgent}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#leave(verdict, spent);
  }
}
