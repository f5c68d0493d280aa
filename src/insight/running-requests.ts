import type { ObservedRequest, Observer } from "../common/observer.ts";
import { withdraw } from "../common/withdraw.ts";
import { nameOf } from "./recorder.ts";

/** A request that runs, as a log shows it. */
export interface RunningRequest {
  /** Method and target. */
  readonly request: string;
  readonly durationMs: number;
}

/** Knows which requests run, in no order. */
export class RunningRequests implements Observer {
  readonly all: ObservedRequest[] = [];

  started(request: ObservedRequest): void {
    this.all.push(request);
  }

  ended(request: ObservedRequest): void {
    withdraw(this.all, request);
  }

  /** Their names, and how long they have been running. */
  describe(): RunningRequest[] {
    const now = performance.now();
    return this.all.map(({ variables, startedAt }) => ({
      request: nameOf(variables),
      durationMs: now - startedAt,
    }));
  }
}
