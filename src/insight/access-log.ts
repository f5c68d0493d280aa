import {
  ACCESS_LOG_FORMATS,
  type AccessEntry,
  type AccessLogFormat,
} from "../common/access-log-format.ts";
import { TsgiError } from "../common/errors.ts";
import type { ObservedRequest, Observer } from "../common/observer.ts";
import type { Environ } from "../common/types.ts";

/** Writes a line for every request when it has ended, with what was really sent. */
export class AccessLog implements Observer {
  readonly #toLine: (entry: AccessEntry) => string;
  readonly #write: (line: string) => void;

  constructor(format: AccessLogFormat, write: (line: string) => void) {
    this.#toLine = ACCESS_LOG_FORMATS[format];
    this.#write = write;
  }

  started(): void {}

  ended(request: ObservedRequest): void {
    this.#write(`${this.#toLine(entryOf(request))}\n`);
  }
}

function entryOf(request: ObservedRequest): AccessEntry {
  const { outcome, error, incident, bytesSent } = request;
  const environ = request.variables as unknown as Environ;
  const durationMs = performance.now() - request.startedAt;
  const requestId = environ["request.id"] ?? environ.UNIQUE_ID;
  return {
    environ,
    time: new Date(Date.now() - durationMs),
    durationMs,
    // As nginx has it: the client left before there was an answer.
    status: request.status ?? 499,
    bytes: bytesSent,
    aborted: outcome === "aborted" ? codeOf(error) : undefined,
    failed: outcome === "failed",
    requestId: typeof requestId === "string" ? requestId : undefined,
    incident,
  };
}

function codeOf(error: unknown): string {
  return TsgiError.is(error) ? error.code : "ABORTED";
}
