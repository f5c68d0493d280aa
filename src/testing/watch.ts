// Looks on while the runner uses an application's body, changing nothing about it.
import { isBytes } from "../common/chunk.ts";
import { isThenable } from "../common/thenable.ts";
import type { Application, Chunk, ResponseBody } from "../common/types.ts";

/** Tells when a chunk was asked for ("next"), which one came, and when the body was closed ("close"). */
export interface Watcher {
  readonly trace: string[];
  /** The chunks as the application gave them. */
  readonly given: Chunk[];
}

/** The same application, watched. Its body is wrapped, so that whatever else it has still works. */
export function watch(application: Application, watcher: Watcher): Application {
  return (environ, startResponse) => {
    const result = application(environ, startResponse);
    return isThenable(result)
      ? result.then((body) => watchBody(body, watcher))
      : watchBody(result, watcher);
  };
}

function watchBody(body: ResponseBody, watcher: Watcher): ResponseBody {
  if (typeof body === "string" || isBytes(body)) {
    watcher.given.push(body);
    return body;
  }
  // An application may return anything, which the runner then refuses.
  if (typeof body !== "object" || body === null) return body;
  // A single chunk is sent without being iterated.
  if (Array.isArray(body) && body.length === 1) watcher.given.push(body[0]);
  return new Proxy(body, {
    get(target, key) {
      const value: unknown = Reflect.get(target, key, target);
      if (typeof value !== "function") return value;
      return (...given: unknown[]) => {
        if (key === "close") watcher.trace.push("close");
        const result: unknown = value.apply(target, given);
        return key === Symbol.iterator || key === Symbol.asyncIterator
          ? watchIterator(result as AnyIterator, watcher)
          : result;
      };
    },
  });
}

type AnyIterator = Iterator<Chunk> | AsyncIterator<Chunk>;
type Step = IteratorResult<Chunk>;

function watchIterator(iterator: AnyIterator, watcher: Watcher): unknown {
  const seen = (step: Step): Step => {
    if (!step.done) watcher.given.push(step.value);
    return step;
  };
  return {
    next() {
      watcher.trace.push("next");
      const step = iterator.next();
      return step instanceof Promise ? step.then(seen) : seen(step as Step);
    },
    ...(iterator.return && { return: () => iterator.return?.() }),
  };
}
