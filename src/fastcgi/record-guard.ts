// What stands between a web server and node-fastcgi: records it would die of, or read wrongly, are
// answered, mended or dropped here (docs/deployment.md has the list). All others pass unchanged.
import type { TsgiError } from "../common/errors.ts";
import { emptyVariables, type Variables } from "../common/variables.ts";
import { Admission } from "./admission.ts";
import { RecordDecoder } from "./decoder.ts";
import { encodeRecord, endOfStream, endRequest } from "./encoder.ts";
import { answerManagement } from "./management.ts";
import { encodePairs } from "./params.ts";
import { ParamsStream } from "./params-stream.ts";
import { FCGI, type FcgiRecord } from "./protocol.ts";
import type { Service } from "./service.ts";

/** A request whose params are complete. */
export interface GuardedRequest {
  /** Empty where the params could not be decoded; `refusal` says why. */
  readonly variables: Variables;
  readonly refusal: TsgiError | undefined;
}

/** The two sides of the guard. */
export interface GuardedSides {
  /** Passes a record on to node-fastcgi. */
  forward(record: Uint8Array): void;
  /** Answers the web server. */
  reply(record: Uint8Array): void;
  /** A request was declined, and no other is to come. */
  close(): void;
}

/** What node-fastcgi reads of a record with content; anything else ends the process. */
const KNOWN: readonly number[] = [
  FCGI.BEGIN_REQUEST,
  FCGI.ABORT_REQUEST,
  FCGI.PARAMS,
  FCGI.STDIN,
  FCGI.DATA,
];

/** Filters the records of one connection. */
export class RecordGuard {
  readonly #service: Service;
  readonly #sides: GuardedSides;
  readonly #admission: Admission;
  readonly #decoder = new RecordDecoder();
  /** Requests begun and not ended. */
  readonly #running = new Set<number>();
  /** Of these, the ones whose params are not complete. */
  readonly #params = new Map<number, ParamsStream>();
  /** Those whose params are, until they are served. */
  readonly #complete = new Map<number, GuardedRequest>();
  #isKept = true;

  constructor(service: Service, sides: GuardedSides) {
    this.#service = service;
    this.#sides = sides;
    this.#admission = new Admission(service);
  }

  /** The variables of a request that begins, byte for byte. */
  take(requestId: number): GuardedRequest | undefined {
    const request = this.#complete.get(requestId);
    this.#complete.delete(requestId);
    return request;
  }

  /** Whether the last request has ended of a connection that is not to be kept. */
  get isOver(): boolean {
    return !this.#isKept && this.#running.size === 0;
  }

  /** Whether the web server owes the rest of a request's params. */
  get isOwed(): boolean {
    if (this.#running.size > 0) return this.#params.size > 0;
    return !this.isOver && this.#decoder.isPartial;
  }

  /**
   * Whether a record of node-fastcgi may leave. It ends its streams once more behind END_REQUEST,
   * where a web server takes that for the answer to its next request.
   */
  allows(record: Uint8Array): boolean {
    const requestId = ((record[2] as number) << 8) | (record[3] as number);
    if (!this.#running.has(requestId)) return false;
    if (record[1] === FCGI.END_REQUEST) this.#forget(requestId);
    return true;
  }

  /** @throws {TsgiError} `PROTOCOL`: the connection cannot be read any further */
  push(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
    for (;;) {
      const record = this.#decoder.next();
      if (record === undefined) return;
      if (!this.isOver) this.#handle(record);
    }
  }

  /** The connection is closed, and its requests with it. */
  close(): void {
    for (const requestId of this.#running) this.#forget(requestId);
  }

  #handle({ type, requestId, content }: FcgiRecord): void {
    if (requestId === FCGI.NULL_REQUEST_ID) {
      const { limits } = this.#service;
      this.#sides.reply(answerManagement(type, content, limits));
    } else if (type === FCGI.BEGIN_REQUEST) {
      this.#begin(requestId, content);
    } else if (type === FCGI.PARAMS) {
      this.#collect(requestId, content);
    } else if (type === FCGI.ABORT_REQUEST) {
      this.#sides.forward(encodeRecord(type, requestId, new Uint8Array(0)));
    } else if (KNOWN.includes(type)) {
      this.#sides.forward(encodeRecord(type, requestId, content));
    }
  }

  #begin(requestId: number, content: Uint8Array): void {
    const { keepConn, refusal } = this.#admission.decide(
      requestId,
      content,
      this.#running,
    );
    this.#isKept &&= keepConn;
    if (refusal !== undefined) {
      this.#sides.reply(endRequest(requestId, 0, refusal));
      if (this.isOver) this.#sides.close();
      return;
    }
    const { load, limits } = this.#service;
    load.requests++;
    this.#running.add(requestId);
    this.#params.set(requestId, new ParamsStream(limits));
    this.#sides.forward(encodeRecord(FCGI.BEGIN_REQUEST, requestId, content));
  }

  /** node-fastcgi decodes each record by itself, so it gets the stream cut between pairs. */
  #collect(requestId: number, content: Uint8Array): void {
    const params = this.#params.get(requestId);
    if (params === undefined) return;
    if (content.length > 0) {
      params.add(content);
      return;
    }
    this.#params.delete(requestId);
    const request = decode(params);
    this.#complete.set(requestId, request);
    for (const [name, value] of Object.entries(request.variables)) {
      const pair = encodePairs([[name, value ?? ""]]);
      if (pair.length <= FCGI.MAX_CONTENT) {
        this.#sides.forward(encodeRecord(FCGI.PARAMS, requestId, pair));
      }
    }
    this.#sides.forward(endOfStream(FCGI.PARAMS, requestId));
  }

  #forget(requestId: number): void {
    if (this.#running.delete(requestId)) this.#service.load.requests--;
    this.#params.delete(requestId);
    this.#complete.delete(requestId);
  }
}

function decode(params: ParamsStream): GuardedRequest {
  try {
    return { variables: params.decode(), refusal: undefined };
  } catch (error) {
    return { variables: emptyVariables(), refusal: error as TsgiError };
  }
}
