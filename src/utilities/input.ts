// More inputs, and the other forms of one.

import { toBytes } from "../common/chunk.ts";
import { bodyLength } from "../common/environ.ts";
import { TsgiError } from "../common/errors.ts";
import { type BodySource, RequestInput } from "../common/input.ts";
import type { Chunk, Environ, Input } from "../common/types.ts";

/** How many bytes an input may have. */
export interface InputLimits {
  /** It ends after as many: what follows is left, and an end before that is an error. */
  readonly length?: number;
  /** More are an error. */
  readonly maximum?: number;
}

/** Bytes of the request's body, undefined where its end tells. @throws {TsgiError} `BAD_REQUEST` where CONTENT_LENGTH is not a number of bytes */
export function contentLength(
  environ: Pick<Environ, "CONTENT_LENGTH">,
): number | undefined {
  return bodyLength(environ.CONTENT_LENGTH, "CONTENT_LENGTH");
}

/**
 * An input over whatever gives chunks: a web stream, a file's stream, bytes that were read already, or
 * another input that is to end, or fail, earlier. Its reads reject with `INCOMPLETE_BODY` where
 * `length` is not met, and with `BODY_TOO_LARGE` above `maximum`.
 *
 * @throws {TsgiError} `ARGUMENT` for a limit that is not a number of bytes
 */
export function inputFrom(
  chunks: Chunk | Iterable<Chunk> | AsyncIterable<Chunk>,
  { length, maximum = Number.POSITIVE_INFINITY }: InputLimits = {},
): Input {
  if (!((length ?? 0) >= 0 && maximum >= 0)) {
    throw new TsgiError(
      "ARGUMENT",
      "Cannot limit the input: the limit is not a number of bytes",
    );
  }
  return new RequestInput(sourceOf(chunks), { length, maximum });
}

/** A `ReadableStream` of an input, such as `new Response(stream)` takes; it asks for no chunk before somebody reads. */
export function inputToWebStream(input: Input): ReadableStream<Uint8Array> {
  const iterator = input[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(value);
      },
    },
    { highWaterMark: 0 },
  );
}

function sourceOf(
  chunks: Chunk | Iterable<Chunk> | AsyncIterable<Chunk>,
): BodySource {
  if (typeof chunks === "string" || chunks instanceof Uint8Array) {
    return sourceOf([chunks]);
  }
  if (Symbol.asyncIterator in chunks) {
    const iterator = chunks[Symbol.asyncIterator]();
    return {
      async next() {
        const { done, value } = await iterator.next();
        return done ? undefined : toBytes(value);
      },
    };
  }
  const iterator = chunks[Symbol.iterator]();
  return {
    next() {
      const { done, value } = iterator.next();
      return done ? undefined : toBytes(value);
    },
  };
}
