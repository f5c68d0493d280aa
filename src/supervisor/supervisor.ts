// The parent of workers: never loads the application, and does one thing after the other.
import type { Status } from "../insight/figures.ts";
import { GenerationError, STOPPING } from "./generation.ts";
import { LostSockets } from "./lost-sockets.ts";
import { Pool } from "./pool.ts";
import { nextSize, type PoolSize, type SizeLimits } from "./pool-size.ts";
import { Records } from "./records.ts";
import type { Report } from "./report.ts";
import { Sockets } from "./sockets.ts";
import type { SupervisorPlan } from "./supervisor-plan.ts";
import type { WorkerHandle } from "./worker-handle.ts";

const TICK_MS = 1_000;
/** Milliseconds to wait for the latest figures of workers that may be busy. */
const FIGURES_MS = 300;

/**
 *   starting ------> running ------> stopping ------> (ended)
 */
export class Supervisor {
  readonly #plan: SupervisorPlan;
  readonly #records: Records;
  readonly #pool: Pool;
  #size: PoolSize;
  #limits: SizeLimits;
  #tick: NodeJS.Timeout | undefined;
  /** The reload that runs, or the start, and the reload that is to follow it. */
  #reload: Promise<void> | undefined;
  #nextReload: Promise<void> | undefined;
  readonly #lost = new LostSockets();
  #onEnd: () => void = () => {};
  #ending: Promise<void> | undefined;
  /** Resolves when all workers have ended, for whatever reason. */
  readonly ended: Promise<void>;

