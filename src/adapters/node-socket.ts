import { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Environ } from "../common/types.ts";
import { HIGH_WATER, type NodeOutput } from "./node-output.ts";

type Callback = (error?: Error | null) => void;

/** What a socket's owner does for it. */
export interface SocketOwner {
  readonly environ: Environ;
  readonly output: NodeOutput;
  readonly req: IncomingMessage;
  readonly res: ServerResponse;
  /** The application wants more of the body. */
  wanted(): void;
  /** The application gives the connection up. */
  abandoned(error: Error | undefined): void;
  /** The application went wrong. */
  failed(error: unknown): void;
}

/**
 * What `req.socket` and `res.socket` are: as much of a `net.Socket` as node:http itself and
 * programs use. One serves one request. It is no stream, since a Duplex would cost more than the
 * rest of a request together.
 */
export class NodeSocket extends EventEmitter {
  readonly #owner: SocketOwner;
  #timer: NodeJS.Timeout | undefined;
  readonly _writableState: { corked: number };
  readonly readableHighWaterMark: number = HIGH_WATER;
  readonly writableHighWaterMark: number = HIGH_WATER;
  readonly connecting: boolean = false;
  destroyed = false;
  /** Looked at by node:http, which then emits no "finish". */
  _hadError = false;
  timeout: number | undefined;
  bytesRead = 0;
  bytesWritten = 0;

  constructor(owner: SocketOwner) {
    super();
    this.#owner = owner;
    this._writableState = owner.output.state;
  }

  get environ(): Environ {
    return this.#owner.environ;
  }

  get remoteAddress(): string | undefined {
    return this.environ.REMOTE_ADDR;
  }

  get remoteFamily(): string | undefined {
    return familyOf(this.remoteAddress);
  }

  get remotePort(): number | undefined {
    return portOf(this.environ.REMOTE_PORT);
  }

  get localAddress(): string | undefined {
    return this.environ.SERVER_ADDR;
  }

  get localFamily(): string | undefined {
    return familyOf(this.localAddress);
  }

  get localPort(): number | undefined {
    return portOf(this.environ.SERVER_PORT);
  }

  /** As `tls.TLSSocket` has it: whether the client uses TLS. */
  get encrypted(): boolean {
    return this.environ["tsgi.url_scheme"] === "https";
  }

  /** Also after the response: who reads on is told then that the body has ended, or is lost. */
  get readable(): boolean {
    return !this.#owner.req.destroyed;
  }

  get writable(): boolean {
    return !this.destroyed;
  }

  get closed(): boolean {
    return this.destroyed;
  }

  get pending(): boolean {
    return false;
  }

  get readyState(): string {
    return this.destroyed ? "closed" : "open";
  }

  get writableLength(): number {
    return this.#owner.output.length;
  }

  get writableCorked(): number {
    return this._writableState.corked;
  }

  address(): object {
    const { localAddress: address, localFamily: family } = this;
    return { address, family, port: this.localPort };
  }

  /** Only for node:http: what a program writes here itself is part of the response's body. */
  write(
    data: string | Uint8Array,
    encoding?: BufferEncoding | Callback | null,
    callback?: Callback,
  ): boolean {
    if (typeof encoding === "function") return this.write(data, null, encoding);
    if (this.destroyed) return false;
    const bytes =
      typeof data === "string" ? Buffer.from(data, encoding ?? "utf8") : data;
    this.bytesWritten += bytes.length;
    this.active();
    return this.#owner.output.push(bytes, callback ?? undefined);
  }

  cork(): void {
    this.#owner.output.cork();
  }

  uncork(): void {
    this.#owner.output.uncork();
  }

  /** Called by `IncomingMessage` when somebody reads the body. */
  resume(): this {
    this.#owner.wanted();
    return this;
  }

  pause(): this {
    return this;
  }

  end(): this {
    return this.destroy();
  }

  destroySoon(): void {
    this.destroy();
  }

  destroy(error?: Error): this {
    if (this.destroyed) return this;
    this.shut();
    this.#owner.abandoned(error);
    return this;
  }

  fail(error: unknown): void {
    this.#owner.failed(error);
  }

  /** The request is over: tells `res` and whoever listens, in the next tick. */
  shut(): void {
    if (this.destroyed) return;
    this.destroyed = true;
    clearTimeout(this.#timer);
    process.nextTick(emitClose, this);
  }

  /** Something came or went: the idle time begins anew. */
  active(): void {
    this.#timer?.refresh();
  }

  setTimeout(milliseconds: number, callback?: () => void): this {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.timeout = milliseconds;
    if (milliseconds > 0 && !this.destroyed) {
      this.#timer = setTimeout(() => this.#idle(), milliseconds);
      if (callback) this.once("timeout", callback);
    } else if (callback) {
      this.removeListener("timeout", callback);
    }
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** As a server of node:http: whom nobody listens to is given up. */
  #idle(): void {
    const { req, res } = this.#owner;
    this.emit("timeout");
    const isHeard = !req.complete && req.emit("timeout", this);
    if (!res.emit("timeout", this) && !isHeard) this.destroy();
  }
}

function emitClose(socket: NodeSocket): void {
  socket.emit("close", false);
}

function familyOf(address: string | undefined): string | undefined {
  if (address === undefined) return undefined;
  return address.includes(":") ? "IPv6" : "IPv4";
}

function portOf(port: string | undefined): number | undefined {
  return port ? Number(port) : undefined;
}
