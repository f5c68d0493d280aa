// What the client sent besides path and body, out of environ.
import type { Environ } from "../common/types.ts";
import { decodePath } from "./path.ts";

/** The request's headers, names in lower case, for `new Headers(…)` and libraries that want headers. */
export function headersFromEnviron(
  environ: Environ,
): [name: string, value: string][] {
  const headers: [string, string][] = [];
  for (const name in environ) {
    // By its name first: others may be costly to look at, as tsgi.signal is.
    const isContent = name === "CONTENT_TYPE" || name === "CONTENT_LENGTH";
    if (!isContent && !name.startsWith("HTTP_")) continue;
    const value = environ[name as `HTTP_${string}`];
    if (typeof value !== "string") continue;
    const variable = isContent ? name : name.slice("HTTP_".length);
    headers.push([headerName(variable), value]);
  }
  return headers;
}

/** The fields of the query, decoded as UTF-8. */
export function parseQuery(
  environ: Pick<Environ, "QUERY_STRING">,
): URLSearchParams {
  return new URLSearchParams(decodePath(environ.QUERY_STRING));
}

function headerName(variable: string): string {
  return variable.toLowerCase().replaceAll("_", "-");
}
