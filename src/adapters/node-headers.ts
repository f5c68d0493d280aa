import type { Environ } from "../common/types.ts";

/** Names that are not written by the rule "each word with a capital". */
const SPELLED: readonly string[] = [
  "CDN-Loop",
  "DNT",
  "DPR",
  "ETag",
  "HTTP2-Settings",
  "SOAPAction",
  "Sec-CH-UA",
  "Sec-CH-UA-Mobile",
  "Sec-CH-UA-Platform",
  "Sec-GPC",
  "Sec-WebSocket-Key",
  "Sec-WebSocket-Version",
  "TE",
  "WWW-Authenticate",
  "X-ATT-DeviceId",
  "X-DNS-Prefetch-Control",
  "X-HTTP-Method-Override",
  "X-Request-ID",
  "X-UA-Compatible",
];

/** Names as clients usually write them, by variable. Clients make up names, so it has a bound. */
const names = new Map(SPELLED.map((name) => [variableOf(name), name]));
const MAXIMUM_NAMES = 1_000;

/**
 * The request's headers as `rawHeaders` of node:http has them: name, value, name, value. CGI has
 * turned the names into capitals, so they are written in their usual case.
 */
export function rawHeaders(environ: Environ): string[] {
  const headers: string[] = [];
  for (const variable in environ) {
    if (!variable.startsWith("HTTP_")) continue;
    const value = environ[variable as `HTTP_${string}`];
    if (value !== undefined) headers.push(headerName(variable), value);
  }
  const { CONTENT_TYPE: type, CONTENT_LENGTH: length } = environ;
  if (type) headers.push("Content-Type", type);
  if (length) headers.push("Content-Length", length);
  else if (isChunked(environ)) headers.push("Transfer-Encoding", "chunked");
  return headers;
}

/** Whether the request may have a body. */
export function mayHaveBody(environ: Environ): boolean {
  const length = environ.CONTENT_LENGTH;
  if (length) return !/^0+$/.test(length);
  return isChunked(environ) || !BODYLESS.has(environ.REQUEST_METHOD);
}

const BODYLESS: ReadonlySet<string> = new Set([
  "GET",
  "HEAD",
  "DELETE",
  "OPTIONS",
  "TRACE",
]);

/** A body without a length: body parsers look for this header before they read. */
function isChunked(environ: Environ): boolean {
  return environ["tsgi.quirks"].includes("transfer-encoding");
}

function headerName(variable: string): string {
  const known = names.get(variable);
  if (known !== undefined) return known;
  const name = variable
    .slice("HTTP_".length)
    .toLowerCase()
    .replaceAll("_", "-")
    .replace(/(?<![a-z0-9])[a-z]/g, (letter) => letter.toUpperCase());
  if (names.size < MAXIMUM_NAMES) names.set(variable, name);
  return name;
}

function variableOf(name: string): string {
  return `HTTP_${name.toUpperCase().replaceAll("-", "_")}`;
}
