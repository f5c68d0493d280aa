// What the parent knows of one child.
import { type ChildProcess, type SendHandle, spawn } from "node:child_process";
import type { WorkerFigures } from "../insight/figures.ts";
import type { LeaveReason, ParentMessage, WorkerMessage } from "./messages.ts";
import type { WorkerPhase } from "./policy.ts";
import { isFigures } from "./worker-figures.ts";

/** How to start a child. */
export interface WorkerProgram {
  readonly command: string;
  readonly args: readonly string[];
  /** The environment, at the moment of a start. */
  readonly env: () => NodeJS.ProcessEnv;
  readonly cwd?: string;
}

/** Who a child is. */
export interface WorkerIdentity {
  /** Of all children there ever were, from 1. */
  readonly id: number;
  /** Of those that serve together, from 1; 0 for a stand-in. */
  readonly worker: number;
  readonly generation: number;
}

/** Told of what a child does. */
export interface WorkerListener {
  /** It listens; it is to be told by {@link WorkerHandle.admit} when that is known to everybody. */
  onListening(worker: WorkerHandle): void;
  onLeave(worker: WorkerHandle, reason: LeaveReason, urgent: boolean): void;
  onStatusWanted(worker: WorkerHandle, id: number): void;
  /** A kept connection is for another: its worker leaves, or has not taken it. */
  onConnection(connection: PassedHandle): void;
  onEnded(worker: WorkerHandle): void;
}

/** A connection between two processes. */
export type PassedHandle = SendHandle & { close(): void };

/** Milliseconds a child has to end that was told to do so at once. */
const END_MS = 1_000;
/** Milliseconds in which what an ended child has said is read. */
const HEARD_MS = 100;
/** The first descriptor behind those of standard streams and channel. */
const FIRST_SOCKET = 4;

/**
 *   starting ------> ready ------> draining ------> ended
 *       |                              ^
 *       +------------------------------+  it may end from any phase
 */
export class WorkerHandle {
  readonly identity: WorkerIdentity;
  /** Milliseconds since 1970. */
  readonly startedAt: number = Date.now();
  /** What it has told last. */
  figures: WorkerFigures | undefined;
  /** Why it wants to be replaced. */
  leaving: LeaveReason | undefined;
  /** How it ended, or why it could not serve. */
  end = "";
  /** The phase it was in when it ended. */
  endedFrom: WorkerPhase | undefined;
  /** The exit status it wished for when it could not serve. */
  failedStatus: number | undefined;
  /** Whether a signal ended it, which tells nothing of its code. */
  wasKilled = false;
  /** Undefined where the system would not start it. */
  readonly #child: ChildProcess | undefined;
  readonly #listener: WorkerListener;
  #phase: WorkerPhase = "starting";
  #killer: NodeJS.Timeout | undefined;
  /** Connections on their way to it. */
  readonly #passing: PassedHandle[] = [];

