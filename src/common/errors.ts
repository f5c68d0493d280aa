/**
 * What went wrong, and whose doing it was.
 *
 * The peer: `PROTOCOL`, `LIMIT`, `BAD_REQUEST`, `BODY_TOO_LARGE`, `INCOMPLETE_BODY`.
 * The application: `STATUS`, `HEADER`, `START_RESPONSE`, `BODY`, `CONTENT_LENGTH`, `ENDED`, `ARGUMENT`,
 * and `LINT`, which only the validator finds.
 * Nobody: `ABORTED` (the web server gave the request up), `DISCONNECTED` (its connection closed),
 * `TIMEOUT`, `OVERLOADED` (it waited too long for its turn), `SHUTDOWN`,
 * `NO_WORKER` (no process of the application can be started).
 * Whoever set things up: `LISTEN`, `CONNECT`, `LOAD`, `CONFIG`, and of built files `DAMAGED`,
 * `NODE_TOO_OLD`, `NODE_MISSING` and `NODE_DIED` (it was killed, or ran out of memory).
 */
export type TsgiErrorCode =
  | "PROTOCOL"
  | "LIMIT"
  | "BAD_REQUEST"
  | "BODY_TOO_LARGE"
  | "INCOMPLETE_BODY"
  | "STATUS"
  | "HEADER"
  | "START_RESPONSE"
  | "BODY"
  | "CONTENT_LENGTH"
  | "ENDED"
  | "ARGUMENT"
  | "LINT"
  | "ABORTED"
  | "DISCONNECTED"
  | "TIMEOUT"
  | "OVERLOADED"
  | "SHUTDOWN"
  | "NO_WORKER"
  | "LISTEN"
  | "CONNECT"
  | "LOAD"
  | "CONFIG"
  | "DAMAGED"
  | "NODE_TOO_OLD"
  | "NODE_MISSING"
  | "NODE_DIED";

/** Every error this package makes. `code` is the interface; the message is prose and may change. */
export class TsgiError extends Error {
  override readonly name = "TsgiError";
  readonly code: TsgiErrorCode;

  constructor(code: TsgiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  /** Whether `value` is one of ours, also when another copy of this package made it. */
  static is(value: unknown): value is TsgiError {
    return (
      typeof value === "object" &&
      value !== null &&
      (value as { name?: unknown }).name === "TsgiError"
    );
  }
}
