// Why a request ends early, whichever front end serves it.
import { TsgiError } from "./errors.ts";

/** Its application takes too long. */
export function timedOut(limitMs: number): TsgiError {
  return new TsgiError(
    "TIMEOUT",
    `Cannot wait for the application: it took longer than ${limitMs} ms`,
  );
}

/** What an output failed with, as an error of ours. */
export function unsendable(cause: unknown): TsgiError {
  if (TsgiError.is(cause)) return cause;
  return new TsgiError(
    "DISCONNECTED",
    "Cannot send the response: the web server closed the connection",
    { cause },
  );
}
