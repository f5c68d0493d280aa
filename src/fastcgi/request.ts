// One request of a connection: its streams in, its records out (FastCGI 1.0, sections 5 and 6).
import { TsgiError } from "../common/errors.ts";
import type { Outcome, Output, Wait } from "../common/exchange.ts";
import { requestPath } from "../common/mount.ts";
import { Run } from "../common/run.ts";
import type { Settings } from "../common/settings.ts";
import type { Application } from "../common/types.ts";
import { emptyVariables, type Variables } from "../common/variables.ts";
import {
  encodeRecord,
  encodeStream,
  endOfStream,
  endRequest,
  paddingFor,
  recordHeader,
} from "./encoder.ts";
import { type ErrorSink, FcgiErrors } from "./errors.ts";
import type { Limits } from "./options.ts";
import { decodePairs } from "./params.ts";
import { FCGI, type Role } from "./protocol.ts";
import { FcgiStdin } from "./stdin.ts";

/** What a request needs of its connection. */
export interface Carrier {
  /** Hands bytes to the socket, as one write. They must not change before they are flushed. */
  send(parts: readonly Uint8Array[]): void;
  /** Bytes that were sent and have not left this process. */
  readonly unsent: number;
  /** Resolves when `unsent` is 0; rejects when the connection closes before. */
  flushed(): Promise<void>;
  /** There may be room for more input. */
  resume(): void;
  /**
   * The request is over and `parts` are its last records. `cut` asks for the connection to break
   * instead, which is the only sign of an incomplete response that web servers understand.
   */
  finish(
    request: FcgiRequest,
    parts: readonly Uint8Array[],
    cut: boolean,
  ): void;
}

/** Chunks up to this size are copied behind their header, so that one buffer holds the record. */
const COPIED = 16_384;
/** Bytes of copied chunks that may wait in this process before the application has to. */
const HIGH_WATER = 65_536;
const PADDING = Buffer.alloc(8);

/**
 *   params --------------> running ----------------> responded -----------> ended
 *          empty PARAMS             body is complete              closed
 */
export class FcgiRequest implements Output, ErrorSink {
  readonly id: number;
  readonly role: Role;
  readonly keepConn: boolean;
  readonly stdin: FcgiStdin;
  readonly data: FcgiStdin | undefined;
  readonly #carrier: Carrier;
  readonly #limits: Limits;
  readonly #errors: FcgiErrors;
  #phase: "params" | "running" | "responded" | "ended" = "params";
  #pieces: Uint8Array[] = [];
  #paramsLength = 0;
  #run: Run | undefined;
  /** CONTENT_LENGTH in bytes; unknown before the params are complete, too. */
  #bodyLength: number | undefined;
  /** Bytes of STDIN so far. */
  #received = 0;
  #hadEarlyEnd = false;
  #hasStarted = false;
  #hasErrors = false;
  /** The peer is gone. */
  #abandoned = false;
  /** The peer did not ask for an abort. */
  #isWanted = true;
  /** The last chunk, which leaves together with the end of the request. */
  #last: Uint8Array[] = [];
  #interrupt: ((reason: unknown) => void) | undefined;

  constructor(
    id: number,
    role: Role,
    keepConn: boolean,
    carrier: Carrier,
    limits: Limits,
  ) {
    this.id = id;
    this.role = role;
    this.keepConn = keepConn;
    this.#carrier = carrier;
    this.#limits = limits;
    this.#errors = new FcgiErrors(this);
    this.stdin = new FcgiStdin(() => carrier.resume());
    if (role === "FILTER") this.data = new FcgiStdin(() => carrier.resume());
  }

  get phase(): "params" | "running" | "responded" | "ended" {
    return this.#phase;
  }

  get hasStarted(): boolean {
    return this.#hasStarted;
  }

  /** Bytes of its body, or data, that were not read yet. */
  get unread(): number {
    return this.stdin.unread + (this.data?.unread ?? 0);
  }

