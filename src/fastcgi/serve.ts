// FastCGI: one process, many requests.
import type { Socket } from "node:net";
import { settingsFrom } from "../common/settings.ts";
import type { Application } from "../common/types.ts";
import { Connection } from "./connection.ts";
import { inheritedAddresses } from "./inherited.ts";
import { Load } from "./load.ts";
import { type FastcgiOptions, limitsFrom } from "./options.ts";
import { Queue } from "./queue.ts";
import { Responder } from "./responder.ts";
import type { Service } from "./service.ts";
import { SpoolBudget } from "./spool-budget.ts";

/** A running responder. */
export interface FastcgiServer {
  /** Where it listens. */
  readonly addresses: readonly string[];
  /** What it is busy with now. */
  readonly load: ServerLoad;
  /**
   * Stops listening and lets running requests finish, with their `tsgi.cleanup`. Aborts what is left
   * after `gracefulTimeoutMs`, or at once when called again, and `abortGraceMs` later closes the
   * connections. Resolves when the last one is closed.
   */
  close(options?: CloseOptions): Promise<void>;
  /** Goes on with a connection on which another process has answered requests. */
  adopt(socket: Socket): void;
}

/** How busy a {@link FastcgiServer} is. */
export interface ServerLoad {
  /** Open connections. */
  readonly connections: number;
  /** Requests that wait for their turn. */
  readonly queued: number;
}

/** How to close a {@link FastcgiServer}. */
export interface CloseOptions {
  /**
   * Milliseconds in which an idle kept connection still takes one more request, for web servers that reuse
   * it just now; 0 unless given. For processes that others succeed: nothing is lost then.
   */
  quietMs?: number | undefined;
  /**
   * Takes each kept connection while no request is on it, for a process that goes on with it by
   * {@link FastcgiServer.adopt}; instead of closing it, which a web server may notice too late.
   */
  handOver?: ((socket: Socket) => void) | undefined;
  /** Milliseconds that applications may go on after the abort; `abortGraceMs` of the server unless given. */
  abortGraceMs?: number | undefined;
}

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
    queue: new Queue(limits),
    spools: new SpoolBudget(limits.maxSpooledBytes),
  };
  const responder = new Responder(
    service,
    options.engine === "node-fastcgi"
      ? (await import("./node-fastcgi.ts")).nodeFastcgiEngine
      : (socket, _, isAdopted) => new Connection(socket, service, isAdopted),
    options,
  );
  await responder.listen(inherited, options.listen ?? []);
  return responder;
}
