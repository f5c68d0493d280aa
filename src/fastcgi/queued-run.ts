import { TsgiError } from "../common/errors.ts";
import type { Run } from "../common/run.ts";
import type { Variables } from "../common/variables.ts";
import type { Waiter } from "./queue.ts";
import type { Service } from "./service.ts";

/** A run that takes its turn, for an engine whose requests cannot. */
export class QueuedRun implements Waiter {
  turn: Waiter["turn"] = "none";
  readonly #run: Run;
  readonly #service: Service;

  constructor(run: Run, service: Service) {
    this.#run = run;
    this.#service = service;
  }

  /** Calls the application when it is its turn; 503 where it may not wait for that. */
  enter(variables: Variables): void {
    const { limits, queue } = this.#service;
    if (limits.isExempt?.(variables)) {
      this.begin();
    } else if (!queue.enter(this)) {
      const { maxConcurrency, maxQueue } = limits;
      const message = `Cannot begin the request: ${maxConcurrency} are running and ${maxQueue} waiting, as many as allowed`;
      this.#run.refuse(new TsgiError("OVERLOADED", message));
    }
  }

  begin(): void {
    const { application, load } = this.#service;
    load.call(this.#run.serve(application));
  }

  refuse(reason: TsgiError): void {
    this.#run.refuse(reason);
  }

  abort(reason: TsgiError): void {
    const isWaiting = this.turn === "waiting";
    this.#run.abort(reason);
    if (!isWaiting) return;
    this.leave();
    this.#run.refuse(reason);
  }

  /** The request has ended. */
  leave(): void {
    this.#service.queue.leave(this);
  }
}