  /** Whether the peer has more of the body to send. */
  get expectsBody(): boolean {
    if (this.stdin.isClosed || this.role === "AUTHORIZER") return false;
    return this.#bodyLength === undefined || this.#received < this.#bodyLength;
  }

  /** Adds a piece of the PARAMS stream. */
  addParams(content: Uint8Array): void {
    this.#paramsLength += content.length;
    if (this.#paramsLength > this.#limits.maxParamsBytes) this.#pieces = [];
    else this.#pieces.push(content);
  }

  /** Takes a record of STDIN. @throws {TsgiError} `LIMIT` where too much comes before the params */
  addInput(content: Uint8Array): void {
    const length = this.#bodyLength;
    if (content.length === 0) {
      // mod_fcgid sends an empty record in front of a body that has yet to arrive.
      const isEarly = this.#received === 0 && length !== undefined;
      if (isEarly && !this.#hadEarlyEnd) this.#hadEarlyEnd = true;
      else this.stdin.end();
      return;
    }
    const wanted = (length ?? Number.POSITIVE_INFINITY) - this.#received;
    this.#received += content.length;
    this.#keep(this.stdin, content.subarray(0, Math.max(0, wanted)));
  }

  /** Takes a record of DATA, which only a filter has. */
  addData(content: Uint8Array): void {
    if (this.data === undefined) return;
    if (content.length === 0) this.data.end();
    else this.#keep(this.data, content);
  }

  /** The PARAMS stream has ended: calls the application. */
  serve(application: Application, settings: Settings): void {
    this.#phase = "running";
    const { variables, refusal } = this.#variables();
    const parts = {
      variables,
      body: this.stdin,
      data: this.data,
      errors: this.#errors,
    };
    const run = new Run(parts, this, settings);
    this.#run = run;
    if (refusal !== undefined) run.refuse(refusal);
    else void run.serve(application);
  }

  /** The peer asked for it, or is gone (`abandoned`): then nothing can be sent any more. */
  abort(reason: TsgiError, abandoned: boolean): void {
    this.#abandoned ||= abandoned;
    this.#isWanted &&= reason.code !== "ABORTED";
    this.#interrupt?.(reason);
    if (this.#run === undefined) {
      this.#end([endRequest(this.id, 1, FCGI.REQUEST_COMPLETE)], false);
    } else if (this.#phase === "running") {
      this.#run.abort(reason);
    }
  }

  start(head: string, first: Uint8Array, last: boolean): Wait {
    const block = Buffer.from(head, "latin1");
    this.#hasStarted = true;
    if (block.length + first.length <= COPIED) {
      const content =
        first.length === 0 ? block : Buffer.concat([block, first]);
      const wait = this.#deliver(
        [encodeRecord(FCGI.STDOUT, this.id, content)],
        last,
        HIGH_WATER,
      );
      if (!last) this.#errors.release();
      return wait;
    }
    this.#send(encodeStream(FCGI.STDOUT, this.id, block));
    this.#errors.release();
    return first.length === 0
      ? this.#wait(HIGH_WATER)
      : this.write(first, last);
  }

  write(chunk: Uint8Array, last: boolean): Wait {
    if (chunk.length <= COPIED) {
      return this.#deliver(
        [encodeRecord(FCGI.STDOUT, this.id, chunk)],
        last,
        HIGH_WATER,
      );
    }
    const parts: Uint8Array[] = [];
    for (let at = 0; at < chunk.length; at += FCGI.MAX_CONTENT) {
      const content = chunk.subarray(at, at + FCGI.MAX_CONTENT);
      const padding = paddingFor(content.length);
      parts.push(
        recordHeader(FCGI.STDOUT, this.id, content.length, padding),
        content,
        PADDING.subarray(0, padding),
      );
    }
    // Views of the application's chunk: it may not go on before they have left.
    return this.#deliver(parts, last, 0);
  }

