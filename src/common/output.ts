// What a front end takes of a response, and how the runner hands it over.
import type { TsgiError } from "./errors.ts";

/** A promise where the caller should wait before it sends more. */
export type Wait = Promise<void> | undefined;

/** How a request ended; `failed` also where the client got a complete error page. */
export type Outcome = "completed" | "failed" | "aborted";

/**
 * Where a front end takes a response. A chunk may be reused once its {@link Wait} is over. An
 * application need not wait, so that more may come before that.
 */
export interface Output {
  /**
   * The header block and the first bytes of the body. `last` promises that `end` follows at once,
   * in the same tick, whatever the {@link Wait}.
   */
  start(head: string, first: Uint8Array, last: boolean): Wait;
  /** More of the body; never empty. */
  write(chunk: Uint8Array, last: boolean): Wait;
  /** The body is complete; `end` follows when the application has closed it. */
  complete(): void;
  /** The request is over. `cut` tells that a response which was started is incomplete. Must not throw. */
  end(outcome: Outcome, cut: boolean): void;
}

/** An output whose failures all mean that the client is gone, and whose waits end with an abort. */
export class GuardedOutput {
  readonly #output: Output;
  readonly #lost: (cause: unknown) => TsgiError;
  #waiting: Set<(reason: TsgiError) => void> | undefined;
  #taken: Wait;
  #status: number | undefined;
  #bytesSent = 0;

  /** @param lost is told what the output failed with, and returns the error to go on with */
  constructor(output: Output, lost: (cause: unknown) => TsgiError) {
    this.#output = output;
    this.#lost = lost;
  }

  /** Over when all that was handed over so far has been taken. */
  get taken(): Wait {
    return this.#taken;
  }

  /** The status that was sent, if there was one. */
  get status(): number | undefined {
    return this.#status;
  }

  /** Bytes of the body that were handed over. */
  get bytesSent(): number {
    return this.#bytesSent;
  }

  /** @param status is what `head` says */
  start(status: number, head: string, first: Uint8Array, last: boolean): Wait {
    try {
      const wait = this.#output.start(head, first, last);
      this.#status = status;
      this.#bytesSent = first.length;
      return this.#guard(wait, last);
    } catch (cause) {
      throw this.#lost(cause);
    }
  }

  write(chunk: Uint8Array, last: boolean): Wait {
    try {
      const wait = this.#output.write(chunk, last);
      this.#bytesSent += chunk.length;
      return this.#guard(wait, last);
    } catch (cause) {
      throw this.#lost(cause);
    }
  }

  complete(): void {
    try {
      this.#output.complete();
    } catch (cause) {
      throw this.#lost(cause);
    }
  }

  /** Whoever waits is told `reason` instead. */
  interrupt(reason: TsgiError): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    for (const reject of waiting ?? []) reject(reason);
  }

  #guard(wait: Wait, last: boolean): Wait {
    this.#taken = undefined;
    if (wait === undefined) return undefined;
    if (last) {
      wait.catch(() => {});
      return undefined;
    }
    this.#taken = new Promise((resolve, reject) => {
      this.#waiting ??= new Set();
      this.#waiting.add(reject);
      const settled = () => this.#waiting?.delete(reject);
      wait.then(resolve, (cause) => reject(this.#lost(cause))).finally(settled);
    });
    // An application may ignore what its write() returns.
    this.#taken.catch(() => {});
    return this.#taken;
  }
}