  /** Starts it. It ends a moment later where that fails. @param sockets descriptors it gets */
  constructor(
    identity: WorkerIdentity,
    { command, args, env, cwd }: WorkerProgram,
    sockets: readonly number[],
    listener: WorkerListener,
  ) {
    this.identity = identity;
    this.#listener = listener;
    try {
      this.#child = spawn(command, args, {
        env: env(),
        cwd,
        stdio: ["ignore", "inherit", "inherit", "ipc", ...sockets],
      });
    } catch (error) {
      // Some errors of the system are emitted; others, such as a lack of memory, are thrown.
      process.nextTick(() => this.#onEnd((error as Error).message));
      return;
    }
    this.#child.on("message", (message, handle) => {
      this.#onMessage(message, handle);
    });
    this.#child.on("disconnect", () => this.#giveBack());
    this.#child.on("error", ({ message }) => this.#onEnd(message));
    this.#child.on("exit", (status, signal) => {
      this.wasKilled = signal !== null && this.end === "";
      this.#onEnd(
        signal === null ? `ended with status ${status}` : `killed by ${signal}`,
      );
    });
    const { worker, generation } = identity;
    const addresses = sockets.map((_, index) => `fd:${FIRST_SOCKET + index}`);
    this.send({ type: "begin", worker, generation, addresses });
  }

  get phase(): WorkerPhase {
    return this.#phase;
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child?.pid;
  }

  /** Such as `"worker 2 (pid 4711)"`. */
  get name(): string {
    const { worker } = this.identity;
    const who = worker === 0 ? "the stand-in" : `worker ${worker}`;
    return `${who} (pid ${this.pid ?? "none"})`;
  }

  /** Never fails: whoever cannot hear has ended, or will. */
  send(message: ParentMessage): void {
    if (this.#child?.connected) this.#child.send(message, () => {});
  }

  /** It is ready now. */
  admit(): void {
    if (this.#phase === "starting") this.#phase = "ready";
  }

  /** Lets it finish what runs. What is left after `patienceMs` is killed. */
  drain(patienceMs: number): void {
    if (this.#phase === "starting") this.endNow();
    if (this.#phase !== "ready") return;
    this.#phase = "draining";
    this.send({ type: "drain" });
    this.#killAfter(patienceMs);
  }

  /** It has stopped taking requests by itself. */
  noteDraining(patienceMs: number): void {
    if (this.#phase !== "ready") return;
    this.#phase = "draining";
    this.#killAfter(patienceMs);
  }

  /** Ends it: its requests are answered as failures, where it can still do that. */
  endNow(): void {
    if (this.#phase === "ended") return;
    this.#phase = "draining";
    this.send({ type: "end" });
    this.#killAfter(END_MS);
  }

  /** Kills it where it has not become ready by then. */
  expectReady(withinMs: number): void {
    this.#killer = setTimeout(() => {
      this.end = `not ready after ${withinMs} ms`;
      this.#child?.kill("SIGKILL");
    }, withinMs);
  }

  #killAfter(ms: number): void {
    clearTimeout(this.#killer);
    this.#killer = setTimeout(() => this.#child?.kill("SIGKILL"), ms);
  }

  /** Whether it can go on with connections of others. */
  get isHeir(): boolean {
    const isStaying = this.#phase === "ready" && this.leaving === undefined;
    return isStaying && this.#child?.connected === true;
  }

  /**
   * Has it go on with a connection. Ours stays open until it says that it has taken it: what it has not
   * when it ends is for another.
   */
  pass(connection: PassedHandle): void {
    const message: ParentMessage = { type: "connection" };
    this.#passing.push(connection);
    this.#child?.send(message, connection, {}, () => {});
  }

  #onMessage(received: unknown, handle: unknown): void {
    // The application may send messages, too, to whom it takes for its parent.
    if (typeof received !== "object" || received === null) return;
    const message = received as WorkerMessage;
    switch (message.type) {
      case "ready":
        clearTimeout(this.#killer);
        this.#listener.onListening(this);
        break;
      case "failed":
        this.end = String(message.message);
        this.failedStatus = Number(message.status);
        break;
      case "figures":
        if (isFigures(message.figures)) this.figures = message.figures;
        break;
      case "connection":
        // None where its peer closed it on the way, or this process has no descriptor left.
        if (handle) this.#listener.onConnection(handle as PassedHandle);
        break;
      case "adopted":
        this.#onAdopted(message.isTaken);
        break;
      case "leave":
        this.leaving = message.reason;
        this.#listener.onLeave(this, message.reason, message.urgent);
        break;
      case "status-wanted":
        this.#listener.onStatusWanted(this, message.id);
        break;
    }
  }

  /** It answers in the order in which they were passed. */
  #onAdopted(isTaken: boolean): void {
    const connection = this.#passing.shift();
    if (isTaken) connection?.close();
    else if (connection) this.#listener.onConnection(connection);
  }

  /** To be called when all it has said was heard. */
  #giveBack(): void {
    for (const connection of this.#passing.splice(0)) {
      this.#listener.onConnection(connection);
    }
  }

  #onEnd(how: string): void {
    if (this.#phase === "ended") return;
    clearTimeout(this.#killer);
    // Node tells of no disconnection where a connection still waits to be sent.
    setTimeout(() => this.#giveBack(), HEARD_MS);
    this.end ||= how;
    this.endedFrom = this.#phase;
    this.#phase = "ended";
    this.#listener.onEnded(this);
  }
}
