// Stop 6 of a request: its response as records (FastCGI 1.0, section 6), no faster than the peer takes them.
import type { Outcome, Output, Wait } from "../common/output.ts";
import {
  encodeRecord,
  encodeStream,
  endOfStream,
  endRequest,
  headRecord,
  paddingFor,
  wholeResponse,
  writeHeader,
} from "./encoder.ts";
import { type ErrorSink, FcgiErrors, writeToStderr } from "./errors.ts";
import type { Limits } from "./options.ts";
import { FCGI, type Role } from "./protocol.ts";
import { declineRequest } from "./refusal.ts";
import type { Sender } from "./sender.ts";

/** The request an output belongs to. */
export interface Requester {
  readonly id: number;
  readonly role: Role;
  /** The response is over, and `parts` are its last records; `cut` where it is incomplete. */
  ended(parts: readonly Uint8Array[], cut: boolean): void;
}

/** Chunks up to this size are copied behind their header, so that one buffer holds the record. */
const COPIED = 16_384;
/** Bytes of copied chunks that may wait in this process before the application has to. */
const HIGH_WATER = 65_536;
const PADDING = Buffer.alloc(8);

/**
 *   waiting ------------> started -----------> complete -------> ended
 *          header block          end of STDOUT         END_REQUEST
 */
export class FcgiOutput implements Output, ErrorSink {
  readonly errors: FcgiErrors = new FcgiErrors(this);
  readonly #request: Requester;
  readonly #sender: Sender;
  readonly #limits: Limits;
  #phase: "waiting" | "started" | "complete" | "ended" = "waiting";
  #hasErrors = false;
  /** Bytes of complaints since the peer had taken all. */
  #complaints = 0;
  /** The peer is gone: nothing can be sent any more. */
  #abandoned = false;
  /** The last chunk, which leaves together with the end of the request. */
  #last: Uint8Array[] = [];
  /** A whole short response, which leaves likewise. */
  #whole: { head: string; body: Uint8Array } | undefined;

  constructor(request: Requester, sender: Sender, limits: Limits) {
    this.#request = request;
    this.#sender = sender;
    this.#limits = limits;
  }

  get phase(): "waiting" | "started" | "complete" | "ended" {
    return this.#phase;
  }

  get holdsErrors(): boolean {
    return this.#phase === "waiting" && this.#limits.errors === "stream";
  }

  start(block: string, first: Uint8Array, last: boolean): Wait {
    this.#phase = "started";
    const { id, role } = this.#request;
    const head = headFor(role, block);
    const fits = head.length + first.length <= FCGI.MAX_CONTENT;
    const isShort = fits && first.length <= COPIED;
    if (isShort && last && !this.#hasErrors) {
      this.#whole = { head, body: first };
      return undefined;
    }
    const parts = isShort
      ? [headRecord(id, head, first)]
      : [
          encodeStream(FCGI.STDOUT, id, Buffer.from(head, "latin1")),
          ...stdoutRecords(id, first),
        ];
    const wait = this.#deliver(parts, first.length, last);
    if (!last) this.errors.release();
    return wait;
  }