  complete(): void {
    if (this.#phase !== "running") return;
    this.#phase = "responded";
    this.#send(endOfStream(FCGI.STDOUT, this.id));
  }

  end(outcome: Outcome, cut: boolean): void {
    this.#errors.release();
    const parts = this.#last;
    if (this.#phase === "running") {
      parts.push(endOfStream(FCGI.STDOUT, this.id));
    }
    if (this.#hasErrors) parts.push(endOfStream(FCGI.STDERR, this.id));
    const appStatus = outcome === "completed" ? 0 : 1;
    parts.push(endRequest(this.id, appStatus, FCGI.REQUEST_COMPLETE));
    this.#end(parts, cut && this.#isWanted);
  }

  sendErrors(text: Uint8Array): void {
    const lost = this.#phase === "ended" || this.#abandoned;
    if (lost || this.#limits.errors === "stderr") {
      process.stderr.write(text);
      return;
    }
    // A peer that reads nothing must not fill our memory with complaints.
    if (this.#carrier.unsent > this.#limits.maxBufferedBytes) return;
    this.#hasErrors = true;
    const records = encodeStream(FCGI.STDERR, this.id, text);
    if (this.#last.length > 0) this.#last.push(records);
    else this.#send(records);
  }

  flushed(): Promise<void> | undefined {
    return this.#carrier.unsent > 0 ? this.#carrier.flushed() : undefined;
  }

  #keep(stream: FcgiStdin, content: Uint8Array): void {
    const { maxBufferedBytes } = this.#limits;
    if (stream.buffered <= maxBufferedBytes) {
      stream.push(content);
    } else if (this.#phase === "params") {
      throw new TsgiError(
        "LIMIT",
        `Cannot keep more than ${maxBufferedBytes} bytes of a body in front of its params`,
      );
    } else {
      stream.spool(content);
    }
  }

  #variables(): { variables: Variables; refusal?: TsgiError } {
    const pieces = this.#pieces;
    this.#pieces = [];
    let variables = emptyVariables();
    try {
      if (this.#paramsLength > this.#limits.maxParamsBytes) {
        throw new TsgiError(
          "LIMIT",
          `Cannot accept the params: they exceed ${this.#limits.maxParamsBytes} bytes`,
        );
      }
      const bytes = pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
      variables = decodePairs(bytes as Uint8Array, this.#limits.maxParams);
    } catch (error) {
      const refusal = error as TsgiError;
      return {
        variables,
        refusal:
          refusal.code === "PROTOCOL"
            ? new TsgiError("BAD_REQUEST", refusal.message)
            : refusal,
      };
    }
    variables.FCGI_ROLE = this.role;
    if (this.role === "AUTHORIZER") asAuthorizer(variables);
    const length = Number(variables.CONTENT_LENGTH || Number.NaN);
    if (Number.isInteger(length)) this.#bodyLength = length;
    if (this.role === "AUTHORIZER" || length === 0) this.stdin.end();
    return { variables };
  }

  #deliver(parts: Uint8Array[], last: boolean, allowed: number): Wait {
    if (last) {
      this.#last = parts;
      return undefined;
    }
    this.#send(...parts);
    return this.#wait(allowed);
  }

  #send(...parts: Uint8Array[]): void {
    if (this.#phase !== "ended" && !this.#abandoned) this.#carrier.send(parts);
  }

  #wait(allowed: number): Wait {
    if (this.#carrier.unsent <= allowed || this.#abandoned) return undefined;
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      this.#carrier.flushed().then(resolve, reject);
    });
  }

  #end(parts: readonly Uint8Array[], cut: boolean): void {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    this.stdin.discard();
    this.data?.discard();
    this.#carrier.finish(this, this.#abandoned ? [] : parts, cut);
  }
}

/** Section 6.3: an authorizer gets no path and no body. The interface wants a path all the same. */
function asAuthorizer(variables: Variables): void {
  delete variables.CONTENT_LENGTH;
  delete variables.PATH_TRANSLATED;
  variables.SCRIPT_NAME = "";
  variables.PATH_INFO = requestPath(variables.REQUEST_URI) || "/";
}
