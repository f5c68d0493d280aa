// Why a web server's doing ends a request early.
import { TsgiError } from "../common/errors.ts";

/** It sent ABORT_REQUEST. */
export function aborted(): TsgiError {
  return new TsgiError(
    "ABORTED",
    "Cannot go on with the request: the web server aborted it",
  );
}

/** It takes too long to say what it wants. */
export function paramsOverdue(timeoutMs: number): TsgiError {
  return new TsgiError(
    "TIMEOUT",
    `Cannot wait for the params: they are not complete after ${timeoutMs} ms`,
  );
}

/** It has left. */
export function disconnected(): TsgiError {
  return new TsgiError(
    "DISCONNECTED",
    "Cannot go on with the request: the web server closed the connection",
  );
}

/** Its stack tells who ended the process. */
export function ended(): TsgiError {
  return new TsgiError(
    "ENDED",
    "Cannot complete the response: the process ended before the application did",
  );
}
