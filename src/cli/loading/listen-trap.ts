// Programs that listen for HTTP by themselves: their listen() succeeds, and opens nothing.
import type { Server as HttpServer } from "node:http";
import type { Server } from "node:net";
import {
  type AskedAddress,
  askedAddress,
  type ListenArguments,
  pretendListening,
} from "./asked-address.ts";

/** A server that would be listening now. */
export interface TrappedServer {
  readonly server: HttpServer;
  readonly asked: AskedAddress;
}

type Listen = (this: Server, ...args: unknown[]) => Server;

/** `init` is what the constructor of every emitter calls; node:domain replaces it, too. */
interface Emitters {
  init(this: object, ...args: unknown[]): void;
}

/**
 * Waits for HTTP servers without loading what they are made of: node:http is half of a CGI start,
 * and few applications use it. So the trap is set when the first server of any kind is made,
 * however the program has come by its class.
 */
export class ListenTrap {
  /** The first server that listened. */
  first: TrappedServer | undefined;
  readonly #onListen: (asked: AskedAddress, first?: AskedAddress) => void;
  #onFirst: () => void = () => {};
  #undo: () => void = () => {};

  /** @param onListen told of each server; of `first`, too, where that is another one at another address */
  constructor(onListen: (asked: AskedAddress, first?: AskedAddress) => void) {
    this.#onListen = onListen;
    this.#awaitServer();
  }

  /** Lets servers that listen from now on do so. */
  remove(): void {
    this.#undo();
  }

  /**
   * Resolves when a server listens, with undefined when none can any more since nothing goes on in
   * the process, or after that many milliseconds.
   */
  async listened(patienceMs: number): Promise<TrappedServer | undefined> {
    if (this.first !== undefined) return this.first;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, patienceMs).unref();
      this.#onFirst = () => {
        clearTimeout(timer);
        resolve();
      };
      process.once("beforeExit", resolve);
    });
    return this.first;
  }

  #awaitServer(): void {
    // EventEmitter, of which process is one: a require() of node:events takes a while.
    const emitters: Emitters = Object.getPrototypeOf(
      Object.getPrototypeOf(process),
    ).constructor;
    const { init } = emitters;
    const found = (emitter: object): void => {
      const { Server } = process.getBuiltinModule("node:net");
      if (!(emitter instanceof Server)) return;
      this.#undo();
      this.#set(Server.prototype as unknown as { listen: Listen });
    };
    const watching = function (this: object, ...args: unknown[]): void {
      if ("listen" in this) found(this);
      init.apply(this, args);
    };
    emitters.init = watching;
    this.#undo = () => {
      if (emitters.init === watching) emitters.init = init;
    };
  }

  #set(prototype: { listen: Listen }): void {
    const { listen } = prototype;
    const isWanted = (server: Server, args: ListenArguments): boolean =>
      this.#take(server, args);
    const trapped: Listen = function (...args) {
      return isWanted(this, args) ? this : listen.apply(this, args);
    };
    prototype.listen = trapped;
    this.#undo = () => {
      if (prototype.listen === trapped) prototype.listen = listen;
    };
  }

  /** Whether the call is ours. Node's own listen() says what is wrong with a call. */
  #take(server: Server, args: ListenArguments): boolean {
    if (!isHttpServer(server) || server.listening) return false;
    const asked = askedAddress(args);
    if (asked === undefined) return false;
    const callback = args.at(-1);
    if (typeof callback === "function") {
      server.once("listening", callback as () => void);
    }
    const { signal } = (args[0] ?? {}) as { readonly signal?: AbortSignal };
    signal?.addEventListener("abort", () => server.close());
    pretendListening(server, asked);
    if (this.first === undefined) {
      this.first = { server, asked };
      this.#onListen(asked);
      this.#onFirst();
    } else if (asked.text !== this.first.asked.text) {
      // The same port is asked for twice where localhost has two addresses.
      this.#onListen(asked, this.first.asked);
    }
    return true;
  }
}

/** Those of node:http and node:https, which have this in common. */
function isHttpServer(server: Server): server is HttpServer {
  return "closeIdleConnections" in server;
}
