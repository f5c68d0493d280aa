// Stop 5 of a request: the state of a response, from startResponse to its last byte.
import { toBytes } from "./chunk.ts";
import { TsgiError } from "./errors.ts";
import {
  headerBlock,
  isBodyless,
  type ResponseHead,
  responseHead,
} from "./response.ts";
import { LARGE_HEADERS, type Settings } from "./settings.ts";
import type { StartResponse, Write } from "./types.ts";

/** A promise where the caller should wait before it sends more. */
export type Wait = Promise<void> | undefined;

/** How a request ended; `failed` also where the client got a complete error page. */
export type Outcome = "completed" | "failed" | "aborted";

/** Where a front end takes a response. A chunk may be reused once its {@link Wait} is over. */
export interface Output {
  /** The header block and the first bytes of the body. `last` promises that `end` follows at once. */
  start(head: string, first: Uint8Array, last: boolean): Wait;
  /** More of the body; never empty. */
  write(chunk: Uint8Array, last: boolean): Wait;
  /** The body is complete; `end` follows when the application has closed it. */
  complete(): void;
  /** The request is over. `cut` tells that a response which was started is incomplete. Must not throw. */
  end(outcome: Outcome, cut: boolean): void;
}

/** What the exchange reports to whoever runs the request. */
export interface ExchangeListener {
  warn(text: string): void;
  /** The output failed: the client or the web server is gone. Returns the error to continue with. */
  lost(cause: unknown): TsgiError;
}

const NOTHING = new Uint8Array(0);

/**
 *             startResponse        first chunk        end of the body
 *   waiting ----------------> held -----------> sent ----------------> ended
 *                             ^  |
 *                             +--+ startResponse with an error
 *
 * An error page takes `waiting` or `held` to `ended`; an abort does it to any of them.
 */
export class Exchange {
  readonly #output: Output;
  readonly #settings: Settings;
  readonly #listener: ExchangeListener;
  readonly #isHead: boolean;
  #phase: "waiting" | "held" | "sent" | "ended" = "waiting";
  /** Only while `held`. */
  #head: ResponseHead | undefined;
  /** startResponse was called, if in vain. */
  #called = false;
  /** write() was used, so the returned body is not the whole one. */
  #written = false;
  /** The status, or the method HEAD, allows no body: what comes is dropped. */
  #bodyless = false;
  /** Bytes of the body that may still be sent. */
  #quota = Number.POSITIVE_INFINITY;
  /** What the application was told by a throw, and must not get away with. */
  #failure: { error: unknown } | undefined;

  constructor(
    output: Output,
    settings: Settings,
    isHead: boolean,
    listener: ExchangeListener,
  ) {
    this.#output = output;
    this.#settings = settings;
    this.#isHead = isHead;
    this.#listener = listener;
  }

  get phase(): "waiting" | "held" | "sent" | "ended" {
    return this.#phase;
  }

