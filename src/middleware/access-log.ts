// One line for every request, when it is over.
import { appendFileSync } from "node:fs";
import {
  ACCESS_LOG_FORMATS,
  type AccessEntry,
} from "../common/access-log-format.ts";
import { describeError, statusFor } from "../common/failure.ts";
import { isBodyless } from "../common/response.ts";
import type { Environ, Middleware } from "../common/types.ts";
import { mapWrite } from "../utilities/map-body.ts";
import { watchBody } from "./access-log-body.ts";

/** Where lines go; each ends in a line feed. */
export type AccessLogSink =
  | ((line: string) => unknown)
  | { write(line: string): unknown }
  | string;

/** What {@link accessLog} writes, and where to. */
export interface AccessLogOptions {
  /**
   * `"combined"` is Apache's, `"timed"` adds the application's time in milliseconds and the request
   * id to it, `"json"` has all as one object; a function makes a line of its own, without line feed.
   */
  readonly format?:
    | "combined"
    | "timed"
    | "json"
    | ((entry: AccessEntry) => string);
  /**
   * A function, a stream, or the path of a file. The file is appended to at once, so that a CGI
   * process loses no line, several processes can share it and it can be rotated. `tsgi.errors`
   * unless given, which is the web server's error log.
   */
  readonly sink?: AccessLogSink;
}

/**
 * Logs every request at its end, also one that failed or was given up. What the client sent is
 * escaped. A log that cannot be written never fails a request; `tsgi.errors` is told once.
 */
export function accessLog(options: AccessLogOptions = {}): Middleware {
  const { format = "combined", sink } = options;
  const toLine =
    typeof format === "function" ? format : ACCESS_LOG_FORMATS[format];
  let hasFailed = false;
  const log = (entry: AccessEntry): void => {
    const errors = entry.environ["tsgi.errors"];
    const failed = (error: unknown): void => {
      if (hasFailed) return;
      hasFailed = true;
      errors.write(`tsgi: access log: ${describeError(error)}\n`);
    };
    try {
      const written = writeTo(sink ?? errors, `${toLine(entry)}\n`);
      if (written instanceof Promise) written.catch(failed);
    } catch (error) {
      failed(error);
    }
  };

  return (application) => async (environ, startResponse) => {
    const request = new Logged(environ, log);
    // For a request that ends without a body to close: its application never came back.
    environ["tsgi.cleanup"]?.push(() => request.end());
    try {
      const body = await application(environ, (status, headers, error) => {
        const write = startResponse(status, headers, error);
        request.status = Number(status.slice(0, 3));
        return mapWrite(write, (chunk) => {
          request.count(chunk);
          return chunk;
        });
      });
      return watchBody(body, request);
    } catch (error) {
      request.fail(error);
      request.end();
      throw error;
    }
  };
}

function writeTo(sink: AccessLogSink, line: string): unknown {
  if (typeof sink === "string") return appendFileSync(sink, line);
  return typeof sink === "function" ? sink(line) : sink.write(line);
}

/** One request, until it is logged. */
class Logged {
  status: number | undefined;
  readonly #environ: Environ;
  readonly #log: (entry: AccessEntry) => void;
  readonly #isHead: boolean;
  readonly #time = new Date();
  readonly #start = performance.now();
  #bytes = 0;
  #isComplete = false;
  #failure: { error: unknown } | undefined;
  #ended = false;

  constructor(environ: Environ, log: (entry: AccessEntry) => void) {
    this.#environ = environ;
    this.#log = log;
    this.#isHead = environ.REQUEST_METHOD === "HEAD";
  }

  count(chunk: unknown): void {
    if (typeof chunk === "string") this.#bytes += Buffer.byteLength(chunk);
    else if (chunk instanceof Uint8Array) this.#bytes += chunk.length;
  }

  complete(): void {
    this.#isComplete = true;
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const aborted = this.#isComplete ? undefined : this.#abortCode();
    const failed = this.#failure !== undefined && aborted === undefined;
    const environ = this.#environ;
    const requestId = environ["request.id"] ?? environ.UNIQUE_ID;
    this.#log({
      environ,
      time: this.#time,
      durationMs: performance.now() - this.#start,
      status: this.#sentStatus(aborted),
      bytes: this.#sentBytes(),
      aborted,
      failed,
      requestId: typeof requestId === "string" ? requestId : undefined,
    });
  }

  /** The signal is looked at only here: to make one takes longer than all the rest. */
  #abortCode(): string | undefined {
    const signal = this.#environ["tsgi.signal"];
    if (!signal.aborted) return undefined;
    const { code } = (signal.reason ?? {}) as { code?: unknown };
    return typeof code === "string" ? code : "ABORTED";
  }

  /** What the client got: nginx, too, has 499 only where nothing was sent. */
  #sentStatus(aborted: string | undefined): number {
    if (this.#bytes > 0 && this.status !== undefined) return this.status;
    if (aborted === "TIMEOUT") return 504;
    if (aborted !== undefined) return 499;
    if (this.#failure !== undefined) {
      return Number(statusFor(this.#failure.error).slice(0, 3));
    }
    return this.status ?? 500;
  }

  #sentBytes(): number {
    const { status = 500 } = this;
    return this.#isHead || isBodyless(status) ? 0 : this.#bytes;
  }
}