  private constructor(plan: SupervisorPlan, sockets: Sockets) {
    this.#plan = plan;
    this.#limits = plan.size;
    this.#size = { target: plan.initial, since: {} };
    this.#records = new Records(plan.facts);
    this.#pool = new Pool(plan, this.#size.target, sockets, {
      report: (report) => this.#report(report),
      onReplace: (reason) => this.#records.countRestart(reason),
      onWorkerGone: (worker) => this.#records.keep(worker),
      onStatusWanted: (worker, id) => void this.#answer(worker, id),
    });
    this.ended = new Promise((resolve) => {
      this.#onEnd = resolve;
    });
  }

  /**
   * Binds, starts the first generation, and resolves when that is ready.
   *
   * @throws {TsgiError} `LISTEN`, GenerationError where the application cannot be served
   */
  static async start(
    plan: SupervisorPlan,
    onCreated: (supervisor: Supervisor) => void = () => {},
  ): Promise<Supervisor> {
    const sockets = await Sockets.bind(plan.addresses, plan.bind);
    plan.onBound();
    const supervisor = new Supervisor(plan, sockets);
    onCreated(supervisor);
    try {
      await supervisor.#occupy(supervisor.#pool.renew());
    } catch (error) {
      await (supervisor.#ending ?? supervisor.stop(true));
      throw error;
    }
    supervisor.#tick = setInterval(() => supervisor.#onTick(), TICK_MS);
    plan.onSize(supervisor.#size.target);
    return supervisor;
  }

  /** In full, with the ports the system chose. */
  get addresses(): readonly string[] {
    return this.#pool.sockets.addresses;
  }

  /**
   * Replaces all workers, for a reason such as `"SIGHUP"`. One that is asked for while another runs follows
   * that, since what changed in between may have come too late for it.
   *
   * @throws {GenerationError} where new workers cannot serve; the old ones stay then
   */
  reload(reason: string): Promise<void> {
    if (this.#reload === undefined) return this.#occupy(this.#renew(reason));
    this.#nextReload ??= this.#reload
      .catch(() => {})
      .then(() => {
        this.#nextReload = undefined;
        return this.reload(reason);
      });
    return this.#nextReload;
  }

  /** So many workers from now on, at least and at most, where there was no range for their number. */
  scale(workers: number): void {
    const { minimum, maximum } = this.#limits;
    const isFixed = minimum === maximum;
    this.#limits = {
      ...this.#limits,
      minimum: isFixed ? workers : Math.min(minimum, workers),
      maximum: isFixed ? workers : Math.max(maximum, workers),
    };
    this.#resize({ target: workers, since: {} }, "as asked");
  }

  /** How many workers there should be. */
  get target(): number {
    return this.#size.target;
  }

  /** Has the workers open their log files anew, after this process. */
  reopen(): void {
    this.#plan.onReopen();
    for (const worker of this.#pool.workers) worker.send({ type: "reopen" });
  }

  /** Ends all: gracefully, or `atOnce`, which may follow. */
  async stop(atOnce: boolean): Promise<void> {
    clearInterval(this.#tick);
    this.#plan.onStop();
    const how = atOnce ? "ending at once" : "finishing what runs";
    if (this.#ending === undefined || atOnce) {
      this.#report({ level: "info", what: how });
    }
    const stopped = this.#pool.stop(atOnce);
    this.#ending ??= stopped.then(() => {
      this.#pool.sockets.close();
      this.#onEnd();
    });
    await this.#ending;
  }

  /** All there is to know, with figures of this moment where workers are not too busy to tell. */
  async status(): Promise<Status> {
    const { workers, generation } = this.#pool;
    const asked = Date.now();
    for (const worker of workers) worker.send({ type: "figures-wanted" });
    const isFresh = ({ figures, phase }: WorkerHandle): boolean =>
      phase !== "ready" || (figures?.takenAt ?? 0) >= asked;
    while (!workers.every(isFresh) && Date.now() - asked < FIGURES_MS) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    return this.#records.status(this.#pool.workers, generation);
  }

  async #answer(worker: WorkerHandle, id: number): Promise<void> {
    worker.send({ type: "status", id, status: await this.status() });
  }

  /** There is one new generation at a time. */
  #occupy(renewal: Promise<void>): Promise<void> {
    this.#reload = renewal.finally(() => {
      this.#reload = undefined;
    });
    return this.#reload;
  }

  async #renew(reason: string, sockets?: Sockets): Promise<void> {
    if (this.#ending !== undefined) throw new GenerationError(STOPPING, 0);
    this.#report({ level: "info", what: `${reason}: starting new workers` });
    this.#plan.onReload(false);
    try {
      await this.#pool.renew(sockets);
      this.#records.reloadFailure = undefined;
      const what = `${reason}: new workers serve, those before leave`;
      this.#report({ level: "info", what });
    } catch (error) {
      if (this.#ending !== undefined) throw error;
      const { message } = error as Error;
      this.#records.reloadFailure = message;
      const what = `${reason}: the workers stay as they are, since new ones cannot serve: ${message}`;
      this.#report({ level: "error", code: "RELOAD", what });
      throw error;
    } finally {
      this.#plan.onReload(true);
    }
  }

  #onTick(): void {
    const now = Date.now();
    this.#pool.reconcile();
    const ready = this.#pool.workers.filter(({ phase }) => phase === "ready");
    const figures = ready.flatMap((worker) => worker.figures ?? []);
    const sample = {
      utilizations: figures.map(({ eventLoop }) => eventLoop.utilization),
      queued: figures.reduce((sum, { queued }) => sum + queued, 0),
    };
    const size = nextSize(this.#size, sample, this.#limits, now);
    const why = size.target > this.#size.target ? "much to do" : "little to do";
    this.#resize(size, why);
    const { idleExitMs = Number.POSITIVE_INFINITY } = this.#plan;
    if (this.#records.idleFor(this.#pool.workers, now) >= idleExitMs) {
      this.#report({ level: "info", what: "--idle-exit: no requests come" });
      void this.stop(false);
    } else if (this.#reload === undefined) {
      this.#regainSockets(now);
    }
  }

  #resize(size: PoolSize, why: string): void {
    const before = this.#size.target;
    this.#size = size;
    if (size.target === before) return;
    this.#pool.target = size.target;
    this.#plan.onSize(size.target);
    const what = `${size.target} instead of ${before} workers: ${why}`;
    this.#report({ level: "info", what });
    this.#pool.reconcile();
  }

  /** A file that has vanished leaves workers nobody can reach: others get new sockets. */
  #regainSockets(now: number): void {
    const { sockets } = this.#pool;
    const { lost } = sockets;
    const tell = (): void => {
      const what = `nobody can reach ${lost.join(", ")} any more: the file is gone, or not ours; it will be made anew`;
      this.#report({ level: "error", code: "SOCKET_LOST", what });
    };
    if (!this.#lost.isDue(lost, now, tell)) return;
    const regained = this.#regain(sockets).then(() => this.#lost.regained());
    // What fails has been told, and will be tried again.
    this.#occupy(regained).catch(() => {});
  }

  async #regain(sockets: Sockets): Promise<void> {
    const fresh = await sockets.withLostBound(this.#plan.bind);
    await this.#renew("a socket was lost", fresh);
  }

  #report(report: Report): void {
    this.#records.note(report.what);
    this.#plan.report(report);
  }
}
