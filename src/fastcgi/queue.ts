// Which requests run, and which wait for their turn.
import { TsgiError } from "../common/errors.ts";
import type { Limits } from "./options.ts";

/** A request that takes a turn. */
export interface Waiter {
  /** Whether it has one; the {@link Queue} alone writes it. */
  turn: "none" | "waiting" | "running";
  /** Its turn has come: calls the application. */
  begin(): void;
  /** It has waited too long: answers without the application. */
  refuse(reason: TsgiError): void;
}

interface Entry {
  readonly waiter: Waiter;
  /** In milliseconds of performance.now(). */
  readonly since: number;
}

/** Lets as many requests run at once as there may, and the others wait, in order. */
export class Queue {
  readonly #limits: Limits;
  readonly #waiting: Entry[] = [];
  #running = 0;
  #timer: NodeJS.Timeout | undefined;
  #isCalling = false;

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  /** Requests that wait. */
  get length(): number {
    return this.#waiting.length;
  }

  /** Begins the request now, or when its turn comes. False where there is no room for it. */
  enter(waiter: Waiter): boolean {
    const { maxConcurrency, maxQueue } = this.#limits;
    const free = maxConcurrency - this.#running;
    const { length } = this.#waiting;
    if (length === 0 && free > 0) {
      this.#begin(waiter);
      return true;
    }
    // Those for whom there is room already, and who are called in a moment, do not count.
    if (length >= maxQueue + free) return false;
    waiter.turn = "waiting";
    this.#waiting.push({ waiter, since: performance.now() });
    this.#watch();
    return true;
  }

  /** A request has ended, or is given up. */
  leave(waiter: Waiter): void {
    const { turn } = waiter;
    waiter.turn = "none";
    if (turn === "running") {
      this.#running--;
      if (this.#waiting.length > 0) this.#callNext();
    } else if (turn === "waiting") {
      const place = this.#waiting.findIndex((each) => each.waiter === waiter);
      this.#waiting.splice(place, 1);
      this.#watch();
    }
  }

  #begin(waiter: Waiter): void {
    waiter.turn = "running";
    this.#running++;
    waiter.begin();
  }

  /** In a turn of its own: whoever made room is in the middle of something. */
  #callNext(): void {
    if (this.#isCalling) return;
    this.#isCalling = true;
    setImmediate(() => {
      this.#isCalling = false;
      this.#dropStale();
      while (this.#running < this.#limits.maxConcurrency) {
        const next = this.#waiting.shift();
        if (next === undefined) break;
        this.#begin(next.waiter);
      }
      this.#watch();
    });
  }

  /** One timer, for whoever has waited longest. */
  #watch(): void {
    const [oldest] = this.#waiting;
    if (oldest === undefined) {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    } else {
      const left =
        oldest.since + this.#limits.queueTimeoutMs - performance.now();
      this.#timer ??= setTimeout(this.#onTimeout, Math.max(1, left));
    }
  }

  readonly #onTimeout = (): void => {
    this.#timer = undefined;
    this.#dropStale();
    this.#watch();
  };

  /** Whoever waited for these has hardly patience left; the time goes to those who came later. */
  #dropStale(): void {
    const { queueTimeoutMs, maxConcurrency } = this.#limits;
    const since = performance.now() - queueTimeoutMs;
    for (;;) {
      const [oldest] = this.#waiting;
      if (oldest === undefined || oldest.since > since) return;
      this.#waiting.shift();
      oldest.waiter.turn = "none";
      oldest.waiter.refuse(
        new TsgiError(
          "OVERLOADED",
          `Cannot serve the request: it has waited ${queueTimeoutMs} ms for its turn, while ${maxConcurrency} others ran`,
        ),
      );
    }
  }
}
