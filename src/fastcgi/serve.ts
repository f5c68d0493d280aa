// FastCGI: one process, many requests. Listens, hands each connection to the engine, and drains.
import { createServer, type Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";
import { settingsFrom } from "../common/settings.ts";
import type { Application } from "../common/types.ts";
import { parseAddress } from "./address.ts";
import { peerTest } from "./allow.ts";
import { Connection } from "./connection.ts";
import type { Engine, ServedConnection } from "./engine.ts";
import { inheritedAddresses } from "./inherited.ts";
import { listen } from "./listen.ts";
import type { Listener } from "./listener.ts";
import { Load } from "./load.ts";
import { type FastcgiOptions, limitsFrom } from "./options.ts";
import { ended } from "./reasons.ts";
import type { Service } from "./service.ts";
import { SpoolBudget } from "./spool-budget.ts";
import { withdraw } from "./withdraw.ts";

/** A running responder. */
export interface FastcgiServer {
  /** Where it listens. */
  readonly addresses: readonly string[];
  /**
   * Stops listening and lets running requests finish, with their `tsgi.cleanup`. Aborts what is left
   * after `drainTimeoutMs`, or at once when called again, and `abortGraceMs` later closes the
   * connections. Resolves when the last one is closed.
   */
  close(): Promise<void>;
}

/** FCGI_LISTENSOCK_FILENO. */
const STDIN = "fd:0";
/** How often an address that a sibling serves is tried again. */
const TAKEOVER_MS = 2_000;

/**
 * Serves an application over FastCGI 1.0 until {@link FastcgiServer.close}.
 *
 * @throws {TsgiError} `LISTEN` where it cannot listen, `CONFIG` for options that make no sense
 */
export async function serve(
  application: Application,
  options: FastcgiOptions = {},
): Promise<FastcgiServer> {
  const limits = limitsFrom(options);
  const inherited = options.inherited === false ? [] : inheritedAddresses();
  const service: Service = {
    application,
    limits,
    settings: settingsFrom(options, {
      multiprocess: options.multiprocess ?? inherited.length > 0,
      runOnce: false,
      concurrent: limits.maxConcurrency > 1,
    }),
    load: new Load(),
    spools: new SpoolBudget(limits.maxSpooledBytes),
  };
  const responder = new Responder(
    service,
    options.engine === "node-fastcgi"
      ? (await import("./node-fastcgi.ts")).nodeFastcgiEngine
      : (socket) => new Connection(socket, service),
    peerTest(options.allow),
  );
  await responder.listen(inherited, options);
  return responder;
}

/** A connection, and the socket under it. */
interface OpenConnection {
  readonly socket: Socket;
  readonly connection: ServedConnection;
}

class Responder implements FastcgiServer {
  readonly #service: Service;
  readonly #engine: Engine;
  readonly #isAllowed: ((peer: Socket) => boolean) | undefined;
  readonly #connections: OpenConnection[] = [];
  readonly #listeners: Listener[] = [];
  #takeover: NodeJS.Timeout | undefined;
  #closing: Promise<void> | undefined;
  #grace: NodeJS.Timeout | undefined;

  constructor(
    service: Service,
    engine: Engine,
    isAllowed: ((peer: Socket) => boolean) | undefined,
  ) {
    this.#service = service;
    this.#engine = engine;
    this.#isAllowed = isAllowed;
  }

  /** process.exit(), or an uncaught error: whoever waits gets an answer. */
  readonly #onExit = (): void => {
    const reason = ended();
    for (const { connection } of [...this.#connections]) {
      connection.refuse(reason);
    }
  };

  get addresses(): readonly string[] {
    return this.#listeners.map(({ address }) => address);
  }

  async listen(
    inherited: readonly string[],
    options: FastcgiOptions,
  ): Promise<void> {
    const addresses = options.listen ?? [];
    const occupied: string[] = [];
    try {
      for (const address of inherited) {
        if (addresses.includes(address)) continue;
        try {
          await this.#listenOn(address, options);
        } catch (error) {
          // A connected socket cannot be listened on: it is just this process's standard input.
          if (address !== STDIN || !hasCode(error, "EINVAL")) throw error;
        }
      }
      // One of several processes which the web server has started: a sibling may have been first.
      const hasSiblings = this.#listeners.length > 0;
      for (const address of addresses) {
        try {
          await this.#listenOn(address, options);
        } catch (error) {
          if (!hasSiblings || !hasCode(error, "EADDRINUSE")) throw error;
          occupied.push(address);
        }
      }
      if (this.#listeners.length === 0) {
        throw new TsgiError(
          "LISTEN",
          "Cannot listen: descriptor 0 is not a listening socket, and no address was given",
        );
      }
    } catch (error) {
      this.#closeListeners();
      for (const { socket } of [...this.#connections]) socket.destroy();
      throw error;
    }
    process.on("exit", this.#onExit);
    if (occupied.length > 0) this.#awaitTakeover(occupied, options);
  }

  close(): Promise<void> {
    if (this.#closing !== undefined) this.#abort();
    this.#closing ??= this.#drain();
    return this.#closing;
  }

  async #listenOn(text: string, options: FastcgiOptions): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.on("connection", (socket) => this.#accept(socket));
    const listener = await listen(server, parseAddress(text), {
      socketMode: options.socketMode ?? 0o660,
      socketOwner: options.socketOwner,
      socketGroup: options.socketGroup,
      backlog: options.backlog ?? 511,
    });
    server.on("error", (cause) => this.#onServerError(cause));
    this.#listeners.push(listener);
  }

  /** Goes on trying for what a sibling serves, so that somebody does when it ends. */
  #awaitTakeover(occupied: readonly string[], options: FastcgiOptions): void {
    let waiting = occupied;
    const attempt = async (): Promise<void> => {
      const still: string[] = [];
      for (const address of waiting) {
        await this.#listenOn(address, options).catch(() => still.push(address));
      }
      waiting = still;
      if (this.#closing !== undefined) this.#closeListeners();
      else if (waiting.length > 0) this.#awaitTakeover(waiting, options);
    };
    this.#takeover = setTimeout(() => void attempt(), TAKEOVER_MS).unref();
  }

  #closeListeners(): void {
    clearTimeout(this.#takeover);
    for (const listener of this.#listeners) listener.close();
  }

  #accept(socket: Socket): void {
    const { load } = this.#service;
    if (this.#isAllowed?.(socket) === false) {
      this.#service.limits.onError(
        new TsgiError(
          "PROTOCOL",
          `Cannot accept a connection from ${socket.remoteAddress ?? "a Unix socket"}: it is not in the list of web servers`,
        ),
      );
      socket.destroy();
      return;
    }
    load.connected();
    const open = { socket, connection: this.#engine(socket, this.#service) };
    this.#connections.push(open);
    socket.on("close", () => {
      withdraw(this.#connections, open);
      load.disconnected();
    });
  }

  /** accept() fails (EMFILE) without harm to what is running. */
  #onServerError(cause: Error): void {
    const message = `Cannot accept a connection: ${cause.message}`;
    const error = new TsgiError("LISTEN", message, { cause });
    this.#service.limits.onError(error);
  }

  async #drain(): Promise<void> {
    const { load, limits } = this.#service;
    this.#closeListeners();
    for (const { connection } of [...this.#connections]) connection.drain();
    const timer = setTimeout(() => this.#abort(), limits.drainTimeoutMs);
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
    }, settings.abortGraceMs);
  }
}

function hasCode(error: unknown, code: string): boolean {
  const cause = TsgiError.is(error) ? error.cause : undefined;
  return (cause as { code?: unknown } | undefined)?.code === code;
}
