// What is wrong with an option is told when an application is wrapped, not by its first request.

import { TsgiError } from "../common/errors.ts";
import { TOKEN } from "../common/grammar.ts";

/** @throws {TsgiError} `CONFIG` unless `value` is a function; `what` says which it is */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value !== "function") {
    throw configError(`use ${what}: it is not a function`);
  }
}

/** @throws {TsgiError} `CONFIG` unless `name` may be the name of a header */
export function checkHeaderName(name: unknown): void {
  if (typeof name !== "string" || !TOKEN.test(name)) {
    throw configError(`use ${JSON.stringify(name)}: it is no name of a header`);
  }
}

/** @throws {TsgiError} `CONFIG` unless `name` has a dot and is not the server's own */
export function checkKey(name: string): void {
  if (!name.includes(".") || name.startsWith("tsgi.")) {
    throw configError(
      `add ${JSON.stringify(name)} to the environ: its name needs a dot, and "tsgi." is the server's`,
    );
  }
}

/** The variable in which a request's header is found. */
export function variableOf(header: string): `HTTP_${string}` {
  return `HTTP_${header.toUpperCase().replaceAll("-", "_")}`;
}

/** An option that cannot be. @param text what follows "Cannot" */
export function configError(text: string): TsgiError {
  return new TsgiError("CONFIG", `Cannot ${text}`);
}
