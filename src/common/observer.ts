import type { Outcome } from "./output.ts";
import type { Variables } from "./variables.ts";

/** A request as whoever observes it sees it. The object is one and the same from start to end. */
export interface ObservedRequest {
  /** The CGI variables, repaired; not to be changed. */
  readonly variables: Variables;
  /** When it started, in milliseconds of `performance.now()`. */
  readonly startedAt: number;
  /** The status that was sent; undefined before, and where none ever was. */
  readonly status: number | undefined;
  /** Bytes of the body that were handed to the web server. */
  readonly bytesSent: number;
  /** How it ended; `"completed"` before that. */
  readonly outcome: Outcome;
  /** The id that the page for visitors and the log give a failure. */
  readonly incident: string | undefined;
  /** What it failed with. */
  readonly error: unknown;
}

/** Told of every request of a server. Figures, access logs and traces are made of it. Must not throw. */
export interface Observer {
  /** The application is about to be called, or the request is refused without it. */
  started(request: ObservedRequest): void;
  /** The response has ended; functions of `tsgi.cleanup` may still run. */
  ended(request: ObservedRequest): void;
}
