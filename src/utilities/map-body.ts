import { closerOf, isIterable, releaseBody } from "../common/body.ts";
import { isBytes } from "../common/chunk.ts";
import type { Chunk, ResponseBody, Write } from "../common/types.ts";

/** Makes one chunk of another; an empty one where there is nothing to send yet. */
export type ChunkMap = (chunk: Chunk) => Chunk;

/**
 * A body whose chunks are those of `body`, each changed by `map` when it is asked for. Its close() is
 * that of `body`. A body of one chunk stays one, so that the server can tell its length.
 *
 * @param end makes a last chunk, of what `map` has held back
 */
export function mapBody(
  body: ResponseBody,
  map: ChunkMap,
  end?: () => Chunk,
): ResponseBody {
  if (typeof body === "string" || isBytes(body)) {
    return end === undefined ? map(body) : [map(body), end()];
  }
  const closer = closerOf(body);
  if (Array.isArray(body) && body.length < 2) {
    const chunks = body.map((chunk: Chunk) => map(chunk));
    if (end !== undefined) chunks.push(end());
    return closer === undefined
      ? chunks
      : Object.assign(chunks, { close: closer });
  }
  return wrapIterable(body, { map, end }, () => closer?.());
}

/** A `write` whose chunks are changed by `map`, with the `flush` of the one it stands for. */
export function mapWrite(write: Write, map: ChunkMap): Write {
  const mapped: Write = (chunk) => write(map(chunk));
  if (write.flush !== undefined) {
    // A constant, for a reason which common/exchange.ts gives.
    const flush = () => write.flush?.();
    mapped.flush = flush;
  }
  return mapped;
}

/** What becomes of the chunks of a body on their way. */
export interface ChunkSteps {
  readonly map: ChunkMap;
  /** Makes a last chunk. */
  readonly end?: (() => Chunk) | undefined;
  /** Makes a last chunk of what the iteration failed with, or throws. */
  readonly fail?: ((error: unknown) => Chunk) | undefined;
}

/** An iterable of the same kind whose close() is `close`; what is not iterable is for the server to refuse. */
export function wrapIterable(
  body: Exclude<ResponseBody, Chunk>,
  { map, end, fail = rethrow }: ChunkSteps,
  close: () => unknown,
): ResponseBody {
  if (!isIterable(body)) return body;
  let started = false;
  const finish = (): unknown => {
    // Nobody else would free a stream that was never read.
    if (!started) releaseBody(body);
    return close();
  };
  if (Symbol.asyncIterator in body) {
    return {
      async *[Symbol.asyncIterator]() {
        started = true;
        try {
          for await (const chunk of body) yield map(chunk);
          if (end !== undefined) yield end();
        } catch (error) {
          yield fail(error);
        }
      },
      close: finish,
    } as AsyncIterable<Chunk>;
  }
  return {
    *[Symbol.iterator]() {
      started = true;
      try {
        for (const chunk of body) yield map(chunk);
        if (end !== undefined) yield end();
      } catch (error) {
        yield fail(error);
      }
    },
    close: finish,
  } as Iterable<Chunk>;
}

function rethrow(error: unknown): never {
  throw error;
}
