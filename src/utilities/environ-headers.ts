// What the client sent besides path and body, out of environ.
import type { Environ } from "../common/types.ts";
import { decodePath } from "./path.ts";

/** The request's headers, names in lower case, for `new Headers(…)` and libraries that want headers. */
export function headersFromEnviron(
  environ: Environ,
): [name: string, value: string][] {
  const headers: [string, string][] = [];
  for (const name in environ) {
    const value = environ[name as `HTTP_${string}`];
    if (typeof value !== "string") continue;
    if (name === "CONTENT_TYPE" || name === "CONTENT_LENGTH") {
      headers.push([headerName(name), value]);
    } else if (name.startsWith("HTTP_")) {
      headers.push([headerName(name.slice("HTTP_".length)), value]);
    }
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