  /** Whether a further chunk of the body could change anything. */
  get wantsMore(): boolean {
    if (this.#phase === "ended" || this.#failure !== undefined) return false;
    if (this.#phase === "held") return !this.#hasNoBody();
    return !this.#bodyless && this.#quota > 0;
  }

  /** Whether the client has, or will get, less than it was promised. */
  get isIncomplete(): boolean {
    return this.#phase === "sent" && !this.#bodyless && this.#quota > 0;
  }

  readonly startResponse: StartResponse = (status, headers, error) => {
    if (this.#phase === "ended") {
      throw new TsgiError(
        "ENDED",
        "Cannot start a response: the request has ended",
      );
    }
    if (error !== undefined && error !== null) {
      if (this.#phase === "sent") {
        this.#failure ??= { error };
        throw error;
      }
    } else if (this.#called) {
      throw new TsgiError(
        "START_RESPONSE",
        "Cannot call startResponse twice: only a call with an error may replace the first",
      );
    }
    this.#called = true;
    this.#phase = "waiting";
    this.#head = undefined;
    this.#head = responseHead(status, headers, this.#settings.maxHeaderBytes);
    this.#phase = "held";
    return this.write;
  };

  /** The `write` of PEP 3333. A rejection that nobody awaits does no harm. */
  readonly write: Write = (chunk) => {
    const bytes = toBytes(chunk);
    const failure = this.#failure;
    let wait: Wait;
    if (this.#phase === "ended") {
      wait = Promise.reject(
        new TsgiError("ENDED", "Cannot write: the request has ended"),
      );
    } else {
      this.#written = true;
      wait = this.send(bytes);
      if (this.#failure !== failure) {
        wait = Promise.reject(this.#failure?.error);
      }
    }
    wait?.catch(() => {});
    return wait;
  };

  /** Sends a chunk, and before the first one the head. */
  send(bytes: Uint8Array, last = false): Wait {
    if (bytes.length === 0 || this.#phase === "ended") return undefined;
    try {
      if (this.#phase !== "sent") {
        return this.#guarded(this.#start(bytes, last));
      }
      if (this.#bodyless) return undefined;
      const allowed = this.#withinQuota(bytes);
      if (allowed.length === 0) return undefined;
      return this.#guarded(this.#output.write(allowed, last));
    } catch (error) {
      throw TsgiError.is(error) ? error : this.#listener.lost(error);
    }
  }

  /** Sends a body that is one chunk, so that its length is known. */
  sendWhole(bytes: Uint8Array, last: boolean): Wait {
    if (!this.#written) this.#stateLength(bytes.length);
    return this.send(bytes, last);
  }

  /** The body is exhausted. @throws {TsgiError} where that leaves the response incomplete */
  complete(last: boolean): void {
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#phase === "waiting") {
      throw new TsgiError(
        "START_RESPONSE",
        "Cannot end the response: startResponse was not called",
      );
    }
    if (this.#phase === "held") {
      if (!this.#written) this.#stateLength(0);
      try {
        this.#start(NOTHING, last)?.catch(() => {});
      } catch (error) {
        throw this.#listener.lost(error);
      }
    }
    if (Number.isFinite(this.#quota) && this.isIncomplete) {
      throw new TsgiError(
        "CONTENT_LENGTH",
        `Cannot complete the response: ${this.#quota} bytes are missing of what Content-Length says`,
      );
    }
    this.#phase = "ended";
    if (!last) this.#output.complete();
  }

  /** Sends a whole page instead of what the application said. @returns false where it is too late */
  replace(head: string, body: Uint8Array, last: boolean): boolean {
    if (this.#phase !== "waiting" && this.#phase !== "held") return false;
    this.end();
    try {
      const first = this.#isHead ? NOTHING : body;
      this.#output.start(head, first, last)?.catch(() => {});
      if (!last) this.#output.complete();
    } catch (error) {
      this.#listener.lost(error);
    }
    return true;
  }

  /** Nothing the application does from now on has an effect. */
  end(): void {
    this.#phase = "ended";
    this.#head = undefined;
  }

  /** Commits to the head that was held. */
  #start(bytes: Uint8Array, last: boolean): Wait {
    const head = this.#head;
    if (head === undefined) {
      throw new TsgiError(
        "START_RESPONSE",
        "Cannot send a body: startResponse was not called before its first chunk",
      );
    }
    this.#bodyless = this.#hasNoBody();
    this.#quota = head.contentLength ?? Number.POSITIVE_INFINITY;
    this.#phase = "sent";
    this.#head = undefined;
    if (bytes.length > 0 && isBodyless(head.code)) {
      this.#listener.warn(`a body was dropped: status ${head.code} has none`);
    } else if (bytes.length > 0 && !head.hasContentType) {
      this.#listener.warn("a response with a body has no Content-Type");
    }
    const first = this.#bodyless ? NOTHING : this.#withinQuota(bytes);
    return this.#output.start(this.#block(head), first, last);
  }

  #block(head: ResponseHead): string {
    let length = head.contentLength;
    if (head.code === 204) length = undefined;
    if (head.code === 205) length = 0;
    const block = headerBlock(head, length);
    if (block.length > LARGE_HEADERS) {
      this.#listener.warn(
        `a response has ${block.length} bytes of headers; Apache refuses lines above 8190 bytes, nginx more than 4096 in all`,
      );
    }
    return block;
  }

  /** As much of a chunk as Content-Length allows. */
  #withinQuota(bytes: Uint8Array): Uint8Array {
    if (bytes.length <= this.#quota) {
      this.#quota -= bytes.length;
      return bytes;
    }
    const error = new TsgiError(
      "CONTENT_LENGTH",
      "Cannot send the whole body: it is longer than Content-Length says",
    );
    this.#failure ??= { error };
    const allowed = bytes.subarray(0, this.#quota);
    this.#quota = 0;
    return allowed;
  }

  /** Adds the Content-Length an application left out, where a response may have one. */
  #stateLength(length: number): void {
    const head = this.#head;
    if (head === undefined || head.contentLength !== undefined) return;
    if (!this.#hasNoBody()) this.#head = { ...head, contentLength: length };
  }

  #hasNoBody(): boolean {
    return (
      this.#isHead || (this.#head !== undefined && isBodyless(this.#head.code))
    );
  }

  /** A wait during which the peer may leave. */
  #guarded(wait: Wait): Wait {
    return wait?.catch((error: unknown) => {
      throw TsgiError.is(error) ? error : this.#listener.lost(error);
    });
  }
}
