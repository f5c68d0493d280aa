import { closerOf } from "../common/body.ts";
import { FileBody } from "../common/file-wrapper.ts";
import type { Chunk, ResponseBody } from "../common/types.ts";

/** Calls what it is given, within some context. */
export type Within = <Result>(action: () => Result) => Result;

/**
 * A body whose steps run within a context. A generator runs where its next chunk is asked for, which is outside of
 * the call that made it. Streams run by themselves; what has no steps stays what it is.
 */
export function bodyWithin(body: ResponseBody, within: Within): ResponseBody {
  if (!hasSteps(body)) return body;
  const closer = closerOf(body);
  const close = closer && { close: () => within(closer) };
  if (isAsync(body)) {
    return {
      [Symbol.asyncIterator](): AsyncIterator<Chunk> {
        const steps = within(() => body[Symbol.asyncIterator]());
        const end = steps.return?.bind(steps);
        return {
          next: () => within(() => steps.next()),
          ...(end && { return: () => within(() => end()) }),
        };
      },
      ...close,
    };
  }
  return {
    [Symbol.iterator](): Iterator<Chunk> {
      const steps = within(() => body[Symbol.iterator]());
      const end = steps.return?.bind(steps);
      return {
        next: () => within(() => steps.next()),
        ...(end && { return: () => within(() => end()) }),
      };
    },
    ...close,
  };
}

function hasSteps(
  body: ResponseBody,
): body is Iterable<Chunk> | AsyncIterable<Chunk> {
  if (typeof body !== "object" || body === null) return false;
  if (Array.isArray(body) || ArrayBuffer.isView(body)) return false;
  if (body instanceof FileBody || "pipe" in body || "getReader" in body) {
    return false;
  }
  return Symbol.asyncIterator in body || Symbol.iterator in body;
}

function isAsync(
  body: Iterable<Chunk> | AsyncIterable<Chunk>,
): body is AsyncIterable<Chunk> {
  return Symbol.asyncIterator in (body as object);
}
