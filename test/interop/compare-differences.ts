// The one table of what is not the same through nginx and FastCGI as from node:http, and why. A
// difference that is not here fails, and so does one that has gone. docs/frameworks.md shows it.
import type { Facts } from "./compare-cases.ts";

export type ProgramName = "Express" | "Koa";

export interface CompareDifference {
  readonly cases: readonly string[];
  /** Both unless given. */
  readonly program?: ProgramName;
  /** What differs: a name of {@link Facts}. */
  readonly fact: string;
  readonly direct: string;
  readonly bridged: string;
  readonly reason: string;
}

const HERE = "nginx does not pass it on";
const PATH =
  "nginx answers paths that leave the site, or that it cannot decode, by itself";
const LENGTH =
  "what has ended in the tick it began in is sent with its length, which node:http does not know then";
const BUFFERED = "nginx receives the whole body first, and tells its length";
const NAMES =
  "CGI passes names in capitals, so that they are written in their usual case; equal ones are joined";
const CONNECTION = "it belongs to a connection, which here is the web server's";

const CHUNKED = ["PUT of chunks", "POST of no chunks"];

export const compareDifferences: readonly CompareDifference[] = [
  {
    cases: ["TRACE /text"],
    fact: "status",
    direct: "200",
    bridged: "405 by nginx",
    reason: "nginx refuses the method",
  },
  {
    cases: ["CONNECT /text"],
    fact: "status",
    direct: "none",
    bridged: "405 by nginx",
    reason: "nginx refuses the method; node:http closes the connection",
  },
  {
    cases: ["BREW /text"],
    program: "Express",
    fact: "status",
    direct: "400 by node:http",
    bridged: "404",
    reason: "node:http has a list of methods; nginx takes any",
  },
  {
    cases: ["BREW /text"],
    program: "Koa",
    fact: "status",
    direct: "400 by node:http",
    bridged: "501",
    reason: "node:http has a list of methods; nginx takes any",
  },
  {
    cases: ["get /text", "HTTP/1.1 without Host"],
    fact: "status",
    direct: "400 by node:http",
    bridged: "400 by nginx",
    reason: "both refuse it, with a page of their own",
  },
  {
    cases: ["OPTIONS *"],
    fact: "status",
    direct: "404",
    bridged: "400 by nginx",
    reason: "nginx refuses a target that is no path",
  },
  {
    cases: ["GET /..", "GET /../echo"],
    fact: "status",
    direct: "404",
    bridged: "400 by nginx",
    reason: PATH,
  },
  {
    cases: ["GET /echo/%zz", "GET /echo/%00"],
    fact: "status",
    direct: "200",
    bridged: "400 by nginx",
    reason: PATH,
  },
  {
    cases: ["target of raw UTF-8"],
    fact: "status",
    direct: "400 by node:http",
    bridged: "200",
    reason: "node:http refuses bytes that should have been escaped",
  },
  {
    cases: ["header of 20 KB"],
    fact: "status",
    direct: "431 by node:http",
    bridged: "200",
    reason:
      "node:http has a limit of 16 KiB for all headers; our file for nginx has 32 KiB for each",
  },
  {
    cases: ["target in absolute form"],
    program: "Express",
    fact: "seen url",
    direct: "http://www.example.com",
    bridged: "/",
    reason: "nginx takes the target apart, and the host goes to Host",
  },
  {
    cases: ["target in absolute form"],
    program: "Koa",
    fact: "seen url",
    direct: "http://www.example.com/echo",
    bridged: "/echo",
    reason: "nginx takes the target apart, and the host goes to Host",
  },
  {
    cases: ["target in absolute form"],
    fact: "seen originalUrl",
    direct: "http://www.example.com/echo",
    bridged: "/echo",
    reason: "nginx takes the target apart, and the host goes to Host",
  },
  {
    cases: ["headers of every kind"],
    fact: "seen rawHeaders",
    direct:
      "Accept Authorization Connection Cookie Cookie DNT Host Origin Referer User-Agent X-Empty X-Forwarded-For X-Forwarded-Proto X-Many X-Many X-Requested-With accept-language",
    bridged:
      "Accept Accept-Language Authorization Connection Cookie DNT Host Origin Referer User-Agent X-Empty X-Forwarded-For X-Forwarded-Proto X-Many X-Requested-With",
    reason: NAMES,
  },
  {
    cases: ["GET /echo, X_Under_Score: 1"],
    fact: "seen header x_under_score",
    direct: "1",
    bridged: "–",
    reason: `${HERE}: CGI could not tell it from X-Under-Score (underscores_in_headers)`,
  },
  {
    cases: ["GET /echo, X_Under_Score: 1"],
    fact: "seen rawHeaders",
    direct: "Connection Host X_Under_Score",
    bridged: "Connection Host",
    reason: HERE,
  },
  {
    cases: ["GET /echo, Proxy: http://evil.example"],
    fact: "seen header proxy",
    direct: "http://evil.example",
    bridged: "–",
    reason:
      "TSGI drops HTTP_PROXY, which programs take for a setting (httpoxy)",
  },
  {
    cases: ["GET /echo, Proxy: http://evil.example"],
    fact: "seen rawHeaders",
    direct: "Connection Host Proxy",
    bridged: "Connection Host",
    reason: "the same",
  },
  {
    cases: CHUNKED,
    fact: "seen header transfer-encoding",
    direct: "chunked",
    bridged: "–",
    reason: BUFFERED,
  },
  {
    cases: CHUNKED,
    fact: "seen rawHeaders",
    direct: "Connection Host Transfer-Encoding",
    bridged: "Connection Content-Length Host",
    reason: BUFFERED,
  },
  {
    cases: ["PUT of chunks"],
    fact: "seen header content-length",
    direct: "–",
    bridged: "70006",
    reason: BUFFERED,
  },
  {
    cases: ["POST of no chunks"],
    fact: "seen header content-length",
    direct: "–",
    bridged: "0",
    reason: BUFFERED,
  },
  {
    cases: ["client that leaves in the middle of its upload"],
    fact: "status",
    direct: "asked",
    bridged: "not asked",
    reason:
      "nginx asks when it has the whole body; fastcgi_request_buffering off tells it not to wait",
  },
  {
    cases: ["GET /hop"],
    fact: "trailers",
    direct: "X-Sum: 1",
    bridged: "–",
    reason: "CGI has no trailers",
  },
  {
    cases: ["GET /hop"],
    fact: "header trailer",
    direct: "X-Sum",
    bridged: "–",
    reason: "CGI has no trailers",
  },
  {
    cases: ["GET /hop"],
    fact: "header upgrade",
    direct: "h2c",
    bridged: "–",
    reason: CONNECTION,
  },
  {
    cases: ["GET /hop"],
    fact: "header keep-alive",
    direct: "timeout=9",
    bridged: "–",
    reason: CONNECTION,
  },
  {
    cases: ["GET /hop"],
    fact: "length",
    direct: "chunked",
    bridged: "Content-Length: 3",
    reason: LENGTH,
  },
  {
    cases: ["GET /compressed, Accept-Encoding: br, gzip"],
    fact: "length",
    direct: "chunked",
    bridged: "Content-Length: 23",
    reason: LENGTH,
  },
  {
    cases: [
      ...["GET /folder", "GET /folder/", "GET /files/none.txt"],
      ...["GET /files/..%2Fx", "GET /files/.env"],
      "GET /files/long.txt, Range: bytes=999999-",
      'GET /files/long.txt, If-Match: "other"',
      "GET /files/long.txt, If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT",
    ],
    program: "Koa",
    fact: "length",
    direct: "chunked",
    bridged: "Content-Length: 12",
    reason: LENGTH,
  },
  {
    cases: ["GET /bodiless/205"],
    program: "Koa",
    fact: "length",
    direct: "not told",
    bridged: "Content-Length: 0",
    reason: LENGTH,
  },
  {
    cases: ["GET /hints"],
    fact: "interim",
    direct: "103",
    bridged: "–",
    reason: "CGI has no interim responses",
  },
  {
    cases: ["GET /broken"],
    fact: "complete",
    direct: "false",
    bridged: "true",
    reason:
      "nginx takes a connection that is closed in the middle of a body of unknown length for its end, unless fastcgi_keep_conn is on",
  },
];

