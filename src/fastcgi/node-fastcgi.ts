// The second engine: the package node-fastcgi carries the requests, our runner serves them.
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import { Duplex, type Writable } from "node:stream";
import type { TsgiError } from "../common/errors.ts";
import { Run } from "../common/run.ts";
import { Deadline } from "./deadline.ts";
import type { Engine, ServedConnection } from "./engine.ts";
import { answerHttp, looksLikeHttp } from "./http-answer.ts";
import {
  StreamErrors,
  StreamOutput,
  sourceOf,
} from "./node-fastcgi-streams.ts";
import type { Role } from "./protocol.ts";
import { QueuedRun } from "./queued-run.ts";
import { aborted, paramsOverdue } from "./reasons.ts";
import { RecordGuard } from "./record-guard.ts";
import type { Service } from "./service.ts";

/** The parts of node-fastcgi 2.0.0 we use; it comes without types. */
interface NodeFastcgi {
  createServer(config: object): {
    on(
      event: string,
      listener: (request: Incoming, response: Outgoing) => void,
    ): void;
    emit(event: "connection", socket: Duplex): void;
  };
}
interface Incoming extends AsyncIterable<Uint8Array> {
  readonly data: AsyncIterable<Uint8Array>;
  on(event: "aborted", listener: () => void): void;
}
interface Outgoing {
  readonly stdout: Duplex & { readonly _id: number };
  readonly stderr: Writable;
}

const EVENTS: Readonly<Record<Role, string>> = {
  RESPONDER: "request",
  AUTHORIZER: "authorize",
  FILTER: "filter",
};

/** Carries a connection with node-fastcgi, behind a {@link RecordGuard}. */
export const nodeFastcgiEngine: Engine = (socket, service) =>
  new NodeFastcgiConnection(socket, service);

class NodeFastcgiConnection implements ServedConnection {
  readonly #socket: Socket;
  readonly #service: Service;
  readonly #runs = new Set<QueuedRun>();
  readonly #guard: RecordGuard;
  readonly #duplex: GuardedSocket;
  readonly #head: Deadline;
  #isFresh = true;
  #isDraining = false;
  #quiet: Deadline | undefined;

  constructor(socket: Socket, service: Service) {
    this.#socket = socket;
    this.#service = service;
    const { limits } = service;
    const { lingerTimeoutMs, paramsTimeoutMs } = limits;
    this.#guard = new RecordGuard(service, {
      forward: (record) => this.#duplex.push(record),
      reply: (record) => socket.write(record),
      close: () => this.#duplex.end(),
    });
    this.#duplex = new GuardedSocket(socket, this.#guard, lingerTimeoutMs);
    this.#head = new Deadline(paramsTimeoutMs, () =>
      this.#fail(paramsOverdue(paramsTimeoutMs)),
    );
    this.#head.start();
    socket.on("data", (bytes: Uint8Array) => this.#onData(bytes));
    socket.on("end", () => socket.destroy());
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#head.stop();
      this.#quiet?.stop();
      this.#guard.close();
      this.#duplex.destroy();
    });

    const library = createRequire(import.meta.url)(
      "node-fastcgi",
    ) as NodeFastcgi;
    const server = library.createServer({
      maxConns: limits.maxConnections,
      maxReqs: limits.maxConcurrency + limits.maxQueue,
      multiplex: limits.multiplex,
    });
    for (const role of limits.roles) {
      server.on(EVENTS[role], (request, response) =>
        this.#serve(role, request, response),
      );
    }
    server.emit("connection", this.#duplex);
  }

  drain(quietMs: number): void {
    this.#isDraining = true;
    if (quietMs === 0 || this.#runs.size > 0) {
      this.#settle();
      return;
    }
    this.#quiet = new Deadline(quietMs, () =>
      setImmediate(() => this.#settle()),
    );
    this.#quiet.start();
  }

  abort(reason: TsgiError): void {
    for (const run of this.#runs) run.abort(reason);
    this.drain(0);
  }

  /** The library's streams are asynchronous: the peer sees its connection close. */
  refuse(reason: TsgiError): void {
    if (this.#runs.size > 0) this.#service.limits.onError(reason);
  }

  #onData(bytes: Uint8Array): void {
    if (this.#isFresh && looksLikeHttp(bytes)) {
      this.#refuseHttp();
      return;
    }
    this.#isFresh = false;
    try {
      this.#guard.push(bytes);
      if (this.#guard.isOwed) this.#head.start();
      else this.#head.stop();
    } catch (error) {
      this.#fail(error as TsgiError);
    }
  }

  #refuseHttp(): void {
    const socket = this.#socket;
    this.#service.limits.onError(answerHttp(socket));
    socket.removeAllListeners("data");
    this.#head.stop();
    this.#duplex.finish();
  }

  #fail(error: TsgiError): void {
    this.#service.limits.onError(error);
    this.#socket.destroy();
  }

  #serve(role: Role, request: Incoming, response: Outgoing): void {
    const { settings, limits } = this.#service;
    const guarded = this.#guard.take(response.stdout._id);
    if (guarded === undefined) return;
    const { variables, refusal } = guarded;
    variables.FCGI_ROLE = role;
    const errors = new StreamErrors(response.stderr, limits.errors);
    const output = new StreamOutput(role, response.stdout, errors, () =>
      this.#socket.destroy(),
    );
    const parts = {
      variables,
      body: sourceOf(request),
      data: role === "FILTER" ? sourceOf(request.data) : undefined,
      errors,
    };
    const run = new QueuedRun(new Run(parts, output, settings), this.#service);
    this.#runs.add(run);
    // Only now END_REQUEST has left.
    response.stdout.once("close", () => {
      this.#runs.delete(run);
      run.leave();
      this.#settle();
    });
    request.on("aborted", () => run.abort(aborted()));
    if (refusal !== undefined) run.refuse(refusal);
    else run.enter(variables);
  }

  #settle(): void {
    if (this.#isDraining && this.#runs.size === 0) this.#socket.destroySoon();
  }
}

/**
 * The socket as node-fastcgi sees it: without idle timeout, with guarded records, and closed only
 * where the web server wants that: node-fastcgi itself does not understand FCGI_KEEP_CONN.
 */
class GuardedSocket extends Duplex {
  readonly #socket: Socket;
  readonly #guard: RecordGuard;
  readonly #linger: Deadline;

  constructor(socket: Socket, guard: RecordGuard, lingerTimeoutMs: number) {
    super();
    this.#socket = socket;
    this.#guard = guard;
    this.#linger = new Deadline(lingerTimeoutMs, () => socket.destroy());
  }

  setTimeout(): this {
    return this;
  }

  override push(chunk: Uint8Array | null): boolean {
    const hasRoom = super.push(chunk);
    if (!hasRoom) this.#socket.pause();
    return hasRoom;
  }

  override end(): this {
    if (this.#guard.isOver) this.finish();
    return this;
  }

  /** Sends FIN and reads on, so that no reset takes the answer from the web server. */
  finish(): void {
    this.#socket.end();
    this.#socket.resume();
    this.#linger.start();
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(
    chunk: Uint8Array,
    _: string,
    done: (error?: Error | null) => void,
  ): void {
    if (!this.#guard.allows(chunk) || !this.#socket.writable) done();
    else this.#socket.write(chunk, done);
  }

  override _destroy(
    error: Error | null,
    done: (error: Error | null) => void,
  ): void {
    this.#linger.stop();
    this.#socket.destroy();
    done(error);
  }
}
