// The workers, kept as policy.ts wants them.
import {
  afterEarlyDeath,
  type BackOff,
  forgiven,
  NO_BACK_OFF,
  YOUNG_MS,
} from "./back-off.ts";
import { GenerationError, NextGeneration, STOPPING } from "./generation.ts";
import { Inheritance } from "./inheritance.ts";
import type { LeaveReason } from "./messages.ts";
import { type Action, decide } from "./policy.ts";
import type { PoolListener, PoolPlan } from "./pool-plan.ts";
import { fieldsOf, type Report } from "./report.ts";
import { Roster } from "./roster.ts";
import type { Sockets } from "./sockets.ts";
import type {
  PassedHandle,
  WorkerHandle,
  WorkerListener,
} from "./worker-handle.ts";

/**
 * Starts, watches and ends workers.
 *
 *   running ----------> stopping
 *             stop()
 */
export class Pool implements WorkerListener {
  /** How many workers should serve. */
  target: number;
  readonly #plan: PoolPlan;
  readonly #listener: PoolListener;
  #sockets: Sockets;
  readonly #roster: Roster;
  #generation = 0;
  #generations = 0;
  readonly #inheritance = new Inheritance();
  #next: NextGeneration | undefined;
  #backOff: BackOff = NO_BACK_OFF;
  #phase: "running" | "stopping" = "running";
  #onEmpty: (() => void) | undefined;

  constructor(
    plan: PoolPlan,
    target: number,
    sockets: Sockets,
    listener: PoolListener,
  ) {
    this.#plan = plan;
    this.target = target;
    this.#sockets = sockets;
    this.#listener = listener;
    this.#roster = new Roster(this, plan.startTimeoutMs);
  }

  /** The one that serves; 0 while there is none. */
  get generation(): number {
    return this.#generation;
  }

  get sockets(): Sockets {
    return this.#sockets;
  }

  /** Those that live. */
  get workers(): readonly WorkerHandle[] {
    return this.#roster.workers;
  }

