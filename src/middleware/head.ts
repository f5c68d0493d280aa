import { closerOf, releaseBody } from "../common/body.ts";
import type {
  Chunk,
  Closable,
  Middleware,
  ResponseBody,
} from "../common/types.ts";
import { derive } from "./derive.ts";
import { chunksOf } from "./inner-body.ts";

/**
 * Answers HEAD with the headers of GET: the application sees GET, and what it sends is dropped. Its body
 * is not iterated, unless to get as far as startResponse.
 */
export function head(): Middleware {
  return (application) => async (environ, startResponse) => {
    if (environ.REQUEST_METHOD !== "HEAD") {
      return application(environ, startResponse);
    }
    let started = false;
    const inner = derive(environ, { REQUEST_METHOD: "GET" });
    const body = await application(inner, (...stated) => {
      startResponse(...stated);
      started = true;
      return () => undefined;
    });
    return new HeadBody(body, () => started);
  };
}

/** Nothing of a body, but its beginning where the response starts there. */
class HeadBody implements AsyncIterable<Chunk>, Closable {
  readonly #body: ResponseBody;
  readonly #chunks: Iterable<Chunk> | AsyncIterable<Chunk>;
  readonly #isStarted: () => boolean;
  #isRead = false;

  constructor(body: ResponseBody, isStarted: () => boolean) {
    this.#body = body;
    this.#chunks = chunksOf(body);
    this.#isStarted = isStarted;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk> {
    if (this.#isStarted()) return;
    this.#isRead = true;
    for await (const _ of this.#chunks) {
      if (this.#isStarted()) return;
      // The server looks for an abort between two chunks.
      yield "";
    }
  }

  close(): unknown {
    if (!this.#isRead) releaseBody(this.#body);
    return closerOf(this.#body)?.();
  }
}