  write(chunk: Uint8Array, last: boolean): Wait {
    const parts = stdoutRecords(this.#request.id, chunk);
    return this.#deliver(parts, chunk.length, last);
  }

  complete(): void {
    if (this.#phase === "ended") return;
    this.#phase = "complete";
    this.#send([endOfStream(FCGI.STDOUT, this.#request.id)]);
  }

  end(outcome: Outcome, cut: boolean): void {
    if (this.#phase === "ended") return;
    this.errors.release();
    const { id } = this.#request;
    const appStatus = outcome === "completed" ? 0 : 1;
    if (this.#whole !== undefined) {
      const { head, body } = this.#whole;
      this.#finish([wholeResponse(id, head, body, appStatus)], cut);
      return;
    }
    const parts = this.#last;
    if (this.#phase !== "complete") parts.push(endOfStream(FCGI.STDOUT, id));
    if (this.#hasErrors) parts.push(endOfStream(FCGI.STDERR, id));
    parts.push(endRequest(id, appStatus, FCGI.REQUEST_COMPLETE));
    this.#finish(parts, cut);
  }

  /** Ends a request whose application was not called: it has no streams. */
  decline(cut: boolean): void {
    const { id } = this.#request;
    this.#finish([endRequest(id, 1, FCGI.REQUEST_COMPLETE)], cut);
  }

  /** There is no room for the request. */
  declineOverloaded(): void {
    const { id } = this.#request;
    this.#finish([declineRequest(id, FCGI.OVERLOADED)], false);
  }

  /** Sends nothing any more. */
  abandon(): void {
    this.#abandoned = true;
  }

  sendErrors(text: Uint8Array): void {
    const { errors, maxBufferedBytes } = this.#limits;
    if (this.#sender.unsent === 0) this.#complaints = 0;
    // A peer that reads nothing must not fill our memory with complaints.
    const isBlocked = this.#complaints > maxBufferedBytes;
    this.#complaints += text.length;
    const isOver = this.#phase === "ended" || this.#abandoned;
    if (errors === "stderr" || isOver || isBlocked) {
      writeToStderr(text);
      return;
    }
    this.#hasErrors = true;
    const records = encodeStream(FCGI.STDERR, this.#request.id, text);
    this.#unfold();
    if (this.#last.length > 0) this.#last.push(records);
    else this.#send([records]);
  }

  drained(): Wait {
    return this.#phase === "ended" ? undefined : this.#sender.drained(0);
  }

  /** @param length of the chunk, which tells whether the parts are views of it */
  #deliver(parts: Uint8Array[], length: number, last: boolean): Wait {
    if (last) {
      this.#last = parts;
      return undefined;
    }
    this.#send(parts);
    return this.#sender.drained(length <= COPIED ? HIGH_WATER : 0);
  }

  /** There is more to send than a response. */
  #unfold(): void {
    if (this.#whole === undefined) return;
    const { head, body } = this.#whole;
    this.#whole = undefined;
    this.#last = [headRecord(this.#request.id, head, body)];
  }

  #send(parts: readonly Uint8Array[]): void {
    if (this.#phase !== "ended" && !this.#abandoned) this.#sender.send(parts);
  }

  #finish(parts: readonly Uint8Array[], cut: boolean): void {
    if (this.#phase === "ended") return;
    this.#phase = "ended";
    this.#last = [];
    this.#request.ended(this.#abandoned ? [] : parts, cut);
  }
}

/**
 * The header block as the role wants it: lighttpd drops all that an authorizer says before its Status line,
 * WWW-Authenticate included. HAProxy, which wants that line last, has no authorizers.
 */
export function headFor(role: Role, block: string): string {
  if (role !== "AUTHORIZER") return block;
  return block.replace(/^(.*?)(Status: [^\r]*\r\n)\r\n$/s, "$2$1\r\n");
}

/** Records of a chunk: views of it, unless it is small. */
function stdoutRecords(id: number, chunk: Uint8Array): Uint8Array[] {
  if (chunk.length === 0) return [];
  if (chunk.length <= COPIED) return [encodeRecord(FCGI.STDOUT, id, chunk)];
  const parts: Uint8Array[] = [];
  let padding = 0;
  for (let at = 0; at < chunk.length; at += FCGI.MAX_CONTENT) {
    const content = chunk.subarray(at, at + FCGI.MAX_CONTENT);
    // The padding of the record before, and the header of this one.
    const between = Buffer.alloc(padding + FCGI.HEADER_LENGTH);
    const header = padding;
    padding = paddingFor(content.length);
    writeHeader(between, header, FCGI.STDOUT, id, content.length, padding);
    parts.push(between, content);
  }
  if (padding > 0) parts.push(PADDING.subarray(0, padding));
  return parts;
}
