import { Readable } from "node:stream";
import { TsgiError } from "../common/errors.ts";
import { isBodyless } from "../common/response.ts";
import type { BackendResponse, Ending, ResponseHead } from "./backend.ts";
import { headEnd, parseHead } from "./head.ts";

/** Bytes a header block may have. */
const MAX_HEAD = 65_536;

/** Whoever feeds a {@link ResponseReceiver}. */
export interface ReceiverListener {
  /** There is room again, after `push` returned false. */
  resume(): void;
  /** Whoever reads the body has given it up. */
  abandon(): void;
}

/**
 * Turns what a program writes into a response.
 *
 *          blank line          end
 *   head ------------> body --------> complete
 *
 * A failure takes any of them to `over`, and so does `finish`.
 */
export class ResponseReceiver {
  /** Rejects where there is no response to pass on. */
  readonly response: Promise<BackendResponse>;
  readonly #listener: ReceiverListener;
  readonly #isHead: boolean;
  readonly #ended = deferred<Ending>();
  readonly #started = deferred<BackendResponse>();
  #phase: "head" | "body" | "complete" | "over" = "head";
  /** What has come of the header block. */
  #head: Uint8Array = new Uint8Array(0);
  #body: Readable | undefined;
  /** Bytes of the body still to come; undefined where nothing tells. */
  #missing: number | undefined;
  #bodyless = false;

  /** @param method the request's, since HEAD is answered without a body */
  constructor(method: string | undefined, listener: ReceiverListener) {
    this.#isHead = method === "HEAD";
    this.#listener = listener;
    this.response = this.#started.promise;
    // Whoever wants no more than the body need not await the rest.
    this.#ended.promise.catch(() => {});
  }

  /** Whether the header block has yet to come. */
  get awaitsHead(): boolean {
    return this.#phase === "head";
  }

  /** Takes output as it came. @returns false where the caller should wait for `resume` */
  push(bytes: Uint8Array): boolean {
    if (this.#phase === "body") return this.#pushBody(bytes);
    if (this.#phase !== "head") return true;
    this.#head = Buffer.concat([this.#head, bytes]);
    const text = Buffer.from(this.#head).toString("latin1");
    const end = headEnd(text);
    if ((end < 0 ? text.length : end) > MAX_HEAD) {
      this.fail(
        new TsgiError(
          "LIMIT",
          `Cannot read the response's header block: it exceeds ${MAX_HEAD} bytes`,
        ),
      );
      return true;
    }
    if (end < 0) return true;
    const rest = this.#head.subarray(end);
    this.#head = new Uint8Array(0);
    try {
      this.#start(parseHead(text.slice(0, end)));
    } catch (error) {
      this.fail(error as TsgiError);
      return true;
    }
    return this.#pushBody(rest);
  }

  /** The output has ended. @param what for the message where that is too early: "the responder ended the request" */
  end(what: string): void {
    if (this.#phase === "head") {
      this.fail(
        new TsgiError(
          "DISCONNECTED",
          this.#head.length === 0
            ? `Cannot read the response: ${what} without one`
            : `Cannot read the response: ${what} inside its header block, after ${quoteStart(this.#head)}`,
        ),
      );
    } else if (this.#phase === "body") {
      if (!this.#bodyless && (this.#missing ?? 0) > 0) {
        this.fail(
          new TsgiError(
            "DISCONNECTED",
            `Cannot read the response: ${what} with ${this.#missing} bytes missing of what Content-Length says`,
          ),
        );
        return;
      }
      this.#phase = "complete";
      this.#body?.push(null);
    }
  }

  /** The program is done. */
  finish(ending: Ending): void {
    this.#phase = "over";
    this.#ended.resolve(ending);
  }

  /** There will be no (further) response. Without effect on one that is complete. */
  fail(error: TsgiError): void {
    const phase = this.#phase;
    this.#phase = "over";
    this.#ended.reject(error);
    if (phase === "head") this.#started.reject(error);
    else if (phase === "body") this.#body?.destroy(error);
  }

  #start(head: ResponseHead): void {
    this.#bodyless = this.#isHead || isBodyless(head.status);
    this.#missing = contentLength(head);
    const body = new Readable({
      read: () => this.#listener.resume(),
      destroy: (error, callback) => {
        if (this.#phase === "body") this.#listener.abandon();
        callback(error);
      },
    });
    // Its reader may not be listening yet when it fails; it will find the error there.
    body.on("error", () => {});
    this.#body = body;
    this.#phase = "body";
    this.#started.resolve({ ...head, body, ended: this.#ended.promise });
  }

  #pushBody(bytes: Uint8Array): boolean {
    if (bytes.length === 0 || this.#bodyless) return true;
    if (this.#missing !== undefined) {
      if (bytes.length > this.#missing) {
        this.fail(
          new TsgiError(
            "PROTOCOL",
            "Cannot pass the response on: it has more bytes than its Content-Length says",
          ),
        );
        return true;
      }
      this.#missing -= bytes.length;
    }
    return this.#body?.push(bytes) ?? true;
  }
}

/** @throws {TsgiError} `PROTOCOL` where it is no number, or two different ones */
function contentLength({ headers }: ResponseHead): number | undefined {
  let length: number | undefined;
  for (const [name, value] of headers) {
    if (name.toLowerCase() !== "content-length") continue;
    if (
      !/^[0-9]+$/.test(value) ||
      Number(value) !== (length ?? Number(value))
    ) {
      throw new TsgiError(
        "PROTOCOL",
        "Cannot pass the response on: its Content-Length is not one number",
      );
    }
    length = Number(value);
  }
  return length;
}

function quoteStart(bytes: Uint8Array): string {
  return JSON.stringify(Buffer.from(bytes.subarray(0, 80)).toString("latin1"));
}

interface Deferred<T> {
  promise: Promise<T>;
  resolve: (value: T) => void;
  reject: (reason: TsgiError) => void;
}

function deferred<T>(): Deferred<T> {
  const parts = {} as Deferred<T>;
  parts.promise = new Promise((resolve, reject) => {
    parts.resolve = resolve;
    parts.reject = reject;
  });
  return parts;
}
