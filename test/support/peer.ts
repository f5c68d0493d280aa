// A web server's end of a FastCGI connection, for tests: it sends any bytes, and is strict in what
// it accepts. Whatever a responder may not send ends it with an error.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectSocket, type Socket } from "node:net";
import { parseAddress } from "../../src/fastcgi/address.ts";
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import {
  beginRequest,
  encodeRecord,
  encodeStream,
  endOfStream,
} from "../../src/fastcgi/encoder.ts";
import { encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI, type FcgiRecord } from "../../src/fastcgi/protocol.ts";

/** Pairs in the order they are sent; a record where no name comes twice. */
export type Pairs =
  | Iterable<readonly [name: string, value: string]>
  | Readonly<Record<string, string>>;

/** All that one request was answered with. */
export interface Answer {
  readonly stdout: Buffer;
  readonly stderr: Buffer;
  readonly appStatus: number;
  readonly protocolStatus: number;
  /** Every record of the request in its order, END_REQUEST last. */
  readonly records: readonly FcgiRecord[];
}

/** Enough variables for a request: `GET /`. */
export const VARIABLES: Readonly<Record<string, string>> = {
  GATEWAY_INTERFACE: "CGI/1.1",
  REQUEST_METHOD: "GET",
  REQUEST_URI: "/",
  SCRIPT_NAME: "",
  PATH_INFO: "/",
  QUERY_STRING: "",
  SERVER_NAME: "localhost",
  SERVER_PORT: "80",
  SERVER_PROTOCOL: "HTTP/1.1",
};

/** BEGIN_REQUEST; on a kept connection and as a responder unless told otherwise. */
export function begin(
  requestId = 1,
  {
    role = FCGI.RESPONDER,
    keep = true,
  }: { role?: number; keep?: boolean } = {},
): Uint8Array {
  return beginRequest(requestId, role, keep);
}

/** A whole PARAMS stream, its end included. */
export function params(pairs: Pairs = VARIABLES, requestId = 1): Uint8Array {
  return stream(FCGI.PARAMS, encodePairs(entries(pairs)), requestId);
}

/** A whole STDIN stream, its end included. */
export function stdin(
  body: string | Uint8Array = "",
  requestId = 1,
): Uint8Array {
  return stream(FCGI.STDIN, toBytes(body), requestId);
}

/** A whole DATA stream, its end included. */
export function data(
  body: string | Uint8Array = "",
  requestId = 1,
): Uint8Array {
  return stream(FCGI.DATA, toBytes(body), requestId);
}

/** ABORT_REQUEST. */
export function abort(requestId = 1): Uint8Array {
  return endOfStream(FCGI.ABORT_REQUEST, requestId);
}

/** GET_VALUES for some names. */
export function getValues(...names: string[]): Uint8Array {
  const pairs = names.map((name) => [name, ""] as const);
  return encodeRecord(
    FCGI.GET_VALUES,
    FCGI.NULL_REQUEST_ID,
    encodePairs(pairs),
  );
}

/** One record of any type, such as a part of a stream; without `content` the end of one. */
export function record(
  type: number,
  requestId = 1,
  content: string | Uint8Array = "",
): Uint8Array {
  return encodeRecord(type, requestId, toBytes(content));
}

/** The eight bytes of a header, right or wrong. */
export function header(fields: {
  version?: number;
  type: number;
  requestId?: number;
  contentLength?: number;
  paddingLength?: number;
  reserved?: number;
}): Uint8Array {
  const bytes = Buffer.alloc(FCGI.HEADER_LENGTH);
  bytes[0] = fields.version ?? FCGI.VERSION_1;
  bytes[1] = fields.type;
  bytes.writeUInt16BE(fields.requestId ?? 1, 2);
  bytes.writeUInt16BE(fields.contentLength ?? 0, 4);
  bytes[6] = fields.paddingLength ?? 0;
  bytes[7] = fields.reserved ?? 0;
  return bytes;
}

