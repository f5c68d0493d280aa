// Why a web server's doing ends a request early.
import { TsgiError } from "../common/errors.ts";

/** It sent ABORT_REQUEST. */
export function aborted(): TsgiError {
  return new TsgiError(
    "ABORTED",
    "Cannot go on with the request: the web server aborted it",
  );
}

/** It has left. */
export function disconnected(): TsgiError {
  return new TsgiError(
    "DISCONNECTED",
    "Cannot go on with the request: the web server closed the connection",
  );
}
