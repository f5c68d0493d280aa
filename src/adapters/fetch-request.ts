// The Request an application of the fetch kind is called with.
import { TsgiError } from "../common/errors.ts";
import type { Environ, Input } from "../common/types.ts";
import { headersFromEnviron } from "../utilities/environ-headers.ts";
import { byteStream } from "./byte-stream.ts";
import { requestUrl } from "./fetch-url.ts";
import { WHOLE_BODY } from "./whole-body.ts";

/** Whether the Fetch Standard knows no Request with this method (section 2.2.1). */
export function isForbiddenMethod(method: string): boolean {
  return /^(?:connect|trace|track)$/i.test(method);
}

/**
 * The Request of an environ. Its body is read as fast as the application reads it, and not before.
 *
 * @throws {TsgiError} `BAD_REQUEST` where it has a host or a header that Request does not take
 */
export function requestFrom(environ: Environ): Request {
  const url = requestUrl(environ);
  const method = environ.REQUEST_METHOD;
  const hasBody =
    !/^(?:get|head)$/i.test(method) && environ.CONTENT_LENGTH !== "0";
  const AbortableRequest = abortableRequest();
  try {
    return new AbortableRequest(environ, url, {
      method,
      headers: headersFromEnviron(environ) as [string, string][],
      ...(hasBody
        ? { body: bodyOf(environ["tsgi.input"]), duplex: "half" }
        : undefined),
    }) as Request;
  } catch (cause) {
    throw new TsgiError(
      "BAD_REQUEST",
      `Cannot make a Request of the request: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}

/** A light Request makes the stream itself, for those who ask for it. */
function bodyOf(input: Input): Input | ReadableStream<Uint8Array> {
  return WHOLE_BODY in Request.prototype ? input : byteStream(input);
}

type Init = Omit<RequestInit, "body"> & {
  readonly body?: ReturnType<typeof bodyOf>;
};

type AbortableRequest = new (
  environ: Environ,
  url: string,
  init: Init,
) => unknown;

let abortable: AbortableRequest | undefined;

/**
 * A Request whose signal is `tsgi.signal`. To give one to the constructor would make Node build two
 * AbortSignals a request that hardly any application looks at; it takes twice as long as all else.
 */
function abortableRequest(): AbortableRequest {
  // Made on first use, since the first mention of Request loads all of Node's fetch.
  abortable ??= class extends (Request as RequestBase) {
    readonly #environ: Environ;

    constructor(environ: Environ, url: string, init: Init) {
      super(url, init);
      this.#environ = environ;
    }

    get signal(): AbortSignal {
      return this.#environ["tsgi.signal"];
    }

    override clone(): Request {
      const get = () => this.signal;
      return Object.defineProperty(super.clone(), "signal", { get });
    }
  };
  return abortable;
}

/** What is not overridden is left out: the types of Node have properties where the class has accessors. */
type RequestBase = new (url: string, init: Init) => { clone(): Request };
