import { variablesFor } from "../client/variables.ts";
import { TsgiError } from "../common/errors.ts";
import type { BodySource } from "../common/input.ts";
import { Run } from "../common/run.ts";
import type { Application } from "../common/types.ts";
import type { Variables } from "../common/variables.ts";
import { ResponseOutput } from "./to-fetch-output.ts";
import {
  alreadyRead,
  type HostOptions,
  hostSettings,
  stderr,
} from "./to-options.ts";

/** Options of {@link toFetch}. `mount` splits the URL's path into SCRIPT_NAME and PATH_INFO. */
export type ToFetchOptions = HostOptions;

/**
 * Makes a function of the Fetch Standard's kind of an application, for Hono, Deno, Bun and tests.
 *
 * ```ts
 * hono.all("/tsgi/*", (c) => toFetch(application, { mount: "/tsgi" })(c.req.raw));
 * const response = await toFetch(application)(new Request("http://localhost/?x=1"));
 * ```
 *
 * The promise resolves when the head of the response is known. A body is read and sent as fast as the
 * other side takes it. The request's signal, or to cancel the response's body, aborts `tsgi.signal`.
 * A Request does not tell who sent it, so that there is no REMOTE_ADDR unless `environ` gives one.
 * An application that fails is answered as everywhere, with a page and a report on `errors`.
 *
 * @throws {TsgiError} `CONFIG`; the promise rejects only where the request was aborted before the head
 */
export function toFetch(
  application: Application,
  options: ToFetchOptions = {},
): (request: Request) => Promise<Response> {
  const settings = hostSettings(options);
  const errors = options.errors ?? stderr;
  return (request) =>
    new Promise((resolve, reject) => {
      const { signal } = request;
      const output = new ResponseOutput({
        isHead: request.method === "HEAD",
        onStart: resolve,
        onCancel: (reason) => run.abort(abandoned(reason)),
        onEnd: () => signal.removeEventListener("abort", abort),
      });
      const variables = variablesOf(request);
      const run = new Run(
        { variables, body: sourceOf(request), errors },
        output,
        settings,
      );
      const abort = (): void => {
        run.abort(abandoned(signal.reason));
        // An application may not listen; whoever gave the request up does not wait for it.
        reject(signal.reason);
        output.fail(signal.reason);
      };
      if (signal.aborted) return reject(signal.reason);
      signal.addEventListener("abort", abort);
      void run.serve(application);
    });
}

function variablesOf(request: Request): Variables {
  const { protocol, host, port, pathname, search } = new URL(request.url);
  const isHttps = protocol === "https:";
  const nobody = { address: "", port: 0 };
  const hasHost = request.headers.has("host");
  const variables = variablesFor(
    {
      method: request.method,
      target: pathname + search,
      version: "1.1",
      headers: hasHost
        ? [...request.headers]
        : [["host", host], ...request.headers],
      server: { address: "", port: Number(port) || (isHttps ? 443 : 80) },
      client: nobody,
    },
    "",
  );
  if (variables === undefined) {
    throw new TsgiError(
      "ARGUMENT",
      `Cannot serve ${JSON.stringify(request.url.slice(0, 80))}: it has no path`,
    );
  }
  for (const name of ["SERVER_ADDR", "REMOTE_ADDR", "REMOTE_PORT"]) {
    delete variables[name];
  }
  variables.REQUEST_SCHEME = isHttps ? "https" : "http";
  if (isHttps) variables.HTTPS = "on";
  return variables;
}

function sourceOf(request: Request): BodySource {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  return {
    next() {
      if (request.body === null) return undefined;
      if (reader === undefined) {
        if (request.bodyUsed || request.body.locked) {
          throw alreadyRead("somebody");
        }
        reader = request.body.getReader();
      }
      return reader.read().then(({ value }) => value);
    },
  };
}

function abandoned(cause: unknown): TsgiError {
  return new TsgiError(
    "ABORTED",
    "Cannot go on: whoever asked has given the request up",
    { cause },
  );
}
