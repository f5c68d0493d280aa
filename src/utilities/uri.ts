// The URLs of a request, put together from its variables (PEP 3333, "URL Reconstruction").
import { TsgiError } from "../common/errors.ts";
import { isHttps } from "../common/quirks.ts";
import type { Environ } from "../common/types.ts";

/** What a URL is made of. */
export type UrlVariables = Pick<
  Environ,
  "SCRIPT_NAME" | "PATH_INFO" | "QUERY_STRING" | "SERVER_NAME" | "SERVER_PORT"
> &
  Partial<
    Pick<Environ, "HTTP_HOST" | "HTTPS" | "REQUEST_SCHEME" | "tsgi.url_scheme">
  >;

const DEFAULT_PORTS = { http: "80", https: "443" } as const;
// A name, an IPv4 address, or an IPv6 address in brackets; then perhaps a port (RFC 3986, section 3.2).
const HOST = /^([A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{0,5}))?$/;

/** `"https"` where HTTPS is on, yes or 1 in any case, else `"http"`. `tsgi.url_scheme` is made of it. */
export function guessScheme(
  environ: Pick<Environ, "HTTPS" | "REQUEST_SCHEME">,
): "http" | "https" {
  const { HTTPS, REQUEST_SCHEME } = environ;
  return isHttps({ HTTPS, REQUEST_SCHEME }) ? "https" : "http";
}

/**
 * The host the client asked for, without the port of the scheme: the Host header, or else SERVER_NAME
 * and SERVER_PORT. A client may send any Host; what is made of it goes into links and redirects.
 *
 * @param trusted the names that are served; `".example.org"` means that name and all below it
 * @throws {TsgiError} `BAD_REQUEST` for a Host that is not one, or not among `trusted`
 */
export function getHost(
  environ: UrlVariables,
  { trusted }: { readonly trusted?: readonly string[] } = {},
): string {
  const { HTTP_HOST, SERVER_NAME, SERVER_PORT } = environ;
  const host = HTTP_HOST || `${bracketed(SERVER_NAME)}:${SERVER_PORT}`;
  const [, name, port] = HOST.exec(host) ?? [];
  if (name === undefined) throw refused(host, "it is not a host");
  if (trusted !== undefined && !trusted.some((one) => covers(one, name))) {
    throw refused(host, "it is not trusted");
  }
  return port && port !== DEFAULT_PORTS[schemeOf(environ)]
    ? `${name}:${port}`
    : name;
}

/**
 * The URL of the application itself: scheme, host, SCRIPT_NAME or `/`.
 *
 * @throws {TsgiError} `BAD_REQUEST` for a Host header that is not one
 */
export function applicationUri(environ: UrlVariables): string {
  return origin(environ) + (percentEncode(environ.SCRIPT_NAME) || "/");
}

/**
 * The URL of the request, its path encoded anew: REQUEST_URI has it as the client sent it.
 *
 * @throws {TsgiError} `BAD_REQUEST` for a Host header that is not one
 */
export function requestUri(
  environ: UrlVariables,
  { query = true }: { readonly query?: boolean } = {},
): string {
  const { SCRIPT_NAME, PATH_INFO, QUERY_STRING } = environ;
  const path = percentEncode(SCRIPT_NAME + PATH_INFO) || "/";
  const search = query && QUERY_STRING !== "" ? `?${QUERY_STRING}` : "";
  return origin(environ) + path + search;
}

/**
 * The URL of the request, in parts: `currentUrl(environ).searchParams.get("q")`.
 *
 * @throws {TsgiError} `BAD_REQUEST` for a Host header that is not one
 */
export function currentUrl(environ: UrlVariables): URL {
  try {
    return new URL(requestUri(environ));
  } catch (cause) {
    if (TsgiError.is(cause)) throw cause;
    throw new TsgiError(
      "BAD_REQUEST",
      "Cannot make a URL of the request: its host is not one",
      { cause },
    );
  }
}

function schemeOf(environ: UrlVariables): "http" | "https" {
  return environ["tsgi.url_scheme"] ?? guessScheme(environ);
}

function origin(environ: UrlVariables): string {
  return `${schemeOf(environ)}://${getHost(environ)}`;
}

/** Each byte that may not stand in a path as it is becomes `%XX`. */
function percentEncode(path: string): string {
  return path.replace(
    /[^A-Za-z0-9_.~/;=,-]/g,
    (byte) =>
      `%${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
}

/** An IPv6 address as a URL has it. */
function bracketed(name: string): string {
  return name.includes(":") && !name.startsWith("[") ? `[${name}]` : name;
}

function covers(trusted: string, name: string): boolean {
  const wanted = trusted.toLowerCase();
  const found = name.toLowerCase();
  return wanted.startsWith(".")
    ? found === wanted.slice(1) || found.endsWith(wanted)
    : found === wanted;
}

function refused(host: string, why: string): TsgiError {
  const shown = JSON.stringify(host.slice(0, 80));
  return new TsgiError("BAD_REQUEST", `Cannot use host ${shown}: ${why}`);
}
