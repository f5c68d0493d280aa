// Spans of requests, where the application brings @opentelemetry/api. This package does not.
import { createRequire } from "node:module";
import { TsgiError } from "../common/errors.ts";
import type { ObservedRequest, Observer } from "../common/observer.ts";
import { isThenable } from "../common/thenable.ts";
import type { Application, Environ } from "../common/types.ts";
import { bodyWithin } from "./body-within.ts";

/** What of @opentelemetry/api 1.x is used here. */
interface Api {
  readonly trace: {
    getTracer(name: string): Tracer;
    setSpan(context: Context, span: Span): Context;
  };
  readonly context: {
    active(): Context;
    with<Result>(context: Context, action: () => Result): Result;
  };
  readonly propagation: {
    extract(context: Context, carrier: Environ, getter: Getter): Context;
  };
}
type Context = object;
type Attributes = Readonly<Record<string, string | number | undefined>>;
interface Getter {
  keys(carrier: Environ): string[];
  get(carrier: Environ, key: string): string | undefined;
}
interface Tracer {
  startSpan(
    name: string,
    options: { kind: number; attributes: Attributes },
    context: Context,
  ): Span;
}
interface Span {
  isRecording(): boolean;
  setAttribute(name: string, value: string | number): void;
  setStatus(status: { code: number }): void;
  recordException(error: Error): void;
  end(): void;
}

const SERVER = 1;
const ERROR = 2;
/** Any other is a name that a client has made up. */
const METHODS =
  /^(?:CONNECT|DELETE|GET|HEAD|OPTIONS|PATCH|POST|PUT|QUERY|TRACE)$/;

/** Headers of the request, in which a caller tells of its own span. */
const HEADERS: Getter = {
  keys: (environ) =>
    Object.keys(environ)
      .filter((name) => name.startsWith("HTTP_"))
      .map((name) => name.slice(5).toLowerCase().replaceAll("_", "-")),
  get: (environ, key) =>
    environ[`HTTP_${key.toUpperCase().replaceAll("-", "_")}`],
};

/** A server span for each request that reaches the application, which runs within it. */
export class OpenTelemetry implements Observer {
  readonly #api: Api;
  readonly #tracer: Tracer;
  readonly #spans = new WeakMap<object, Span>();

  constructor(api: unknown) {
    this.#api = api as Api;
    this.#tracer = this.#api.trace.getTracer("tsgi");
  }

  /** With the library that this file finds from where it is; undefined where there is none. */
  static of(file: string): OpenTelemetry | undefined {
    const require = createRequire(file);
    try {
      return new OpenTelemetry(require("@opentelemetry/api"));
    } catch {
      return undefined;
    }
  }

  /** The application within a span. */
  wrap(application: Application): Application {
    const { context, propagation, trace } = this.#api;
    return (environ, startResponse) => {
      const parent = propagation.extract(context.active(), environ, HEADERS);
      const span = this.#tracer.startSpan(
        nameOf(environ.REQUEST_METHOD),
        { kind: SERVER, attributes: attributesOf(environ) },
        parent,
      );
      this.#spans.set(environ, span);
      const own = trace.setSpan(parent, span);
      const within = <Result>(action: () => Result): Result =>
        context.with(own, action);
      const result = within(() => application(environ, startResponse));
      return isThenable(result)
        ? result.then((body) => bodyWithin(body, within))
        : bodyWithin(result, within);
    };
  }

  started(): void {}

  ended(request: ObservedRequest): void {
    const span = this.#spans.get(request.variables);
    if (span === undefined) return;
    if (span.isRecording()) describe(span, request);
    span.end();
  }
}

function describe(span: Span, request: ObservedRequest): void {
  const { status, outcome, error } = request;
  if (status !== undefined) {
    span.setAttribute("http.response.status_code", status);
  }
  if (outcome === "completed" && (status ?? 0) < 500) return;
  span.setAttribute("error.type", errorType(error) ?? `${status}`);
  span.setStatus({ code: ERROR });
  if (error instanceof Error) span.recordException(error);
}

function errorType(error: unknown): string | undefined {
  if (TsgiError.is(error)) return error.code;
  return error instanceof Error ? error.name : undefined;
}

function nameOf(method: string): string {
  return METHODS.test(method) ? method : "HTTP";
}

/** The stable names of the semantic conventions for HTTP servers. */
function attributesOf(environ: Environ): Attributes {
  const { REQUEST_METHOD: method, SCRIPT_NAME, PATH_INFO } = environ;
  const isKnown = METHODS.test(method);
  const [path] = (environ.REQUEST_URI ?? SCRIPT_NAME + PATH_INFO).split("?");
  return {
    "http.request.method": isKnown ? method : "_OTHER",
    "http.request.method_original": isKnown ? undefined : method,
    "url.scheme": environ["tsgi.url_scheme"],
    "url.path": path,
    "url.query": environ.QUERY_STRING || undefined,
    "server.address": environ.SERVER_NAME,
    "server.port": Number(environ.SERVER_PORT) || undefined,
    "client.address": environ.REMOTE_ADDR,
    "network.protocol.version": environ.SERVER_PROTOCOL.replace("HTTP/", ""),
    "user_agent.original": environ.HTTP_USER_AGENT,
  };
}
