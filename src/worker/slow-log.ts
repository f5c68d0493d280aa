// Requests which take long without blocking anybody: they wait for something.
import type { ObservedRequest } from "../common/observer.ts";
import type { RunningRequests } from "../insight/running-requests.ts";

/** Told of a slow request. */
export type OnSlow = (request: ObservedRequest, durationMs: number) => void;

/**
 * Tells of each request, once, that runs for longer than `slowMs` before its answer begins. How long
 * that takes to send is the client's doing, and events are sent for ever.
 */
export class SlowLog {
  readonly #slowMs: number;
  readonly #running: RunningRequests;
  readonly #onSlow: OnSlow;
  readonly #timer: NodeJS.Timeout;
  /** Only what is slow is ever in it. */
  readonly #told = new WeakSet<ObservedRequest>();

  constructor(slowMs: number, running: RunningRequests, onSlow: OnSlow) {
    this.#slowMs = slowMs;
    this.#running = running;
    this.#onSlow = onSlow;
    this.#timer = setInterval(() => this.#look(), slowMs / 2).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  #look(): void {
    const now = performance.now();
    for (const request of this.#running.all) {
      const durationMs = now - request.startedAt;
      const isSlow = durationMs >= this.#slowMs && request.status === undefined;
      if (!isSlow || this.#told.has(request)) continue;
      this.#told.add(request);
      this.#onSlow(request, durationMs);
    }
  }
}
