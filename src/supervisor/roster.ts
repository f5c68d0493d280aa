// The children there are.
import type { WorkerView } from "./policy.ts";
import {
  WorkerHandle,
  type WorkerListener,
  type WorkerProgram,
} from "./worker-handle.ts";

/** Milliseconds between starts of stand-ins: what ends workers, such as a lack of processes, may end them, too. */
const STAND_IN_EVERY_MS = 1_000;

/** All children of a pool that live. */
export class Roster {
  readonly #listener: WorkerListener;
  readonly #startTimeoutMs: number;
  #workers: readonly WorkerHandle[] = [];
  #standIn: WorkerHandle | undefined;
  #nextStandIn = 0;
  #started = 0;

  /** @param startTimeoutMs milliseconds from a start until a child has to be ready */
  constructor(listener: WorkerListener, startTimeoutMs: number) {
    this.#listener = listener;
    this.#startTimeoutMs = startTimeoutMs;
  }

  get workers(): readonly WorkerHandle[] {
    return this.#workers;
  }

  get standIn(): WorkerHandle | undefined {
    return this.#standIn;
  }

  get everybody(): readonly WorkerHandle[] {
    return this.#standIn ? [...this.#workers, this.#standIn] : this.#workers;
  }

  /** As the policy sees them. */
  get views(): WorkerView[] {
    return this.#workers.map(({ identity, phase, leaving }) => {
      return { ...identity, phase, wantsOut: leaving !== undefined };
    });
  }

  /** Since when those have been there that serve, in milliseconds since 1970. */
  get starts(): number[] {
    return this.#workers
      .filter(({ phase }) => phase === "ready")
      .map(({ startedAt }) => startedAt);
  }

  startWorker(
    program: WorkerProgram,
    generation: number,
    sockets: readonly number[],
  ): void {
    const worker = this.#freeNumber(generation);
    const started = this.#start(program, worker, generation, sockets);
    this.#workers = [...this.#workers, started];
  }

  /** Undefined where the one before has only just been started. */
  startStandIn(
    program: WorkerProgram,
    generation: number,
    sockets: readonly number[],
  ): WorkerHandle | undefined {
    const now = performance.now();
    if (now < this.#nextStandIn) return undefined;
    this.#nextStandIn = now + STAND_IN_EVERY_MS;
    this.#standIn = this.#start(program, 0, generation, sockets);
    return this.#standIn;
  }

  /** It has ended. */
  remove(worker: WorkerHandle): void {
    this.#workers = this.#workers.filter((other) => other !== worker);
    if (worker === this.#standIn) this.#standIn = undefined;
  }

  #start(
    program: WorkerProgram,
    worker: number,
    generation: number,
    sockets: readonly number[],
  ): WorkerHandle {
    const identity = { id: ++this.#started, worker, generation };
    const started = new WorkerHandle(
      identity,
      program,
      sockets,
      this.#listener,
    );
    started.expectReady(this.#startTimeoutMs);
    return started;
  }

  /** The smallest that none has who stays. */
  #freeNumber(generation: number): number {
    const taken = this.#workers
      .filter(({ identity }) => identity.generation === generation)
      .filter(({ phase, leaving }) => phase !== "draining" && !leaving)
      .map(({ identity }) => identity.worker);
    let number = 1;
    while (taken.includes(number)) number++;
    return number;
  }
}