/** A whole request: BEGIN_REQUEST, PARAMS ({@link VARIABLES} and these), STDIN. */
export function request(
  variables: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = "",
  { requestId = 1, keep = true }: { requestId?: number; keep?: boolean } = {},
): Uint8Array {
  const length = toBytes(body).length;
  const ofBody: Record<string, string> =
    length > 0 ? { REQUEST_METHOD: "POST", CONTENT_LENGTH: `${length}` } : {};
  return Buffer.concat([
    begin(requestId, { keep }),
    params({ ...VARIABLES, ...ofBody, ...variables }, requestId),
    stdin(body, requestId),
  ]);
}

/** One request on a connection of its own, which the responder has to close. */
export async function roundTrip(
  address: string,
  variables: Readonly<Record<string, string>> = {},
  body: string | Uint8Array = "",
): Promise<Answer> {
  const peer = await Peer.connect(address);
  try {
    peer.send(request(variables, body, { keep: false }));
    const answer = await peer.untilEnd();
    await peer.closed;
    return answer;
  } finally {
    peer.close();
  }
}

/** One connection. */
export class Peer {
  /** How the responder ended the connection; rejects with what it may not do. */
  readonly closed: Promise<"FIN" | "reset">;
  readonly socket: Socket;
  readonly #received = new RecordDecoder();
  readonly #sent = new RecordDecoder();
  /** By id the requests begun and not ended, in order, each its streams and whether those are over. Undefined: cannot tell. */
  #open: Map<number, Map<number, boolean>[]> | undefined = new Map();
  #queue: FcgiRecord[] = [];
  #waiting: (() => void)[] = [];
  #ended: "FIN" | "reset" | undefined;
  #violation: Error | undefined;

