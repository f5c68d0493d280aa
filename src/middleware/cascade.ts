import { closerOf, releaseBody } from "../common/body.ts";
import type {
  Application,
  Chunk,
  Closable,
  Environ,
  ResponseBody,
  StartResponse,
} from "../common/types.ts";
import { checkFunction, configError } from "./checks.ts";
import { derive } from "./derive.ts";
import { chunksOf, discard } from "./inner-body.ts";
import { notFound } from "./not-found.ts";
import { WrittenChunks } from "./written-chunks.ts";

/** When {@link cascade} goes on to the next application. */
export interface CascadeOptions {
  /** Status codes that mean "ask the next one". 404 unless given. */
  readonly statuses?: readonly number[];
}

/**
 * An application that asks several in turn until one has something: an answer with one of `statuses` is
 * closed and dropped, except that of the last. A request's body can be read only once, so only the last
 * that looks at it should come to read it.
 *
 * @throws {TsgiError} `CONFIG` for what is no function, and a status that is no code from 200 to 599
 */
export function cascade(
  applications: readonly Application[],
  options: CascadeOptions = {},
): Application {
  for (const [at, one] of applications.entries()) {
    checkFunction(one, `application ${at + 1} of cascade()`);
  }
  const { statuses = [404] } = options;
  for (const code of statuses) {
    if (!Number.isInteger(code) || code < 200 || code > 599) {
      throw configError(`pass on status ${code}: it is not from 200 to 599`);
    }
  }
  const candidates = applications.slice(0, -1);
  const last = applications.at(-1) ?? notFound;

  return (environ, startResponse) => {
    const ask = async (
      from: number,
      outer: StartResponse,
    ): Promise<ResponseBody> => {
      for (let at = from; at < candidates.length; at++) {
        const trial = new Trial(outer, statuses);
        const application = candidates[at] as Application;
        // A copy for each: what one has moved or added is not for the next.
        const inner = derive(environ, {});
        const body = await application(inner, trial.startResponse);
        if (trial.verdict === "accepted") return body;
        if (trial.verdict === "open") {
          return new LateBody(body, trial, environ, async function* (given) {
            const written = new WrittenChunks(outer);
            const asked = ask(at + 1, written.startResponse);
            let isGiven = false;
            try {
              yield* written.until(asked);
              given(await asked);
              isGiven = true;
            } finally {
              // Left while they were writing: nobody else gets to see it.
              if (!isGiven) {
                asked.then(
                  (late) => discard(late, environ),
                  () => {},
                );
              }
            }
          });
        }
        await discard(body, environ);
      }
      return last(environ, outer);
    };
    return ask(0, startResponse);
  };
}

/** One application's chance: its startResponse decides. */
class Trial {
  verdict: "open" | "accepted" | "refused" = "open";
  readonly #outer: StartResponse;
  readonly #statuses: readonly number[];

  constructor(outer: StartResponse, statuses: readonly number[]) {
    this.#outer = outer;
    this.#statuses = statuses;
  }

  readonly startResponse: StartResponse = (status, headers, error) => {
    const isRefusal = this.#statuses.includes(Number.parseInt(status, 10));
    // What the server has been told cannot be taken back.
    if (this.verdict !== "accepted" && isRefusal) {
      this.verdict = "refused";
      return () => undefined;
    }
    this.verdict = "accepted";
    return this.#outer(status, headers, error);
  };
}

/** Asks the rest: what they write comes first, then their body is given. */
type Next = (given: (body: ResponseBody) => void) => AsyncGenerator<Chunk>;

/** The body of an application that starts its response while it is iterated, or of the next one. */
class LateBody implements AsyncIterable<Chunk>, Closable {
  #body: ResponseBody;
  #phase: "unread" | "read" | "closed" = "unread";
  readonly #trial: Trial;
  readonly #environ: Environ;
  readonly #next: Next;

  constructor(body: ResponseBody, trial: Trial, environ: Environ, next: Next) {
    this.#body = body;
    this.#trial = trial;
    this.#environ = environ;
    this.#next = next;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Chunk> {
    this.#phase = "read";
    for await (const chunk of chunksOf(this.#body)) {
      if (this.#trial.verdict === "refused") break;
      yield chunk;
    }
    if (this.#trial.verdict !== "refused") return;
    const refused = this.#body;
    this.#body = "";
    await discard(refused, this.#environ);
    let body: ResponseBody = "";
    yield* this.#next((given) => {
      body = given;
    });
    if (this.#isClosed) return discard(body, this.#environ);
    this.#body = body;
    yield* chunksOf(body);
  }

  /** As it may be after any await, where the request is given up. */
  get #isClosed(): boolean {
    return this.#phase === "closed";
  }

  close(): unknown {
    if (this.#phase === "unread") releaseBody(this.#body);
    this.#phase = "closed";
    return closerOf(this.#body)?.();
  }
}
