// Asks the main thread, from another one, what it is doing.
import { type Runtime, Session } from "node:inspector";
import { type Culprit, QUESTION } from "./culprit.ts";

/** Whom an inquiry tells. */
export interface Inquirer {
  /** Whether it still is the block one asked about: what is found after it has nothing to do with it. */
  readonly isStillBlocked: boolean;
  onFound(culprit: Culprit): void;
  /** It is not blocked: somebody has stopped it with a debugger. */
  onBreakpoint(): void;
}

/**
 * Interrupts the main thread at its next step of JavaScript, which may be never, by the inspector: it
 * makes all slower as long as it is attached, so that this is for that moment only.
 *
 *   asking --------> attached -------------> ended
 *          enabled            found, or end()
 */
export class Inquiry {
  readonly #inquirer: Inquirer;
  readonly #session = new Session();
  #phase: "asking" | "attached" | "ended" = "asking";

  constructor(inquirer: Inquirer) {
    this.#inquirer = inquirer;
  }

  begin(): void {
    const session = this.#session;
    session.connectToMainThread();
    session.on("Debugger.paused", () => this.#onPaused());
    session.post("Debugger.enable", () => {
      if (this.#phase === "asking") this.#phase = "attached";
    });
    // Not after the answer: between a call that blocks and the next one there may be little JavaScript.
    session.post("Debugger.pause");
  }

  end(): void {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    this.#session.disconnect();
  }

  #onPaused(): void {
    if (this.#phase === "ended") return;
    if (this.#phase === "asking") {
      // Not for us to go on from.
      this.#inquirer.onBreakpoint();
      this.end();
      return;
    }
    if (!this.#inquirer.isStillBlocked) {
      this.#resume();
      return;
    }
    const question = { expression: QUESTION, returnByValue: true };
    this.#session.post("Runtime.evaluate", question, (_, answer) => {
      const { result } = (answer ?? {}) as Partial<Runtime.EvaluateReturnType>;
      const text: unknown = result?.value;
      if (typeof text === "string") this.#inquirer.onFound(JSON.parse(text));
      this.#resume();
    });
  }

  #resume(): void {
    this.#session.post("Debugger.resume", () => this.end());
  }
}