  static async connect(address: string): Promise<Peer> {
    const destination = parseAddress(address);
    assert.ok(!("fd" in destination), "a peer needs a path or a port");
    const socket = connectSocket({
      ...destination,
      allowHalfOpen: true,
    });
    await once(socket, "connect");
    return new Peer(socket);
  }

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve, reject) => {
      const end = (how: "FIN" | "reset") => {
        this.#ended ??= how;
        // Whoever has ended its own side has said that it wants no more.
        const isCut = this.#received.isPartial && !socket.writableEnded;
        if (how === "FIN" && isCut) {
          this.#violation ??= new Error("The connection ended inside a record");
        }
        if (this.#violation) reject(this.#violation);
        else resolve(this.#ended);
        this.#wake();
      };
      socket.on("end", () => {
        if (socket.writableEnded) return end("FIN");
        // libuv tells an end where a reset comes together with data; only a write tells the reset.
        socket.write(Buffer.of(), (error) => {
          const { code } = (error ?? {}) as NodeJS.ErrnoException;
          end(code === "ECONNRESET" ? "reset" : "FIN");
          socket.end();
        });
      });
      // Never by our own hand: that resets the connection or follows "end".
      socket.on("error", () => end("reset"));
      socket.on("close", () => end("reset"));
    });
    this.closed.catch(() => {});
    socket.on("data", (bytes) => this.#receive(bytes));
  }

  /** Sends bytes as they are. Resolves when they were handed over. */
  send(...pieces: Uint8Array[]): Promise<void> {
    const bytes = Buffer.concat(pieces);
    this.#noteSent(bytes);
    return new Promise((resolve) => this.socket.write(bytes, () => resolve()));
  }

  /** The next record of any request, undefined when the connection has ended. */
  nextRecord(): Promise<FcgiRecord | undefined> {
    return this.#take(() => true);
  }

  /** The rest of a request's answer. Records of others stay for whoever asks for them. */
  async untilEnd(requestId = 1): Promise<Answer> {
    const records: FcgiRecord[] = [];
    for (;;) {
      const next = await this.#take((each) => each.requestId === requestId);
      if (next === undefined) {
        throw new Error(
          `The connection ended (${this.#ended}) before request ${requestId} did`,
        );
      }
      records.push(next);
      if (next.type === FCGI.END_REQUEST) return answerFrom(records, next);
    }
  }

  /** Reads no further, so that the responder sees a client which does not. */
  pause(): void {
    this.socket.pause();
  }

  resume(): void {
    this.socket.resume();
  }

  /** Half-closes: sends no more, reads on. */
  end(): void {
    this.socket.end();
  }

  /** Closes with a reset, as a server that dies with unread bytes does. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  /** Closes. @throws where the responder did what it may not do */
  close(): void {
    this.socket.destroy();
    if (this.#violation) throw this.#violation;
  }

  async #take(
    matches: (record: FcgiRecord) => boolean,
  ): Promise<FcgiRecord | undefined> {
    for (;;) {
      const index = this.#queue.findIndex(matches);
      if (index >= 0) return this.#queue.splice(index, 1)[0];
      if (this.#violation) throw this.#violation;
      if (this.#ended) return undefined;
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #receive(bytes: Uint8Array): void {
    try {
      this.#received.push(bytes);
      for (;;) {
        const next = this.#received.next();
        if (next === undefined) break;
        this.#check(next);
        this.#queue.push(next);
      }
    } catch (error) {
      this.#violation ??= error as Error;
      this.socket.destroy();
    }
    this.#wake();
  }

  /** Learns from what the test sends which requests may be answered. */
  #noteSent(bytes: Uint8Array): void {
    try {
      this.#sent.push(bytes);
      for (;;) {
        const next = this.#sent.next();
        if (next === undefined) return;
        if (next.type !== FCGI.BEGIN_REQUEST) continue;
        const begun = this.#open?.get(next.requestId);
        if (begun === undefined) this.#open?.set(next.requestId, [new Map()]);
        else begun.push(new Map());
      }
    } catch {
      this.#open = undefined;
    }
  }

  #check({ type, requestId, content }: FcgiRecord): void {
    const is = `type ${type}, request ${requestId}, ${content.length} bytes`;
    const refuse = (why: string): never => {
      throw new Error(`A responder may not send ${why} (${is})`);
    };
    if (type === FCGI.GET_VALUES_RESULT || type === FCGI.UNKNOWN_TYPE) {
      if (requestId !== FCGI.NULL_REQUEST_ID) refuse("a request id here");
      if (type === FCGI.UNKNOWN_TYPE && content.length !== 8) {
        refuse("UNKNOWN_TYPE of this length");
      }
      return;
    }
    const isStream = type === FCGI.STDOUT || type === FCGI.STDERR;
    if (!isStream && type !== FCGI.END_REQUEST) refuse("this type");
    if (requestId === FCGI.NULL_REQUEST_ID) refuse("request id 0 here");
    if (type === FCGI.END_REQUEST && content.length !== 8) {
      refuse("END_REQUEST of this length");
    }
    if (this.#open === undefined) return;
    const begun = this.#open.get(requestId);
    const streams = begun?.[0] ?? refuse("a record for a request not open");
    if (isStream) {
      if (streams.get(type)) refuse("anything behind the end of a stream");
      if (content.length === 0 && type === FCGI.STDERR && !streams.has(type)) {
        refuse("the end of a stream without content, which is needless,");
      }
      streams.set(type, content.length === 0);
    } else {
      if ([...streams.values()].includes(false)) {
        refuse("the end of a request before those of its streams");
      }
      begun?.shift();
    }
  }
}

function answerFrom(records: FcgiRecord[], end: FcgiRecord): Answer {
  const bytesOf = (type: number) =>
    Buffer.concat(
      records.filter((each) => each.type === type).map((each) => each.content),
    );
  const content = Buffer.from(end.content);
  return {
    stdout: bytesOf(FCGI.STDOUT),
    stderr: bytesOf(FCGI.STDERR),
    appStatus: content.readUInt32BE(),
    protocolStatus: content[4] as number,
    records,
  };
}

function stream(
  type: number,
  bytes: Uint8Array,
  requestId: number,
): Uint8Array {
  return Buffer.concat([
    encodeStream(type, requestId, bytes),
    endOfStream(type, requestId),
  ]);
}

function entries(
  pairs: Pairs,
): Iterable<readonly [name: string, value: string]> {
  return Symbol.iterator in pairs
    ? (pairs as Iterable<readonly [string, string]>)
    : Object.entries(pairs);
}

function toBytes(body: string | Uint8Array): Uint8Array {
  return typeof body === "string" ? Buffer.from(body) : body;
}
