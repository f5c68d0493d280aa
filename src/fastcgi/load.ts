import type { Wait } from "../common/output.ts";

/** What a process is busy with. */
export class Load {
  /** Requests that have begun and not ended. */
  requests = 0;
  #connections = 0;
  /** Calls of the application that are not over: cleanup goes on after its request. */
  #calls = 0;
  #whenIdle: (() => void) | undefined;

  /** Open connections. */
  get connections(): number {
    return this.#connections;
  }

  connected(): void {
    this.#connections++;
  }

  disconnected(): void {
    this.#connections--;
    this.#check();
  }

  /** Counts a call until it is over; it cannot reject. */
  call(over: Wait): void {
    if (over === undefined) return;
    this.#calls++;
    void over.then(this.#onCallOver);
  }

  /** Resolves when no connection is open and no call is running. */
  idle(): Promise<void> {
    return new Promise((resolve) => {
      this.#whenIdle = resolve;
      this.#check();
    });
  }

  /** From now on calls are not waited for. */
  disregardCalls(): void {
    this.#calls = Number.NEGATIVE_INFINITY;
    this.#check();
  }

  readonly #onCallOver = (): void => {
    this.#calls--;
    this.#check();
  };

  #check(): void {
    if (this.#connections === 0 && this.#calls <= 0) this.#whenIdle?.();
  }
}
