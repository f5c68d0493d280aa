// The sockets a responder listens on: inherited ones, those it was told, and those a sibling may leave to it.
import { createServer, type Socket } from "node:net";
import { TsgiError } from "../common/errors.ts";
import { parseAddress } from "./address.ts";
import { listen } from "./listen.ts";
import type { Listener } from "./listener.ts";
import type { FastcgiOptions } from "./options.ts";
import type { SocketFileOptions } from "./socket-file.ts";

/** FCGI_LISTENSOCK_FILENO. */
const STDIN = "fd:0";
/** How often an address that a sibling serves is tried again. */
const TAKEOVER_MS = 2_000;
/** How often the files of Unix sockets are looked for. */
const LOOK_MS = 1_000;

/** Who takes connections, and hears of what goes wrong. */
export interface Acceptor {
  accept(socket: Socket): void;
  onError(error: TsgiError): void;
}

/**
 *   open ------------> closed
 *          close()
 */
export class Listeners {
  readonly #acceptor: Acceptor;
  readonly #options: SocketFileOptions;
  #listeners: readonly Listener[] = [];
  /** Addresses whose files have vanished, and could not be made anew yet. */
  #lost: readonly string[] = [];
  #look: NodeJS.Timeout | undefined;
  #phase: "open" | "closed" = "open";
  #takeover: NodeJS.Timeout | undefined;

  constructor(acceptor: Acceptor, options: FastcgiOptions) {
    this.#acceptor = acceptor;
    this.#options = fileOptions(options);
  }

  /** Those that are listened on now. */
  get addresses(): readonly string[] {
    return this.#listeners.map(({ address }) => address);
  }

  /**
   * Listens on what was inherited, and on `addresses`.
   *
   * @throws {TsgiError} `LISTEN` where one of them cannot be had; then none is
   */
  async open(
    inherited: readonly string[],
    addresses: readonly string[],
  ): Promise<void> {
    const occupied: string[] = [];
    try {
      for (const address of inherited) {
        if (addresses.includes(address)) continue;
        try {
          await this.#listenOn(address);
        } catch (error) {
          // A connected socket cannot be listened on: it is just this process's standard input.
          if (address !== STDIN || !hasCode(error, "EINVAL")) throw error;
        }
      }
      // One of several processes which the web server has started: a sibling may have been first.
      const hasSiblings = this.#listeners.length > 0;
      for (const address of addresses) {
        try {
          await this.#listenOn(address);
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
      this.close();
      throw error;
    }
    if (occupied.length > 0) this.#awaitTakeover(occupied);
    this.#look = setInterval(() => void this.#regain(), LOOK_MS).unref();
  }

  /** Stops listening at once; connections stay. */
  close(): void {
    this.#phase = "closed";
    clearTimeout(this.#takeover);
    clearInterval(this.#look);
    for (const listener of this.#listeners) listener.close();
  }

  async #listenOn(text: string): Promise<void> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    server.on("connection", (socket) => this.#acceptor.accept(socket));
    const listener = await listen(server, parseAddress(text), this.#options);
    server.on("error", (cause) => this.#onServerError(cause));
    this.#listeners = [...this.#listeners, listener];
  }

  /** Somebody has removed a file, or its directory: listens there anew as soon as that can be. */
  async #regain(): Promise<void> {
    const gone = this.#listeners.filter(
      ({ isReachable }) => isReachable?.() === false,
    );
    for (const listener of gone) {
      const { address } = listener;
      const message = `Cannot be reached at ${address} any more: its file is gone, or not ours; it will be made anew`;
      this.#acceptor.onError(new TsgiError("LISTEN", message));
      // Who has connected before is still taken in.
      listener.close();
      this.#lost = [...this.#lost, address];
    }
    this.#listeners = this.#listeners.filter((each) => !gone.includes(each));
    const lost = this.#lost;
    this.#lost = [];
    for (const address of lost) {
      await this.#listenOn(address).catch(() => {
        this.#lost = [...this.#lost, address];
      });
    }
    if (this.#phase === "closed") this.close();
  }

  /** Goes on trying for what a sibling serves, so that somebody does when it ends. */
  #awaitTakeover(occupied: readonly string[]): void {
    let waiting = occupied;
    const attempt = async (): Promise<void> => {
      const still: string[] = [];
      for (const address of waiting) {
        await this.#listenOn(address).catch(() => still.push(address));
      }
      waiting = still;
      if (this.#phase === "closed") this.close();
      else if (waiting.length > 0) this.#awaitTakeover(waiting);
    };
    this.#takeover = setTimeout(() => void attempt(), TAKEOVER_MS).unref();
  }

  /** accept() fails (EMFILE) without harm to what is running. */
  #onServerError(cause: Error): void {
    const message = `Cannot accept a connection: ${cause.message}`;
    this.#acceptor.onError(new TsgiError("LISTEN", message, { cause }));
  }
}

/** How to make socket files, with defaults filled in. */
export function fileOptions(options: FastcgiOptions): SocketFileOptions {
  return {
    socketMode: options.socketMode ?? 0o660,
    socketOwner: options.socketOwner,
    socketGroup: options.socketGroup,
    backlog: options.backlog ?? 511,
  };
}

function hasCode(error: unknown, code: string): boolean {
  const cause = TsgiError.is(error) ? error.cause : undefined;
  return (cause as { code?: unknown } | undefined)?.code === code;
}
