import type { Outcome } from "./output.ts";
import type { Variables } from "./variables.ts";

/** A request as whoever observes it sees it. The object is one and the same from start to end. */
export interface ObservedRequest {
  /**
   * The CGI variables, repaired; not to be changed. The object is the application's environ, so that
   * it has what middleware put there (REMOTE_USER), and may have anything in place of a text.
   */
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
  /** What it failed with, or the reason why it was given up. */
  readonly error: unknown;
}

/**
 * Told of every request of a server, before it starts and when it has ended, each once. Figures, access
 * logs and traces are made of it. What it throws is logged and changes nothing else.
 */
export interface Observer {
  /** The application is about to be called, or the request is refused without it. */
  started(request: ObservedRequest): void;
  /** The response has ended; functions of `tsgi.cleanup` may still run. */
  ended(request: ObservedRequest): void;
  /** An application goes on although its request was given up, and its grace is over; `ended` follows. */
  stuck?(request: ObservedRequest): void;
  /** FastCGI only: a request was declined with FCGI_OVERLOADED before anything was known of it. */
  refused?(): void;
}

/** One that tells them all, in this order. */
export function observeAll(observers: readonly Observer[]): Observer {
  return {
    started(request) {
      for (const each of observers) each.started(request);
    },
    ended(request) {
      for (const each of observers) each.ended(request);
    },
    stuck(request) {
      for (const each of observers) each.stuck?.(request);
    },
    refused() {
      for (const each of observers) each.refused?.();
    },
  };
}
