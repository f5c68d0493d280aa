import type { Socket } from "node:net";
import type { Logger } from "pino";
import type { FastcgiServer } from "../../fastcgi/serve.ts";
import type { WorkerFigures } from "../../insight/figures.ts";
import type { StatusSource } from "../../insight/status-application.ts";
import type { LeaveReason } from "../../supervisor/messages.ts";
import type { Values } from "../options/option.ts";
import type { Insight } from "./insight.ts";
import { patienceOf } from "./patience.ts";

/** Where a process stands: alone, or as one of the workers of a supervisor. */
export interface Place {
  /** 1 for the first of the workers, 0 for a process that is alone. */
  readonly worker: number;
  /** Counts reloads, from 1. */
  readonly generation: number;
  /** Asks the parent for a replacement; undefined for a process that is alone. */
  readonly askToLeave?: (reason: LeaveReason, urgent: boolean) => void;
  /** Asks the parent for the status of all; undefined for a process that is alone. */
  readonly askStatus?: StatusSource;
  /** Whether the parent has ended. */
  readonly isOrphan?: () => boolean;
}

/** Milliseconds in which a web server may still send a request on a kept connection of a worker that leaves. */
const QUIET_MS = 1_000;

/**
 * A process that serves an application, alone or as a worker.
 *
 *   serving ----------> leaving ----------> the process ends
 *             stop()             the last request has ended
 */
export class Serving {
  readonly place: Place;
  readonly values: Values;
  readonly log: Logger;
  readonly server: FastcgiServer;
  readonly #insight: Insight;
  readonly #abortGraceMs: number | undefined;
  /** Takes kept connections of a process that ends; undefined where no other will go on with them. */
  handOver: ((socket: Socket) => void) | undefined;
  #phase: "serving" | "leaving" = "serving";
  readonly #reopeners: (() => void)[] = [];
  readonly #leavers: ((why: string) => void)[] = [];
  readonly #enders: (() => unknown)[] = [];

  constructor(
    place: Place,
    values: Values,
    log: Logger,
    server: FastcgiServer,
    insight: Insight,
  ) {
    this.place = place;
    this.values = values;
    this.log = log;
    this.server = server;
    this.#insight = insight;
    this.#abortGraceMs = patienceOf(place, values).abortGraceMs;
    insight.measure(() => ({ state: this.#phase, ...server.load }));
  }

  get phase(): "serving" | "leaving" {
    return this.#phase;
  }

  /**
   * A limit wants this process out. A worker is replaced first, unless it is urgent; a process that is
   * alone ends with 0, for whoever has started it to start another.
   */
  leave(reason: LeaveReason, urgent = false): void {
    const { askToLeave } = this.place;
    askToLeave?.(reason, urgent);
    if (askToLeave === undefined || urgent) this.stop(reason, 0);
  }

  /** Lets running requests finish, then ends the process with this status. Only the first call counts. */
  stop(why: string, status: number): void {
    if (this.#phase === "leaving") return;
    this.#phase = "leaving";
    for (const leave of this.#leavers) leave(why);
    void this.#end(why, status);
  }

  /** Calls this whenever log files are to be opened anew. */
  onReopen(reopen: () => void): void {
    this.#reopeners.push(reopen);
  }

  /** What this process tells of itself; undefined where nobody can ask for it. */
  figures(): WorkerFigures | undefined {
    return this.#insight.take();
  }

  /** Opens the log files anew. */
  reopen(): void {
    for (const reopen of this.#reopeners) reopen();
  }

  /** Calls this when the process begins to finish what runs. */
  onLeave(leave: (why: string) => void): void {
    this.#leavers.push(leave);
  }

  /** Calls this, and waits for its promise, when the last request has ended. */
  onEnd(end: () => unknown): void {
    this.#enders.push(end);
  }

  async #end(why: string, status: number): Promise<void> {
    const isWorker = this.place.worker > 0;
    const closed = this.server.close({
      quietMs: isWorker ? QUIET_MS : 0,
      abortGraceMs: this.#abortGraceMs,
      handOver: this.place.isOrphan?.() ? undefined : this.handOver,
    });
    // The supervisor tells of its workers.
    const level = isWorker ? "debug" : "info";
    this.log[level](`${why}: finishing what runs`);
    await closed;
    for (const end of this.#enders) await end();
    this.log[level]("stopped");
    // Whatever the application has left open must not keep us.
    process.exit(status);
  }
}
