// The web server's side of CGI and FastCGI, for the preview, `tsgi request` and tests.
import type { Readable } from "node:stream";
import type { Header } from "../common/types.ts";
import type { Variables } from "../common/variables.ts";

/** One request for a program to answer. */
export interface BackendRequest {
  readonly variables: Variables;
  /** Read as fast as the program takes it; nothing is read after the end of the request. */
  readonly body?: AsyncIterable<Uint8Array> | Iterable<Uint8Array> | undefined;
  /** Gives the request up. */
  readonly signal?: AbortSignal | undefined;
  /** Told what the program wrote to its error stream, as it comes. */
  readonly onErrors?: ((text: Uint8Array) => void) | undefined;
}

/** The answer, from the moment its head is complete. */
export interface BackendResponse extends ResponseHead {
  /** Its `error` is a TsgiError where the response is incomplete. Destroying it aborts the request. */
  readonly body: Readable;
  /** Resolves when the program is done, which may be after the body. */
  readonly ended: Promise<Ending>;
}

/** What a response's header block says, without the Status field itself. */
export interface ResponseHead {
  /** 200 to 599. */
  readonly status: number;
  readonly reason: string;
  /** In their order; a repeated name is repeated. */
  readonly headers: readonly Header[];
}

/** How a program took its leave. */
export interface Ending {
  /** A CGI program's exit status, or FastCGI's appStatus; 0 is success. */
  readonly exitStatus: number;
  /** The signal that killed a CGI program. */
  readonly signal?: NodeJS.Signals | undefined;
}

/** Whatever can answer requests. */
export interface Backend {
  /**
   * @throws {TsgiError} by rejection: `CONNECT` (it cannot be reached or started), `DISCONNECTED` (it went
   * without an answer), `PROTOCOL` and `LIMIT` (its answer, or refusal, is none to pass on), `ABORTED`
   */
  request(request: BackendRequest): Promise<BackendResponse>;
}
