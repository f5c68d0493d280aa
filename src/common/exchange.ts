// Stop 5 of a request: the state of a response, from startResponse to its last byte.
import { toBytes } from "./chunk.ts";
import { TsgiError } from "./errors.ts";
import { ended, harmlessRejection, shortBy } from "./exchange-errors.ts";
import type { GuardedOutput, Wait } from "./output.ts";
import {
  headerBlock,
  isBodyless,
  type ResponseHead,
  responseHead,
  type WholePage,
} from "./response.ts";
import { LARGE_HEADERS, type Settings } from "./settings.ts";
import type { StartResponse, Write } from "./types.ts";

type Phase = "waiting" | "held" | "sent" | "ended";

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
  readonly #output: GuardedOutput;
  readonly #settings: Settings;
  readonly #isHead: boolean;
  readonly #warn: (text: string) => void;
  #phase: Phase = "waiting";
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
    output: GuardedOutput,
    settings: Settings,
    isHead: boolean,
    warn: (text: string) => void,
  ) {
    this.#output = output;
    this.#settings = settings;
    this.#isHead = isHead;
    this.#warn = warn;
    this.write.flush = this.#flush;
  }

  get phase(): Phase {
    return this.#phase;
  }

  /** Whether a further chunk of the body could change anything. */
  get wantsMore(): boolean {
    if (this.#phase === "ended" || this.#failure !== undefined) return false;
    if (this.#phase === "held") return !this.#isHead;
    return !this.#bodyless && this.#quota > 0;
  }

  /** Bytes the body may still have. */
  get room(): number {
    return this.#head?.contentLength ?? this.#quota;
  }

  /** Whether the client has, or will get, less than it was promised. */
  get isIncomplete(): boolean {
    return this.#phase === "sent" && !this.#bodyless && this.#quota > 0;
  }

  readonly startResponse: StartResponse = (status, headers, error) => {
    if (this.#phase === "ended") throw ended("start a response");
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
    const head = responseHead(status, headers, this.#settings.maxHeaderBytes);
    // To read the headers was to run code of the application.
    if (this.phase !== "waiting") {
      throw new TsgiError(
        "START_RESPONSE",
        "Cannot start a response: another one was started while its headers were read",
      );
    }
    this.#head = head;
    this.#phase = "held";
    return this.write;
  };

  /** The `write` of PEP 3333. A rejection that nobody awaits does no harm. */
  readonly write: Write = (chunk) => {
    const bytes = toBytes(chunk);
    try {
      if (this.#phase === "ended") throw ended("write");
      this.#written = true;
      const wait = this.send(bytes);
      if (this.#failure !== undefined) throw this.#failure.error;
      return wait;
    } catch (error) {
      return harmlessRejection(error);
    }
  };

  // Not written behind `write.flush =`: V8 takes a function that is assigned to a property for a method
  // and makes it old at birth. One a request kept all of the request alive, at 40 % of the time under load.
  readonly #flush = (): Wait => {
    try {
      if (this.#phase === "ended") throw ended("send the headers");
      if (this.#failure !== undefined) throw this.#failure.error;
      return this.#phase === "sent" ? undefined : this.#start(NOTHING, false);
    } catch (error) {
      return harmlessRejection(error);
    }
  };

  /** Sends a chunk, and before the first one the head. */
  send(bytes: Uint8Array, last = false): Wait {
    if (bytes.length === 0 || this.#phase === "ended") return undefined;
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#phase !== "sent") return this.#start(bytes, last);
    if (this.#bodyless) return undefined;
    const allowed = this.#withinQuota(bytes);
    return allowed.length === 0 ? undefined : this.#output.write(allowed, last);
  }

  /** Sends a body that is one chunk, so that its length is known. */
  sendWhole(bytes: Uint8Array, last: boolean): Wait {
    if (!this.#written) this.#settleLength(bytes.length);
    return this.send(bytes, last);
  }

  /**
   * The body is exhausted.
   *
   * @returns what has to be over before the body is closed
   * @throws {TsgiError} where that leaves the response incomplete
   */
  complete(last: boolean): Wait {
    if (this.#phase === "ended") return undefined;
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#phase === "waiting") throw this.#notStarted("end the response");
    if (this.#phase === "held") {
      this.#settleLength(0);
      this.#start(NOTHING, last);
    }
    if (Number.isFinite(this.#quota) && this.isIncomplete) {
      throw shortBy(this.#quota);
    }
    this.#phase = "ended";
    if (!last) this.#output.complete();
    return this.#output.taken;
  }

  /** Sends a whole page instead of what the application said. @returns false where it is too late */
  replace({ code, head, body }: WholePage, last: boolean): boolean {
    if (this.#phase !== "waiting" && this.#phase !== "held") return false;
    this.end();
    try {
      this.#output.start(code, head, this.#isHead ? NOTHING : body, last);
      if (!last) this.#output.complete();
    } catch {
      // The client is gone; the output has told so.
    }
    return true;
  }

  /** Nothing the application does from now on has an effect. */
  end(): void {
    this.#phase = "ended";
    this.#head = undefined;
    this.#failure = undefined;
  }

  /** Commits to the head that was held. */
  #start(bytes: Uint8Array, last: boolean): Wait {
    const head = this.#head;
    if (head === undefined) throw this.#notStarted("send a body");
    this.#bodyless = this.#isHead || isBodyless(head.code);
    this.#quota = head.contentLength ?? Number.POSITIVE_INFINITY;
    this.#phase = "sent";
    this.#head = undefined;
    const block = headerBlock(head);
    if (block.length > LARGE_HEADERS) {
      this.#warn(
        "a response has more than 8 KiB of headers; Apache refuses lines above 8190 bytes, nginx more than 4096 in all",
      );
    }
    if (bytes.length > 0 && isBodyless(head.code)) {
      this.#warn(`a body was dropped: status ${head.code} has none`);
    } else if (bytes.length > 0 && !head.hasContentType) {
      this.#warn("a response with a body has no Content-Type");
    }
    const first = this.#bodyless ? NOTHING : this.#withinQuota(bytes);
    return this.#output.start(head.code, block, first, last);
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

  /** The whole body is known: adds a Content-Length that was left out, refuses one it cannot meet. */
  #settleLength(length: number): void {
    const head = this.#head;
    if (head === undefined || this.#isHead || isBodyless(head.code)) return;
    const { contentLength = length } = head;
    if (length < contentLength) throw shortBy(contentLength - length);
    this.#head = { ...head, contentLength };
  }

  #notStarted(action: string): TsgiError {
    const state = this.#called ? "has not succeeded" : "was not called";
    return new TsgiError(
      "START_RESPONSE",
      `Cannot ${action}: startResponse ${state}`,
    );
  }
}
