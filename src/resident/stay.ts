// The life of a responder that a CGI program has started: it serves, and leaves when it is not wanted, or not fit, any more.

import { residentMemory } from "../common/resident-memory.ts";
import type { Application } from "../common/types.ts";
import type { FastcgiOptions } from "../fastcgi/options.ts";
import { type FastcgiServer, serve } from "../fastcgi/serve.ts";
import { type RecycleLimits, recycle } from "../worker/recycle.ts";
import type { Residence } from "./residence.ts";
import type { WatchedFiles } from "./watched-files.ts";

/** How to stay, and for how long. */
export interface StayOptions extends FastcgiOptions {
  readonly residence: Residence;
  /** Looked at before each request. */
  readonly watched: WatchedFiles;
  /** Milliseconds without a request after which it leaves. */
  readonly idleMs: number;
  /** When it has served long enough. */
  readonly recycling: RecycleLimits;
  /** Called every two seconds. */
  readonly onBeat?: (() => void) | undefined;
  /** Told once, when it has stopped listening; what runs is being finished. */
  readonly onLeave: (why: string) => void;
}

/** Milliseconds between two looks at memory, socket and files while no request asks for them. */
const BEAT_MS = 2_000;
/** Milliseconds after which the start counts as a success. */
const PROVEN_MS = 10_000;

/** A responder, and how to end it. */
export interface Stay {
  /** Resolves when it has left and all requests have ended. */
  readonly ended: Promise<void>;
  /** Stops listening, lets the next responder start and finishes what runs; called again, it aborts that. */
  leave(why: string): void;
  /** Likewise, for a failure: log and count of failures stay. */
  fail(why: string): void;
}

/** Resolves when it listens. @throws {TsgiError} `LISTEN` or `CONFIG` */
export async function stay(
  application: Application,
  options: StayOptions,
): Promise<Stay> {
  const tenant = new Tenant(options);
  await tenant.moveIn(application);
  return tenant;
}

/**
 *   arriving ------------> staying --------------> leaving
 *             listening             for a reason
 */
class Tenant implements Stay {
  readonly ended: Promise<void>;
  readonly #options: StayOptions;
  #phase: "arriving" | "staying" | "leaving" = "arriving";
  #server: FastcgiServer | undefined;
  #socketInode: bigint | undefined;
  #served = 0;
  #idle: NodeJS.Timeout | undefined;
  #beat: NodeJS.Timeout | undefined;
  #resolve: () => void = () => {};

  constructor(options: StayOptions) {
    this.#options = options;
    this.ended = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  async moveIn(application: Application): Promise<void> {
    const { residence, idleMs } = this.#options;
    this.#server = await serve(application, {
      ...this.#options,
      listen: [residence.socket],
      inherited: false,
      socketMode: 0o600,
      // Requests that find it busy, or gone, run in processes of their own.
      multiprocess: true,
      admit: () => this.#admits(),
    });
    this.#socketInode = residence.socketInode;
    this.#phase = "staying";
    this.#idle = setTimeout(() => this.#onIdle(), idleMs);
    this.#beat = setInterval(() => this.#onBeat(), BEAT_MS).unref();
    setTimeout(() => residence.forgetFailures(), PROVEN_MS).unref();
  }

  leave(why: string): void {
    const { residence, onLeave } = this.#options;
    if (!this.#stopListening()) return;
    residence.vacate();
    onLeave(why);
  }

  fail(why: string): void {
    const { residence, onLeave } = this.#options;
    if (!this.#stopListening()) return;
    residence.abandon();
    onLeave(why);
  }

  #stopListening(): boolean {
    const isFirst = this.#phase !== "leaving";
    this.#phase = "leaving";
    clearTimeout(this.#idle);
    clearInterval(this.#beat);
    void this.#server?.close().then(this.#resolve);
    return isFirst;
  }

  #admits(): boolean {
    if (this.#phase !== "staying") return false;
    const reason = this.#unfit();
    if (reason !== undefined) {
      this.leave(reason);
      return false;
    }
    this.#idle?.refresh();
    this.#served++;
    // After this turn, in which the request begins.
    if (this.#spent(0) !== undefined) setImmediate(() => this.#leaveIfSpent(0));
    return true;
  }

  #unfit(): string | undefined {
    const { residence, watched } = this.#options;
    const path = watched.changed();
    if (path !== undefined) return `${path} has changed`;
    return residence.socketInode === this.#socketInode
      ? undefined
      : `${residence.socket} belongs to somebody else`;
  }

  #onIdle(): void {
    if (this.#server?.load.connections === 0)
      this.leave("nobody asked any more");
    else this.#idle?.refresh();
  }

  #onBeat(): void {
    const { residence, onBeat } = this.#options;
    onBeat?.();
    residence.trimLog();
    const reason = this.#unfit();
    if (reason !== undefined) this.leave(reason);
    else this.#leaveIfSpent(residentMemory());
  }

  #leaveIfSpent(memory: number): void {
    const why = this.#spent(memory);
    if (why !== undefined) this.leave(why);
  }

  /** @param memory bytes of RSS, 0 where they are not looked at: that is dear */
  #spent(memory: number): string | undefined {
    const ageMs = performance.now();
    const spent = { requests: this.#served, memory, ageMs };
    return recycle(spent, this.#options.recycling)?.reason;
  }
}
