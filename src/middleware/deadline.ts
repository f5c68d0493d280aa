import { TsgiError } from "../common/errors.ts";

/** A time limit, and a signal which is aborted by it or by the one of the request. */
export class Deadline {
  /** What the limit has ended with, undefined while it has not passed. */
  error: TsgiError | undefined;
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #timer: NodeJS.Timeout;
  /** Whoever waits. */
  #interrupt: ((error: TsgiError) => void) | undefined;

  constructor(limitMs: number, outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(() => this.#pass(limitMs), limitMs);
    outer.addEventListener("abort", this.#follow);
    if (outer.aborted) this.#follow();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Waits for a promise no longer than the limit. @throws {TsgiError} `TIMEOUT`, the one of `error` */
  async race<T>(promise: PromiseLike<T> | T): Promise<T> {
    try {
      return await new Promise<T>((resolve, reject) => {
        this.#interrupt = reject;
        Promise.resolve(promise).then(resolve, reject);
        if (this.error !== undefined) reject(this.error);
      });
    } finally {
      this.#interrupt = undefined;
    }
  }

  /** Nothing has to be waited for any more. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#follow);
  }

  readonly #follow = (): void => this.#controller.abort(this.#outer.reason);

  #pass(limitMs: number): void {
    this.error = new TsgiError(
      "TIMEOUT",
      `Cannot wait for the application: it took longer than ${limitMs} ms`,
    );
    this.clear();
    this.#interrupt?.(this.error);
    this.#controller.abort(this.error);
  }
}
