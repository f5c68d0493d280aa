/** A timer which is cheap to start again and does not keep the process alive. */
export class Deadline {
  readonly #ms: number;
  readonly #onTimeout: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, onTimeout: () => void) {
    this.#ms = ms;
    this.#onTimeout = onTimeout;
  }

  /** Starts the clock, unless it is running. */
  start(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#onTimeout();
    }, this.#ms).unref();
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
