import { closerOf, isIterable, notABody } from "../common/body.ts";
import { isBytes } from "../common/chunk.ts";
import type { Chunk, ResponseBody } from "../common/types.ts";
import { wrapIterable } from "./map-body.ts";

/**
 * The same chunks, with functions to call when the request is over: after the body's own close(), each
 * once, one after another, whatever the others throw. A body of one chunk stays one.
 *
 * @throws {TsgiError} `BODY`, with the functions called, where `body` is none
 */
export function closingIterable(
  body: ResponseBody,
  ...callbacks: readonly (() => unknown)[]
): ResponseBody {
  const all = [closerOf(body) ?? (() => {}), ...callbacks];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= callAll(all);
    return closing;
  };
  if (typeof body === "string" || isBytes(body)) {
    return Object.assign([body as Chunk], { close });
  }
  if (!isIterable(body)) {
    // What they throw is less than what is told here.
    close().catch(() => {});
    throw notABody(body);
  }
  if (Array.isArray(body) && body.length < 2) {
    return Object.assign(body.slice() as Chunk[], { close });
  }
  return wrapIterable(body, { map: (chunk) => chunk }, close);
}

/** Throws what was thrown first. */
async function callAll(callbacks: readonly (() => unknown)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const callback of callbacks) {
    try {
      await callback();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
