import { constants } from "node:os";
import { END_SIGNALS } from "../common/end-signals.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { duration } from "./options/option-types.ts";
import { StatusError } from "./status-error.ts";

/** What may end a command early: a signal to the process, or the time it was given. A second signal ends it at once. */
export class Interruption {
  readonly #controller = new AbortController();
  /** Rejects when it happens; nobody needs to wait for that. */
  readonly happened: Promise<never>;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #listeners: readonly (() => void)[];
  #signalled = false;

  /** @throws {UsageError} where `limit` is not like `"10s"` */
  constructor(limit: string | undefined) {
    const { signal } = this;
    this.happened = new Promise((_, reject) => {
      signal.addEventListener("abort", () => reject(signal.reason));
    });
    this.happened.catch(() => {});
    this.#timer = this.#limit(limit);
    this.#listeners = END_SIGNALS.map((name) => {
      const listener = (): void => {
        if (this.#signalled) process.exit(statusOfSignal(name));
        this.#signalled = true;
        const message = `Cannot wait for the response: ${name} came`;
        this.#controller.abort(new StatusError(statusOfSignal(name), message));
      };
      process.on(name, listener);
      return () => process.off(name, listener);
    });
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws {StatusError} where it has happened */
  check(): void {
    if (this.signal.aborted) throw this.signal.reason;
  }

  /** Nothing may interrupt any more. */
  end(): void {
    clearTimeout(this.#timer);
    for (const remove of this.#listeners) remove();
  }

  #limit(text: string | undefined): NodeJS.Timeout | undefined {
    if (text === undefined) return undefined;
    const milliseconds = duration.parse([text]);
    if (!milliseconds) {
      throw new UsageError(
        `Cannot use --max-time ${text}: it is not ${duration.expects}`,
      );
    }
    const message = `Cannot get the response within ${text}`;
    return setTimeout(() => {
      this.#controller.abort(new StatusError(EXIT.UNAVAILABLE, message));
    }, milliseconds);
  }
}

/** The exit status shells use for a process which a signal has ended. */
export function statusOfSignal(name: NodeJS.Signals): number {
  return 128 + constants.signals[name];
}
