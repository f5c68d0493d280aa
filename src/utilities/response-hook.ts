import type {
  Chunk,
  Environ,
  Header,
  Middleware,
  Status,
} from "../common/types.ts";
import { type ChunkMap, mapBody, mapWrite } from "./map-body.ts";

/** What an application said to startResponse; the list of headers is a copy, to be changed at will. */
export interface ResponseStart {
  readonly status: Status;
  readonly headers: Header[];
  /** The third argument of startResponse, where the application replaces an earlier start. */
  readonly error: unknown;
}

/** What is said instead; what is left out stays as it was. */
export interface ResponseChange {
  readonly status?: Status;
  readonly headers?: Iterable<Header>;
  /** Changes each chunk, of the body as of write(). */
  readonly map?: ChunkMap;
  /** Makes a last chunk, of what `map` has held back. */
  readonly end?: () => Chunk;
}

/** Called for each startResponse; without a result the response stays as it is. */
export type ResponseHook = (
  start: ResponseStart,
  environ: Environ,
  // biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
) => ResponseChange | undefined | void;

/**
 * Middleware of a function that sees each response start and may change status, headers and chunks.
 * Whoever changes the length of a body removes its Content-Length (docs/specification.md, A11.07).
 */
export function responseHook(hook: ResponseHook): Middleware {
  return (application) => async (environ, startResponse) => {
    let change: ResponseChange = {};
    const map: ChunkMap = (chunk) => change.map?.(chunk) ?? chunk;
    const body = await application(environ, (status, headers, error) => {
      const start = { status, headers: [...headers], error };
      change = hook(start, environ) ?? {};
      const write = startResponse(
        change.status ?? status,
        change.headers ?? start.headers,
        error,
      );
      return mapWrite(write, map);
    });
    // Looked up late: a generator starts its response in its first step.
    return mapBody(body, map, () => change.end?.() ?? "");
  };
}
