// A body around a body, that tells what becomes of it.
import { closerOf, isIterable } from "../common/body.ts";
import { isBytes } from "../common/chunk.ts";
import type { Chunk, ResponseBody } from "../common/types.ts";
import { closingIterable } from "../utilities/closing-iterable.ts";
import { wrapIterable } from "../utilities/map-body.ts";

/** Is told of a body's chunks as they pass. */
export interface BodyWatcher {
  count(chunk: Chunk): void;
  /** The last chunk was taken, and the next one asked for. */
  complete(): void;
  fail(error: unknown): void;
  /** The body was closed. */
  end(): void;
}

/**
 * The same chunks at the same time; a body of one chunk stays one.
 *
 * @throws {TsgiError} `BODY` where there is none
 */
export function watchBody(
  body: ResponseBody,
  watcher: BodyWatcher,
): ResponseBody {
  const end = () => watcher.end();
  const chunk = onlyChunk(body);
  if (chunk !== undefined) watcher.count(chunk);
  if (chunk !== undefined || !isIterable(body)) {
    return closingIterable(body, end);
  }
  const closer = closerOf(body);
  const steps = {
    map: (chunk: Chunk): Chunk => {
      watcher.count(chunk);
      return chunk;
    },
    end: (): Chunk => {
      watcher.complete();
      return "";
    },
    fail: (error: unknown): never => {
      watcher.fail(error);
      throw error;
    },
  };
  return wrapIterable(body as Iterable<Chunk>, steps, async () => {
    try {
      await closer?.();
    } finally {
      end();
    }
  });
}

/** The chunk of a body whose length the server can tell. */
function onlyChunk(body: ResponseBody): Chunk | undefined {
  if (typeof body === "string" || isBytes(body)) return body;
  return Array.isArray(body) && body.length < 2 ? (body[0] ?? "") : undefined;
}
