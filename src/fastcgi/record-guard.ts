// What stands between a web server and node-fastcgi: records it would die of, or read wrongly, are
// answered, mended or dropped here (docs/deployment.md has the list). All others pass unchanged.
import { TsgiError } from "../common/errors.ts";
import type { Variables } from "../common/variables.ts";
import { RecordDecoder } from "./decoder.ts";
import { encodeRecord, endOfStream } from "./encoder.ts";
import { answerManagement } from "./management.ts";
import type { Limits } from "./options.ts";
import { decodePairs, encodePairs } from "./params.ts";
import { FCGI, type FcgiRecord } from "./protocol.ts";

export interface GuardedRequest {
  /** Undefined where the params could not be decoded; `refusal` says why. */
  readonly variables: Variables;
  readonly refusal: TsgiError | undefined;
}

interface Params {
  pieces: Uint8Array[];
  length: number;
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
  readonly #limits: Limits;
  readonly #forward: (bytes: Uint8Array) => void;
  readonly #reply: (bytes: Uint8Array) => void;
  readonly #decoder = new RecordDecoder();
  readonly #params = new Map<number, Params>();
  /** Requests begun and not ended, and whether their connection is to be kept. */
  readonly #open = new Map<number, boolean>();
  #isKept = false;
  readonly #requests = new Map<number, GuardedRequest>();

  constructor(
    limits: Limits,
    forward: (bytes: Uint8Array) => void,
    reply: (bytes: Uint8Array) => void,
  ) {
    this.#limits = limits;
    this.#forward = forward;
    this.#reply = reply;
  }

  /** The variables of a request that begins, byte for byte. */
  take(requestId: number): GuardedRequest | undefined {
    const request = this.#requests.get(requestId);
    this.#requests.delete(requestId);
    return request;
  }

  /** Whether the web server wants to keep the connection after the request that ended last. */
  get isKept(): boolean {
    return this.#isKept || this.#open.size > 0;
  }

  /**
   * Whether a record of node-fastcgi may leave. It ends its streams once more behind END_REQUEST,
   * where a web server takes that for the answer to its next request.
   */
  allows(record: Uint8Array): boolean {
    const requestId = ((record[2] as number) << 8) | (record[3] as number);
    const keepConn = this.#open.get(requestId);
    if (keepConn === undefined) return false;
    if (record[1] === FCGI.END_REQUEST) {
      this.#open.delete(requestId);
      this.#isKept = keepConn;
    }
    return true;
  }

  /** @throws {TsgiError} `PROTOCOL`: the connection cannot be read any further */
  push(bytes: Uint8Array): void {
    this.#decoder.push(bytes);
    for (;;) {
      const record = this.#decoder.next();
      if (record === undefined) return;
      this.#handle(record);
    }
  }

  #handle({ type, requestId, content }: FcgiRecord): void {
    if (requestId === FCGI.NULL_REQUEST_ID) {
      this.#reply(answerManagement(type, content, this.#limits));
    } else if (type === FCGI.PARAMS) {
      this.#collect(requestId, content);
    } else if (type === FCGI.ABORT_REQUEST) {
      this.#forward(encodeRecord(type, requestId, new Uint8Array(0)));
    } else if (KNOWN.includes(type)) {
      if (type === FCGI.BEGIN_REQUEST) this.#begin(requestId, content);
      this.#forward(encodeRecord(type, requestId, content));
    }
  }

  #begin(requestId: number, content: Uint8Array): void {
    if (content.length !== 8) {
      throw new TsgiError(
        "PROTOCOL",
        `Cannot begin request ${requestId}: BEGIN_REQUEST has ${content.length} bytes, not 8`,
      );
    }
    this.#params.set(requestId, { pieces: [], length: 0 });
    const flags = content[2] as number;
    this.#open.set(requestId, (flags & FCGI.KEEP_CONN) !== 0);
  }

  /** node-fastcgi decodes each record by itself, so it gets the stream cut between pairs. */
  #collect(requestId: number, content: Uint8Array): void {
    const params = this.#params.get(requestId);
    if (params === undefined) return;
    if (content.length > 0) {
      params.length += content.length;
      if (params.length <= this.#limits.maxParamsBytes) {
        params.pieces.push(content);
      }
      return;
    }
    this.#params.delete(requestId);
    const request = this.#decode(params);
    this.#requests.set(requestId, request);
    for (const [name, value] of Object.entries(request.variables)) {
      const pair = encodePairs([[name, value ?? ""]]);
      if (pair.length <= FCGI.MAX_CONTENT) {
        this.#forward(encodeRecord(FCGI.PARAMS, requestId, pair));
      }
    }
    this.#forward(endOfStream(FCGI.PARAMS, requestId));
  }

  #decode({ pieces, length }: Params): GuardedRequest {
    const { maxParams, maxParamsBytes } = this.#limits;
    try {
      if (length > maxParamsBytes) {
        throw new TsgiError(
          "LIMIT",
          `Cannot accept the params: they exceed ${maxParamsBytes} bytes`,
        );
      }
      const variables = decodePairs(Buffer.concat(pieces), maxParams);
      return { variables, refusal: undefined };
    } catch (error) {
      const { code, message } = error as TsgiError;
      const refusal = code === "PROTOCOL" ? "BAD_REQUEST" : code;
      return {
        variables: Object.create(null),
        refusal: new TsgiError(refusal, message),
      };
    }
  }
}
