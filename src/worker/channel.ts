// The child's side of what parent and worker say to each other.
import type { SendHandle } from "node:child_process";
import type { Status, WorkerFigures } from "../insight/figures.ts";
import type { ParentMessage, WorkerMessage } from "../supervisor/messages.ts";

/** The first message of the parent. */
export type Begin = Extract<ParentMessage, { type: "begin" }>;

/** What the parent may want of a worker that serves. */
export interface Orders {
  /** Finish what runs, and end; `why` for the log. The parent may be gone. */
  drain(why: string): void;
  /** Go on with a connection. @returns false where that is for another, since this process ends */
  adopt(handle: unknown): boolean;
  /** End at once. */
  end(): void;
  /** Open log files anew. */
  reopen(): void;
  /** The figures of this moment; undefined where there are none. */
  figures(): WorkerFigures | undefined;
}

const FIGURES_EVERY_MS = 1_000;
/** Milliseconds to wait for the status; a parent that takes longer is in trouble itself. */
const STATUS_MS = 3_000;

/**
 * The channel to the parent, which the application does not see: whoever finds `process.send` takes
 * somebody else's parent for its own.
 */
export class ParentChannel {
  /** Resolves with the first message. */
  readonly begun: Promise<Begin>;
  /** Gives the parent a connection for another worker; `done` when it has left this process, or cannot. */
  readonly pass: (handle: unknown, done: () => void) => void;
  readonly #send: (message: WorkerMessage, done?: () => void) => void;
  readonly #waiting = new Map<number, (status: Status) => void>();
  #orders: Orders | undefined;
  #asked = 0;
  #isGone = false;
  #onBegin: (begin: Begin) => void = () => {};

  /** Takes the channel of this process. Without orders it ends with the parent. */
  constructor() {
    const send = process.send?.bind(process);
    delete process.send;
    this.#send = (message, done = () => {}) => {
      if (send === undefined || !process.connected) done();
      else send(message, undefined, undefined, done);
    };
    this.begun = new Promise((resolve) => {
      this.#onBegin = resolve;
    });
    process.on("message", (message, handle) => {
      this.#onMessage(message, handle);
    });
    this.pass = (handle, done) => {
      if (send === undefined || !process.connected) done();
      else send({ type: "connection" }, handle as SendHandle, undefined, done);
    };
    process.once("disconnect", () => this.#onDisconnect());
  }

  /** From now on the worker does what it is told, and tells its figures every second. */
  obey(orders: Orders): void {
    this.#orders = orders;
    if (this.#isGone) orders.drain(GONE);
    setInterval(() => this.#tellFigures(), FIGURES_EVERY_MS).unref();
  }

  /** Tells the parent. Never fails: a parent that is gone has ended us already. */
  tell(message: WorkerMessage): void {
    this.#send(message);
  }

  /** Tells the parent, and resolves when that has left this process. */
  async tellBeforeEnd(message: WorkerMessage): Promise<void> {
    await new Promise<void>((resolve) => this.#send(message, resolve));
  }

  /** The status of all workers. @throws where the parent does not tell */
  status(): Promise<Status> {
    const id = ++this.#asked;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(id);
        reject(new Error("Cannot tell the status: the supervisor is silent"));
      }, STATUS_MS);
      this.#waiting.set(id, (status) => {
        clearTimeout(timer);
        resolve(status);
      });
      this.tell({ type: "status-wanted", id });
    });
  }

  #tellFigures(): void {
    const figures = this.#orders?.figures();
    if (figures !== undefined) this.tell({ type: "figures", figures });
  }

  /** Whether the parent is there. */
  get isOpen(): boolean {
    return !this.#isGone;
  }

  #onMessage(received: unknown, handle: unknown): void {
    const message = received as ParentMessage;
    switch (message.type) {
      case "begin":
        this.#onBegin(message);
        break;
      case "drain":
        this.#orders?.drain("asked to leave");
        break;
      case "connection":
        this.#adopt(handle);
        break;
      case "end":
        if (this.#orders === undefined) process.exit();
        this.#orders.end();
        break;
      case "figures-wanted":
        this.#tellFigures();
        break;
      case "reopen":
        this.#orders?.reopen();
        break;
      case "status":
        this.#waiting.get(message.id)?.(message.status);
        this.#waiting.delete(message.id);
        break;
    }
  }

  /** There is no handle where this process has no descriptor left. */
  #adopt(handle: unknown): void {
    const isTaken = Boolean(handle) && this.#orders?.adopt(handle) === true;
    this.tell({ type: "adopted", isTaken });
  }

  #onDisconnect(): void {
    this.#isGone = true;
    if (this.#orders === undefined) process.exit(1);
    this.#orders.drain(GONE);
  }
}

const GONE = "the supervisor has ended";