  /**
   * Starts a whole new generation, which takes over when it is ready. Until then, and where it cannot be
   * started, the old one stays.
   *
   * @throws {GenerationError}
   */
  async renew(sockets: Sockets = this.#sockets): Promise<void> {
    const next = new NextGeneration(++this.#generations, sockets);
    this.#next = next;
    this.#backOff = NO_BACK_OFF;
    this.reconcile();
    await next.settled;
  }

  /** Ends all: gracefully, or `atOnce`. Resolves when none is left. */
  async stop(atOnce: boolean): Promise<void> {
    this.#phase = "stopping";
    this.#inheritance.close();
    this.#failNext(new GenerationError(STOPPING, 0));
    for (const worker of this.#roster.everybody) {
      if (atOnce) worker.endNow();
      else worker.drain(this.#plan.patienceMs);
    }
    const isEmpty = new Promise<void>((resolve) => {
      const before = this.#onEmpty;
      this.#onEmpty = () => {
        before?.();
        resolve();
      };
    });
    this.#checkEmpty();
    await isEmpty;
  }

  /** Does what is to be done now. To be called every second, too. */
  reconcile(): void {
    if (this.#phase === "stopping") return;
    const now = Date.now();
    this.#backOff = forgiven(this.#backOff, this.#roster.starts, now);
    const actions = decide({
      target: this.target,
      concurrency: this.#plan.concurrency,
      generation: this.#generation,
      next: this.#next?.number,
      mayStart: now >= this.#backOff.until,
      workers: this.#roster.views,
      hasStandIn: this.#roster.standIn !== undefined,
    });
    for (const action of actions) this.#do(action);
  }

  onListening(worker: WorkerHandle): void {
    const admitted = (): void => {
      worker.admit();
      this.#inheritance.settle(this.#roster.workers);
      this.reconcile();
    };
    const failed = (error: Error): void => {
      worker.end = error.message;
      worker.endNow();
    };
    this.#socketsOf(worker.identity.generation).place().then(admitted, failed);
  }

  onLeave(worker: WorkerHandle, reason: LeaveReason, urgent: boolean): void {
    this.#report({ level: "info" }, worker, `is to be replaced: ${reason}`);
    this.#listener.onReplace(reason);
    if (reason === "uncaught") this.#noteDeath(worker);
    if (urgent) worker.noteDraining(this.#plan.patienceMs);
    this.reconcile();
  }

  onConnection(connection: PassedHandle): void {
    if (this.#phase === "stopping") connection.close();
    else this.#inheritance.give(connection, this.#roster.workers);
  }

  onStatusWanted(worker: WorkerHandle, id: number): void {
    this.#listener.onStatusWanted(worker, id);
  }

  onEnded(worker: WorkerHandle): void {
    const isStandIn = worker === this.#roster.standIn;
    this.#roster.remove(worker);
    if (!isStandIn && this.#phase === "running") this.#explain(worker);
    this.#listener.onWorkerGone(worker);
    this.reconcile();
    this.#checkEmpty();
  }

  #explain(worker: WorkerHandle): void {
    const next = this.#next;
    const isOfNext = worker.identity.generation === next?.number;
    if (isOfNext && !next?.survives(worker)) {
      this.#failNext(GenerationError.of(worker));
    } else if (worker.endedFrom === "draining") {
      this.#report({ level: "info" }, worker, "has left");
    } else {
      const kind = { level: "error", code: "WORKER_DIED" } as const;
      this.#report(kind, worker, `is replaced: ${worker.end}`);
      this.#listener.onReplace(worker.end.split("\n", 1)[0] ?? "");
      this.#noteDeath(worker);
    }
  }

  /** Whether it is a sign of a fault depends on the age. */
  #noteDeath({ endedFrom, startedAt }: WorkerHandle): void {
    const now = Date.now();
    if (endedFrom !== "starting" && now - startedAt > YOUNG_MS) return;
    this.#backOff = afterEarlyDeath(this.#backOff, now);
    const { deaths, until } = this.#backOff;
    if (until <= now) return;
    this.#listener.report({
      level: "error",
      code: "CRASH_LOOP",
      what: `${deaths} workers have died early; the next one is started in ${Math.round((until - now) / 1_000)} s`,
    });
  }

  #do(action: Action): void {
    const { patienceMs, program, standIn } = this.#plan;
    const roster = this.#roster;
    if (action.type === "start") {
      const { generation } = action;
      const { descriptors } = this.#socketsOf(generation);
      roster.startWorker(program, generation, descriptors);
    } else if (action.type === "drain") {
      roster.workers
        .find(({ identity }) => identity.id === action.id)
        ?.drain(patienceMs);
    } else if (action.type === "promote") {
      this.#promote();
    } else if (action.on) {
      const { descriptors } = this.#sockets;
      const generation = this.#generation;
      const child = roster.startStandIn(standIn, generation, descriptors);
      const kind = { level: "warn", code: "CRASH_LOOP" } as const;
      if (child) this.#report(kind, child, "answers 503 until a worker can");
    } else {
      roster.standIn?.drain(patienceMs);
    }
  }

  #promote(): void {
    const next = this.#next;
    if (next === undefined) return;
    this.#next = undefined;
    this.#sockets.close(next.sockets);
    this.#sockets = next.sockets;
    this.#generation = next.number;
    next.resolve();
    this.reconcile();
  }

  #failNext(error: GenerationError): void {
    const next = this.#next;
    if (next === undefined) return;
    this.#next = undefined;
    next.sockets.close(this.#sockets);
    next.reject(error);
  }

  #socketsOf(generation: number): Sockets {
    const next = this.#next;
    return next?.number === generation ? next.sockets : this.#sockets;
  }

  #checkEmpty(): void {
    if (this.#roster.everybody.length === 0) this.#onEmpty?.();
  }

  #report(
    kind: Pick<Report, "level" | "code">,
    worker: WorkerHandle,
    what: string,
  ): void {
    const fields = fieldsOf(worker);
    this.#listener.report({ ...kind, what: `${worker.name} ${what}`, fields });
  }
}
