// The body of a request as a front end would deliver it.
import { toBytes } from "../common/chunk.ts";
import type { BodySource } from "../common/input.ts";
import type { Chunk } from "../common/types.ts";

/** One chunk, chunks in the order they arrive, or a source of the test's own. */
export type Body = Chunk | readonly Chunk[] | AsyncIterable<Chunk> | BodySource;

/** A body as the runner reads it. */
export function bodySource(body: Body): BodySource {
  if (isSource(body)) return body;
  if (isAsync(body)) {
    const iterator = body[Symbol.asyncIterator]();
    return {
      async next() {
        const { done, value } = await iterator.next();
        return done ? undefined : toBytes(value);
      },
    };
  }
  const chunks = chunksOf(body)[Symbol.iterator]();
  return {
    next() {
      const { done, value } = chunks.next();
      return done ? undefined : toBytes(value);
    },
  };
}

/** Bytes of a body that is all there, undefined for any other and for none. */
export function bodyLength(body: Body | undefined): number | undefined {
  if (body === undefined || isSource(body) || isAsync(body)) return undefined;
  return chunksOf(body).reduce((sum, { length }) => sum + length, 0);
}

/** A body that arrives when the test says so. */
export class BodyFeed implements BodySource {
  /** How often a chunk was asked for. */
  asked = 0;
  readonly #arrived: (Uint8Array | undefined | Error)[] = [];
  #waiting: ((arrival: Uint8Array | undefined | Error) => void) | undefined;

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    this.asked++;
    const arrival = this.#arrived[0];
    if (arrival instanceof Error) throw arrival;
    if (this.#arrived.length > 0) {
      this.#arrived.shift();
      return arrival;
    }
    return new Promise((resolve, reject) => {
      this.#waiting = (late) =>
        late instanceof Error ? reject(late) : resolve(late);
    });
  }

  push(...chunks: Chunk[]): void {
    for (const chunk of chunks) this.#arrive(toBytes(chunk));
  }

  end(): void {
    this.#arrive(undefined);
  }

  fail(error: Error): void {
    this.#arrive(error);
  }

  #arrive(arrival: Uint8Array | undefined | Error): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#arrived.push(arrival);
    else waiting(arrival);
  }
}

function chunksOf(body: Chunk | readonly Chunk[]): readonly Uint8Array[] {
  const isOne = typeof body === "string" || body instanceof Uint8Array;
  return (isOne ? [body] : body).map(toBytes);
}

function isSource(body: Body): body is BodySource {
  return typeof body === "object" && "next" in body && !isAsync(body);
}

function isAsync(body: Body): body is AsyncIterable<Chunk> {
  return typeof body === "object" && Symbol.asyncIterator in body;
}
