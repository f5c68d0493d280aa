import { describe } from "../common/chunk.ts";
import { TsgiError } from "../common/errors.ts";
import type { Application, Environ } from "../common/types.ts";
import { isForbiddenMethod, requestFrom } from "./fetch-request.ts";
import { sendResponse } from "./fetch-response.ts";

/** The second argument of a handler: Hono's `c.env`, the `event.context` of H3. */
export type FetchBindings = {
  /** All that the Request does not tell, such as REMOTE_USER, SCRIPT_NAME or `tsgi.errors`. */
  readonly environ: Environ;
};

/** The third argument of a handler, as Workers have it: Hono's `c.executionCtx`. */
export interface FetchContext {
  /** Keeps the process alive until the promise settles; a rejection is logged. */
  waitUntil(promise: PromiseLike<unknown>): void;
  /** Without effect: there is no origin server behind this one. */
  passThroughOnException(): void;
  /** Empty: what Workers were configured with. */
  readonly props: object;
}

/** An application in the manner of the Fetch Standard. */
export type FetchFunction = (
  request: Request,
  // biome-ignore lint/suspicious/noExplicitAny: a handler names the bindings which it expects
  bindings: any,
  context: FetchContext,
) => Response | PromiseLike<Response>;

/** An object whose `fetch` is the application: Hono, H3, itty-router, a Worker's default export. */
export interface FetchObject {
  fetch(
    request: Request,
    // biome-ignore lint/suspicious/noExplicitAny: as above
    bindings: any,
    context: FetchContext,
  ): Response | PromiseLike<Response>;
}

/** Either kind. */
export type FetchHandler = FetchFunction | FetchObject;

/**
 * Makes an application of a handler that takes a Request and returns a Response.
 *
 * ```ts
 * export default fromFetch((request) => new Response(`Hello, ${new URL(request.url).pathname}`));
 * ```
 *
 * The Request's URL has the path below the mount point. Its signal is `tsgi.signal`; a Request that
 * the handler makes of this one (`new Request(request)`) does not follow it unless it is given. A GET
 * or HEAD has no body there (Fetch Standard, section 5.4), but still in `environ["tsgi.input"]`, and a
 * request with the method CONNECT, TRACE or TRACK, of which there is no Request, is answered with 501.
 *
 * @throws {TsgiError} `ARGUMENT` for anything else than such a handler
 */
export function fromFetch(handler: FetchHandler): Application {
  if (typeof handler !== "function" && !isFetchObject(handler)) {
    throw new TsgiError(
      "ARGUMENT",
      `Cannot adapt ${describe(handler)}: it is neither a function (request) nor an object with fetch()`,
    );
  }
  return async (environ, startResponse) => {
    if (isForbiddenMethod(environ.REQUEST_METHOD)) {
      startResponse("501 Not Implemented", [
        ["Content-Type", "text/plain; charset=utf-8"],
      ]);
      return `No Request can have the method ${environ.REQUEST_METHOD}.\n`;
    }
    const request = requestFrom(environ);
    const bindings: FetchBindings = { environ };
    const context = new ExecutionContext(environ);
    const response = isFetchObject(handler)
      ? await handler.fetch(request, bindings, context)
      : await handler(request, bindings, context);
    return sendResponse(response, environ, startResponse);
  };
}

/** A function may be one, too, which then is not meant to be called. */
function isFetchObject(handler: FetchHandler): handler is FetchObject {
  return typeof (handler as Partial<FetchObject> | null)?.fetch === "function";
}

class ExecutionContext implements FetchContext {
  readonly props: object = {};
  readonly #environ: Environ;

  constructor(environ: Environ) {
    this.#environ = environ;
  }

  waitUntil(promise: PromiseLike<unknown>): void {
    const waited = Promise.resolve(promise);
    // Until it is awaited there, nobody has heard of its rejection.
    waited.catch(() => {});
    this.#environ["tsgi.cleanup"].push(() => waited);
  }

  passThroughOnException(): void {}
}
