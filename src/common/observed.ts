import type { ObservedRequest, Observer } from "./observer.ts";
import type { GuardedOutput, Outcome } from "./output.ts";
import type { RequestLog } from "./request-log.ts";
import type { Variables } from "./variables.ts";

/**
 * What an observer is shown of a request. There is none where nobody observes.
 *
 *   waiting ----------> started ---------> ended
 *            the call           the end
 */
export class Observed implements ObservedRequest {
  readonly variables: Variables;
  readonly startedAt: number = performance.now();
  readonly #observer: Observer;
  readonly #output: GuardedOutput;
  readonly #log: RequestLog;
  #phase: "waiting" | "started" | "ended" = "waiting";
  #outcome: Outcome = "completed";
  #incident: string | undefined;
  #error: unknown;

  constructor(
    observer: Observer,
    variables: Variables,
    output: GuardedOutput,
    log: RequestLog,
  ) {
    this.variables = variables;
    this.#observer = observer;
    this.#output = output;
    this.#log = log;
  }

  get status(): number | undefined {
    return this.#output.status;
  }

  get bytesSent(): number {
    return this.#output.bytesSent;
  }

  get outcome(): Outcome {
    return this.#outcome;
  }

  get incident(): string | undefined {
    return this.#incident;
  }

  get error(): unknown {
    return this.#error;
  }

  start(): void {
    if (this.#phase !== "waiting") return;
    this.#phase = "started";
    this.#tell("started");
  }

  stuck(): void {
    this.#tell("stuck");
  }

  /** @param incident undefined where the request was given up */
  fail(error: unknown, incident?: string): void {
    this.#error ??= error;
    this.#incident ??= incident;
  }

  end(outcome: Outcome): void {
    if (this.#phase === "ended") return;
    // A request that is refused has not started before.
    this.start();
    this.#phase = "ended";
    this.#outcome = outcome;
    this.#tell("ended");
  }

  #tell(what: "started" | "stuck" | "ended"): void {
    try {
      this.#observer[what]?.(this);
    } catch (error) {
      this.#log.failure(error, "an observer failed");
    }
  }
}
