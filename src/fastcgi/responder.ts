// Hands each connection to the engine, and drains.
import type { Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";
import { withdraw } from "../common/withdraw.ts";
import { peerTest } from "./allow.ts";
import type { Engine, ServedConnection } from "./engine.ts";
import { type Acceptor, Listeners } from "./listeners.ts";
import type { FastcgiOptions } from "./options.ts";
import { ended } from "./reasons.ts";
import type { CloseOptions, FastcgiServer, ServerLoad } from "./serve.ts";
import type { Service } from "./service.ts";

/** A connection, and the socket under it. */
interface OpenConnection {
  readonly socket: Socket;
  readonly connection: ServedConnection;
}

/** A process that serves; {@link FastcgiServer} has its life. */
export class Responder implements FastcgiServer, Acceptor {
  readonly #service: Service;
  readonly #engine: Engine;
  readonly #isAllowed: ((peer: Socket) => boolean) | undefined;
  readonly #connections: OpenConnection[] = [];
  readonly #listeners: Listeners;
  #closing: Promise<void> | undefined;
  /** How it closes, once it does. */
  #closeOptions: CloseOptions = {};
  #grace: NodeJS.Timeout | undefined;

  /** @throws {TsgiError} `CONFIG` for an address to allow that is none */
  constructor(service: Service, engine: Engine, options: FastcgiOptions) {
    this.#service = service;
    this.#engine = engine;
    this.#isAllowed = peerTest(options.allow);
    this.#listeners = new Listeners(this, options);
  }

  /** process.exit(), or an uncaught error: whoever waits gets an answer. */
  readonly #onExit = (): void => {
    const reason = ended();
    for (const { connection } of [...this.#connections]) {
      connection.refuse(reason);
    }
  };

  get addresses(): readonly string[] {
    return this.#listeners.addresses;
  }

  get load(): ServerLoad {
    const { load, queue } = this.#service;
    return { connections: load.connections, queued: queue.length };
  }

  /** @throws {TsgiError} `LISTEN` */
  async listen(
    inherited: readonly string[],
    addresses: readonly string[],
  ): Promise<void> {
    try {
      await this.#listeners.open(inherited, addresses);
    } catch (error) {
      for (const { socket } of [...this.#connections]) socket.destroy();
      throw error;
    }
    process.on("exit", this.#onExit);
  }

  close(options: CloseOptions = {}): Promise<void> {
    if (this.#closing !== undefined) this.#abort();
    else this.#closeOptions = options;
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  adopt(socket: Socket): void {
    const { handOver } = this.#closeOptions;
    // It came too late, and goes to the next: nothing has been read of it.
    if (handOver !== undefined) {
      handOver(socket);
      return;
    }
    this.accept(socket, true);
    if (this.#closing === undefined) return;
    this.#connections.at(-1)?.connection.drain(0);
  }

  accept(socket: Socket, isAdopted = false): void {
    const { load } = this.#service;
    if (this.#isAllowed?.(socket) === false) {
      this.onError(
        new TsgiError(
          "PROTOCOL",
          `Cannot accept a connection from ${socket.remoteAddress ?? "a Unix socket"}: it is not in the list of web servers`,
        ),
      );
      socket.destroy();
      return;
    }
    load.connected();
    const open = {
      socket,
      connection: this.#engine(socket, this.#service, isAdopted),
    };
    this.#connections.push(open);
    socket.on("close", () => {
      withdraw(this.#connections, open);
      load.disconnected();
    });
  }

  onError(error: TsgiError): void {
    this.#service.limits.onError(error);
  }

  async #drain(): Promise<void> {
    const { load, limits } = this.#service;
    this.#listeners.close();
    const { quietMs = 0, handOver } = this.#closeOptions;
    for (const { connection } of [...this.#connections]) {
      connection.drain(quietMs, handOver);
    }
    const timer = setTimeout(() => this.#abort(), limits.gracefulTimeoutMs);
    await load.idle();
    process.off("exit", this.#onExit);
    clearTimeout(timer);
    clearTimeout(this.#grace);
  }

  #abort(): void {
    const { load, settings } = this.#service;
    const reason = new TsgiError(
      "SHUTDOWN",
      "Cannot go on with the request: the server is stopping",
    );
    for (const { connection } of [...this.#connections]) {
      connection.abort(reason);
    }
    // By then the requests have ended, but a peer may not have read that.
    this.#grace ??= setTimeout(() => {
      for (const { socket } of [...this.#connections]) socket.destroy();
      load.disregardCalls();
    }, this.#closeOptions.abortGraceMs ?? settings.abortGraceMs);
  }
}
