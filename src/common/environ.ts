// Stop 3 of a request: a front end's variables become the environ of one call.
import { TsgiError } from "./errors.ts";
import { fileWrapper } from "./file-wrapper.ts";
import { type BodySource, RequestInput } from "./input.ts";
import { applyMount } from "./mount.ts";
import { isHttps, repair } from "./quirks.ts";
import type { Settings } from "./settings.ts";
import type { LazySignal } from "./signal.ts";
import type { Environ, ErrorStream } from "./types.ts";
import type { Variables } from "./variables.ts";

/** What a front end knows of one request. It is taken over: the variables become the environ. */
export interface RequestParts {
  readonly variables: Variables;
  readonly body: BodySource;
  /** The DATA stream of a FastCGI filter. */
  readonly data?: BodySource | undefined;
  readonly errors: ErrorStream;
}

const VERSION = Object.freeze([1, 0] as const);
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const DIGITS = /^[0-9]+$/;
const CONTROL = /[\0-\x1f\x7f=]/;

/**
 * Repairs and completes the variables.
 *
 * @throws {TsgiError} `BAD_REQUEST` (400), `BODY_TOO_LARGE` (413): the application must not be called
 */
export function buildEnviron(
  parts: RequestParts,
  signal: LazySignal,
  settings: Settings,
): { environ: Environ; inputs: readonly RequestInput[] } {
  const { variables } = parts;
  dropReserved(variables);
  const made = repair(variables);
  if (settings.mount !== undefined) {
    const before = variables.SCRIPT_NAME;
    if (!applyMount(variables, settings.mount)) made.push("outside-mount");
    else if (variables.SCRIPT_NAME !== before) made.push("mount");
  }
  checkRequest(variables);
  const maximum = settings.maxBodyBytes;
  const length = bodyLength(variables.CONTENT_LENGTH, "CONTENT_LENGTH");
  if (length !== undefined && length > maximum) {
    throw new TsgiError(
      "BODY_TOO_LARGE",
      `Cannot accept a body of ${length} bytes: the limit is ${maximum}`,
    );
  }

  const environ = variables as unknown as Environ;
  for (const name in settings.environ) {
    if (!(name in environ)) {
      (environ as unknown as Record<string, unknown>)[name] =
        settings.environ[name];
    }
  }
  const input = new RequestInput(parts.body, { length, maximum });
  environ["tsgi.version"] = VERSION;
  environ["tsgi.url_scheme"] = isHttps(variables) ? "https" : "http";
  environ["tsgi.input"] = input;
  environ["tsgi.errors"] = parts.errors;
  environ["tsgi.multithread"] = false;
  environ["tsgi.multiprocess"] = settings.multiprocess;
  environ["tsgi.run_once"] = settings.runOnce;
  environ["tsgi.concurrent"] = settings.concurrent;
  environ["tsgi.input_terminated"] = true;
  environ["tsgi.quirks"] = made;
  environ["tsgi.cleanup"] = [];
  environ["tsgi.file_wrapper"] = fileWrapper;
  Object.defineProperty(environ, "tsgi.signal", {
    get: () => signal.signal,
    set: (value) => replace(environ, "tsgi.signal", value),
    enumerable: true,
    configurable: true,
  });
  if (parts.data === undefined) return { environ, inputs: [input] };
  const data = new RequestInput(parts.data, {
    length: bodyLength(variables.FCGI_DATA_LENGTH, "FCGI_DATA_LENGTH"),
    maximum,
  });
  environ["tsgi.data"] = data;
  return { environ, inputs: [input, data] };
}

/**
 * Bytes of a body, undefined where there is no number.
 *
 * @throws {TsgiError} `BAD_REQUEST` for anything but digits (RFC 3875, section 4.1.2)
 */
export function bodyLength(
  value: string | undefined,
  name: string,
): number | undefined {
  if (value === undefined || value === "") return undefined;
  const length = Number(value);
  if (!DIGITS.test(value) || !Number.isSafeInteger(length)) {
    throw new TsgiError(
      "BAD_REQUEST",
      `Cannot accept ${name} ${JSON.stringify(value.slice(0, 80))}: it is not a number of bytes`,
    );
  }
  return length;
}

function dropReserved(variables: Variables): void {
  for (const name in variables) {
    if (name.startsWith("tsgi.")) delete variables[name];
  }
}

function checkRequest(variables: Variables): void {
  const method = variables.REQUEST_METHOD;
  if (method === undefined || !TOKEN.test(method)) {
    throw badRequest("REQUEST_METHOD is missing or not a token");
  }
  for (const name in variables) {
    if (CONTROL.test(name)) {
      throw badRequest('a variable\'s name has a control character or "="');
    }
    if (variables[name]?.includes("\0")) {
      throw badRequest(`${name} has a NUL character`);
    }
  }
}

function badRequest(why: string): TsgiError {
  return new TsgiError("BAD_REQUEST", `Cannot accept the request: ${why}`);
}

function replace(environ: Environ, name: string, value: unknown): void {
  Object.defineProperty(environ, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
