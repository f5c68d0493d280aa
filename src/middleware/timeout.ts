import { closerOf, releaseBody } from "../common/body.ts";
import { isBytes } from "../common/chunk.ts";
import { comesOfAbort, describeError } from "../common/failure.ts";
import { limitOf } from "../common/settings.ts";
import type {
  Application,
  Chunk,
  Closable,
  Environ,
  Middleware,
  ResponseBody,
  StartResponse,
  Write,
} from "../common/types.ts";
import { configError } from "./checks.ts";
import { Deadline } from "./deadline.ts";
import { derive } from "./derive.ts";
import { chunksOf, discard } from "./inner-body.ts";

/** How long {@link timeout} waits. */
export interface TimeoutOptions {
  /** Milliseconds from the call of the application to the end of its body. */
  readonly timeoutMs: number;
}

/**
 * Gives an application up that takes too long: its `tsgi.signal` is aborted with a `TsgiError` `TIMEOUT`, its
 * startResponse and write fail from then on, and the client gets 504 or, where the response was under way,
 * one that is cut off. An application that never awaits cannot be interrupted.
 *
 * @throws {TsgiError} `CONFIG` for a time that is none
 */
export function timeout(options: TimeoutOptions): Middleware {
  const limit = limitOf(options, "timeoutMs");
  if (!limit) {
    throw configError("limit the time: timeoutMs must be more than 0");
  }
  return (application) => async (environ, startResponse) => {
    const deadline = new Deadline(limit, environ["tsgi.signal"]);
    const giveUp = (): string => {
      environ["tsgi.errors"].write(`${describeError(deadline.error)}\n`);
      startResponse("504 Gateway Timeout", PAGE, deadline.error);
      return "504 Gateway Timeout\n";
    };
    const result = call(application, environ, startResponse, deadline);
    try {
      const body = await deadline.race(result);
      if (!isLazy(body)) {
        deadline.clear();
        return body;
      }
      return new LimitedBody(body, deadline, giveUp);
    } catch (error) {
      deadline.clear();
      if (error !== deadline.error) throw error;
      void discardLate(result, environ);
      return giveUp();
    }
  };
}

const PAGE = [["Content-Type", "text/plain; charset=utf-8"]] as const;

async function call(
  application: Application,
  environ: Environ,
  startResponse: StartResponse,
  deadline: Deadline,
): Promise<ResponseBody> {
  const inner = derive(environ, { "tsgi.signal": deadline.signal });
  return application(inner, (...stated) => {
    if (deadline.error !== undefined) throw deadline.error;
    const write = startResponse(...stated);
    const late = (): Promise<void> | undefined => {
      if (deadline.error === undefined) return undefined;
      const rejection = Promise.reject(deadline.error);
      // It must not end the process where nobody awaits it.
      rejection.catch(() => {});
      return rejection;
    };
    const limited: Write = (chunk) => late() ?? write(chunk);
    if (write.flush !== undefined) {
      // A constant, for a reason which common/exchange.ts gives.
      const flush = () => late() ?? write.flush?.();
      limited.flush = flush;
    }
    return limited;
  });
}

function isLazy(body: ResponseBody): boolean {
  return typeof body !== "string" && !isBytes(body) && !Array.isArray(body);
}

/** What comes after the limit is of no use, but has to be closed, and its errors told. */
async function discardLate(
  result: Promise<ResponseBody>,
  environ: Environ,
): Promise<void> {
  try {
    await discard(await result, environ);
  } catch (error) {
    if (comesOfAbort(error)) return;
    environ["tsgi.errors"].write(
      `after its time limit: ${describeError(error)}\n`,
    );
  }
}

class LimitedBody implements AsyncIterable<Chunk>, Closable {
  readonly #body: ResponseBody;
  readonly #deadline: Deadline;
  readonly #giveUp: () => Chunk;
  #isRead = false;

  constructor(body: ResponseBody, deadline: Deadline, giveUp: () => Chunk) {
    this.#body = body;
    this.#deadline = deadline;
    this.#giveUp = giveUp;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk> {
    const chunks = chunksOf(this.#body);
    this.#isRead = true;
    const iterator =
      Symbol.asyncIterator in chunks
        ? chunks[Symbol.asyncIterator]()
        : chunks[Symbol.iterator]();
    let isStopped = true;
    try {
      for (;;) {
        isStopped = false;
        const step = await this.#deadline.race(iterator.next());
        if (step.done) return;
        isStopped = true;
        yield step.value;
      }
    } catch (error) {
      if (error !== this.#deadline.error) throw error;
      // It may be stuck behind the next() which took too long.
      void (async () => iterator.return?.())().catch(() => {});
      yield this.#giveUp();
    } finally {
      if (isStopped) await iterator.return?.();
    }
  }

  close(): unknown {
    this.#deadline.clear();
    if (!this.#isRead) releaseBody(this.#body);
    return closerOf(this.#body)?.();
  }
}
