// Middleware that does not hand an application's body on is the server of that body.
import { closerOf, isIterable, notABody, releaseBody } from "../common/body.ts";
import { isBytes } from "../common/chunk.ts";
import { describeError } from "../common/failure.ts";
import type { Chunk, Environ, ResponseBody } from "../common/types.ts";

/** A body as something to iterate. @throws {TsgiError} `BODY` for what is none */
export function chunksOf(
  body: ResponseBody,
): Iterable<Chunk> | AsyncIterable<Chunk> {
  if (typeof body === "string" || isBytes(body)) return [body];
  if (isIterable(body)) return body;
  throw notABody(body);
}

/** Closes a body that is not sent; what its close() throws goes to the log (A10.04). */
export async function discard(
  body: ResponseBody,
  environ: Environ,
): Promise<void> {
  releaseBody(body);
  try {
    await closerOf(body)?.();
  } catch (error) {
    environ["tsgi.errors"].write(`close() failed: ${describeError(error)}\n`);
  }
}