/** A difference as it was found. */
export interface Found {
  readonly fact: string;
  readonly direct: string;
  readonly bridged: string;
}

/** Where two answers differ. Of answers with different statuses, that is all that is told. */
export function differencesOf(direct: Facts, bridged: Facts): Found[] {
  const [one, other] = [statusOf(direct), statusOf(bridged)];
  if (one !== other) return [{ fact: "status", direct: one, bridged: other }];
  const names = new Set([...Object.keys(direct), ...Object.keys(bridged)]);
  return [...names]
    .map((fact) => ({
      fact,
      direct: show(direct[fact]),
      bridged: show(bridged[fact]),
    }))
    .filter((found) => found.direct !== found.bridged);
}

/** The declared differences of a case. */
export function declaredFor(program: ProgramName, name: string): Found[] {
  return compareDifferences
    .filter(({ cases }) => cases.includes(name))
    .filter((row) => row.program === undefined || row.program === program)
    .map(({ fact, direct, bridged }) => ({ fact, direct, bridged }));
}

function statusOf({ status, by }: Facts): string {
  const refuses = by === "nginx" || by === "node:http";
  return refuses ? `${status} by ${by}` : show(status);
}

function show(fact: unknown): string {
  if (fact === undefined) return "–";
  if (Array.isArray(fact) && fact.length > 0) return fact.join(" ");
  return typeof fact === "string" ? fact : JSON.stringify(fact);
}
