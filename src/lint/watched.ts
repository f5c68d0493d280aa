import { type Trace, trace } from "./place.ts";
import type { Report } from "./report.ts";
import type { RuleId } from "./rules.ts";

/** A promise that knows whether anybody has asked for its result; `await` asks by `then`. */
export class WatchedPromise<T> extends Promise<T> {
  #onThen: (() => void) | undefined;

  // What then() makes is an ordinary promise.
  static override get [Symbol.species](): PromiseConstructor {
    return Promise;
  }

  static around<T>(
    promise: PromiseLike<T>,
    onThen: () => void,
  ): WatchedPromise<T> {
    const watched = new WatchedPromise<T>((resolve, reject) => {
      promise.then(resolve, reject);
    });
    // A rejection that nobody awaits does no more harm than without us.
    Promise.prototype.then.call(watched, undefined, () => {});
    watched.#onThen = onThen;
    return watched;
  }

  // biome-ignore lint/suspicious/noThenProperty: to see who calls it is what this class is for
  override then<A = T, B = never>(
    onFulfilled?: ((value: T) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#onThen?.();
    return super.then(onFulfilled, onRejected);
  }
}

/** The promises of one call that nobody has asked for yet. */
export class Watched {
  readonly #report: Report;
  readonly #open = new Set<{ id: RuleId; found: string; at: Trace }>();

  constructor(report: Report) {
    this.#report = report;
  }

  watch<T>(
    promise: PromiseLike<T>,
    id: RuleId,
    found: string,
  ): WatchedPromise<T> {
    const entry = { id, found, at: trace() };
    this.#open.add(entry);
    return WatchedPromise.around(promise, () => this.#open.delete(entry));
  }

  /** The request is over. */
  end(): void {
    for (const { id, found, at } of this.#open) {
      this.#report.warn(id, found, at);
    }
    this.#open.clear();
  }
}
