// Stop 4 of a request: the application's body becomes chunks of the response.
import { describe, isBytes, toBytes } from "./chunk.ts";
import { TsgiError } from "./errors.ts";
import type { Exchange } from "./exchange.ts";
import { FileBody } from "./file-wrapper.ts";
import { destroyStream } from "./node-stream.ts";
import type { Wait } from "./output.ts";
import type { Chunk } from "./types.ts";

/** Chunks after which other requests get a turn, where none of them had to wait. */
const TURN = 256;

/**
 * Sends a body, asking for a chunk when the last one has been taken, and for none that could not be sent.
 *
 * @param last whether the request ends with the body, so that nothing follows the last chunk
 */
export function sendBody(
  body: unknown,
  exchange: Exchange,
  last: boolean,
): Wait {
  if (typeof body === "string" || isBytes(body)) {
    return exchange.sendWhole(toBytes(body), last);
  }
  if (Array.isArray(body) && body.length < 2) {
    const chunk = body.length === 0 ? "" : body[0];
    return exchange.sendWhole(toBytes(chunk), last);
  }
  if (!isIterable(body)) throw notABody(body);
  if (!exchange.wantsMore) {
    releaseBody(body);
    return undefined;
  }
  // What a file holds behind Content-Length is not meant, as in the answer to a range.
  if (body instanceof FileBody) {
    return sendAsync(body.upTo(exchange.room), exchange);
  }
  return Symbol.asyncIterator in body
    ? sendAsync(body, exchange)
    : sendSync(body, exchange);
}

/** The error for a result that no server can send (docs/specification.md, A1.09). */
export function notABody(value: unknown): TsgiError {
  return new TsgiError(
    "BODY",
    `Cannot send ${describe(value)} as a body: return a string, bytes, or an iterable of them`,
  );
}

/** The body's close(), to be called on the very object the application returned. */
export function closerOf(body: unknown): (() => unknown) | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  const { close } = body as { close?: unknown };
  return typeof close === "function" ? () => close.call(body) : undefined;
}

/** Frees what a body holds that is not iterated, besides what its close() does. */
export function releaseBody(body: unknown): void {
  try {
    if (typeof body !== "object" || body === null || destroyStream(body)) {
      return;
    }
    if (closerOf(body) !== undefined || !isIterable(body)) return;
    if (Symbol.asyncIterator in body) {
      body[Symbol.asyncIterator]()
        .return?.()
        .then(undefined, () => {});
    } else {
      body[Symbol.iterator]().return?.();
    }
  } catch {
    // It has nothing to say to a response that goes on, or is over, without it.
  }
}

async function sendSync(
  body: Iterable<Chunk>,
  exchange: Exchange,
): Promise<void> {
  let atOnce = 0;
  for (const chunk of body) {
    const wait = exchange.send(toBytes(chunk));
    if (wait !== undefined) await wait;
    else if (++atOnce % TURN === 0) await turn();
    if (!exchange.wantsMore) break;
  }
}

async function sendAsync(
  body: AsyncIterable<Chunk>,
  exchange: Exchange,
): Promise<void> {
  let atOnce = 0;
  for await (const chunk of body) {
    const wait = exchange.send(toBytes(chunk));
    if (wait !== undefined) await wait;
    // An iterator whose promises are all resolved lets nobody else run either.
    else if (++atOnce % TURN === 0) await turn();
    if (!exchange.wantsMore) break;
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Whether a body gives chunks, rather than being one. */
export function isIterable(
  value: unknown,
): value is AsyncIterable<Chunk> | Iterable<Chunk> {
  return (
    typeof value === "object" &&
    value !== null &&
    (Symbol.asyncIterator in value || Symbol.iterator in value)
  );
}
