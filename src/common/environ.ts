// Stop 3 of a request: a front end's variables become the environ of one call.
import { TsgiError } from "./errors.ts";
import { fileWrapper } from "./file-wrapper.ts";
import { DIGITS, TOKEN } from "./grammar.ts";
import { type BodySource, RequestInput } from "./input.ts";
import { applyMount } from "./mount.ts";
import { isHttps, repair } from "./quirks.ts";
import type { Settings } from "./settings.ts";
import { addSignal, type LazySignal } from "./signal.ts";
import type { Environ, ErrorStream } from "./types.ts";
import { isReserved, isVariableName, type Variables } from "./variables.ts";

/** What a front end knows of one request. It is taken over: the variables become the environ. */
export interface RequestParts {
  readonly variables: Variables;
  /** The front end has seen to it already that there is nothing to drop or refuse in them. */
  readonly isClean?: boolean | undefined;
  readonly body: BodySource;
  /** The DATA stream of a FastCGI filter. */
  readonly data?: BodySource | undefined;
  readonly errors: ErrorStream;
}

const VERSION = Object.freeze([1, 0] as const);

/** Repairs that hint at a web server which is set up wrongly: each is worth a line in the log. */
const NOTEWORTHY: Readonly<Record<string, string>> = {
  "missing-server-name":
    "the web server sent no SERVER_NAME; localhost is assumed",
  "missing-server-port":
    "the web server sent no SERVER_PORT; that of the scheme is assumed",
  "outside-mount":
    "the request is outside the mount point, or has no REQUEST_URI; the web server's SCRIPT_NAME is used",
};

/**
 * Repairs and completes the variables.
 *
 * @param warn is told of repairs that are worth a line in the log
 * @throws {TsgiError} `BAD_REQUEST` (400), `BODY_TOO_LARGE` (413): the application must not be called
 */
export function buildEnviron(
  parts: RequestParts,
  signal: LazySignal,
  settings: Settings,
  warn: (text: string) => void,
): { environ: Environ; inputs: readonly RequestInput[] } {
  const { variables } = parts;
  if (parts.isClean !== true) cleanVariables(variables);
  checkMethod(variables.REQUEST_METHOD);
  const quirks = repair(variables);
  if (settings.mount !== undefined) {
    const change = mountAt(settings.mount, variables);
    if (change !== undefined) quirks.push(change);
  }
  for (const quirk of quirks) {
    const text = NOTEWORTHY[quirk];
    if (text !== undefined) warn(text);
  }
  if (variables.PATH_INFO?.includes("\0")) {
    throw badRequest("its path has a NUL character");
  }
  const length = bodyLength(variables.CONTENT_LENGTH, "CONTENT_LENGTH");
  const maximum = settings.maxBodyBytes;
  if (length !== undefined && length > maximum) {
    throw new TsgiError(
      "BODY_TOO_LARGE",
      `Cannot accept a body of ${length} bytes: the limit is ${maximum}`,
    );
  }
  const input = new RequestInput(parts.body, { length, maximum });

  const environ = variables as unknown as Environ;
  addConfigured(environ, settings.environ);
  environ["tsgi.version"] = VERSION;
  environ["tsgi.url_scheme"] = isHttps(variables) ? "https" : "http";
  environ["tsgi.input"] = input;
  environ["tsgi.errors"] = parts.errors;
  environ["tsgi.multithread"] = false;
  environ["tsgi.multiprocess"] = settings.multiprocess;
  environ["tsgi.run_once"] = settings.runOnce;
  environ["tsgi.concurrent"] = settings.concurrent;
  environ["tsgi.input_terminated"] = true;
  environ["tsgi.quirks"] = quirks;
  environ["tsgi.cleanup"] = [];
  environ["tsgi.file_wrapper"] = fileWrapper;
  addSignal(environ, signal);
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

/** Drops what may only come from us, refuses what no web server sends (FastCGI 1.0, section 6.1). */
function cleanVariables(variables: Variables): void {
  for (const name in variables) {
    const value = variables[name];
    if (value === undefined || isReserved(name)) {
      delete variables[name];
    } else if (!isVariableName(name)) {
      throw badRequest('a variable\'s name has a control character or "="');
    } else if (value.includes("\0")) {
      throw badRequest(`${name} has a NUL character`);
    }
  }
}

function checkMethod(method: string | undefined): void {
  if (method === undefined || !TOKEN.test(method)) {
    throw badRequest("REQUEST_METHOD is missing or not a token");
  }
}

function mountAt(prefix: string, variables: Variables): string | undefined {
  const { SCRIPT_NAME, PATH_INFO } = variables;
  if (!applyMount(variables, prefix)) return "outside-mount";
  const isSame =
    variables.SCRIPT_NAME === SCRIPT_NAME && variables.PATH_INFO === PATH_INFO;
  return isSame ? undefined : "mount";
}

function addConfigured(environ: Environ, pairs: Settings["environ"]): void {
  for (const name in pairs) {
    // An extension's name is the only one to which anything may be assigned.
    if (!(name in environ)) environ[name as "x.y"] = pairs[name];
  }
}

function badRequest(why: string): TsgiError {
  return new TsgiError("BAD_REQUEST", `Cannot accept the request: ${why}`);
}
