// What both programs are asked, directly and through nginx and FastCGI.
import { setTimeout } from "node:timers/promises";
import {
  type RawAnswer,
  type RawRequest,
  rawAsk,
  send,
} from "./compare-client.ts";

export interface CompareCase {
  readonly name: string;
  readonly request: RawRequest;
  /** The client leaves when the program has begun; what it learns of that is the answer. */
  readonly leaves?: true;
  /** Values taken from the answer to the same request before: a header, and where it is sent. */
  readonly revalidates?: readonly [from: string, to: string];
}

const row = (name: string, request: RawRequest): CompareCase => ({
  name,
  request,
});
const get = (target: string, ...headers: string[]): CompareCase =>
  row([`GET ${target}`, ...headers].join(", "), { target, headers });
const post = (
  name: string,
  target: string,
  type: string,
  body: string,
): CompareCase =>
  row(name, {
    method: "POST",
    target,
    headers: [`Content-Type: ${type}`],
    body,
  });

const METHODS = [
  ...["HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"],
  ...["PROPFIND", "MKCOL", "REPORT", "PURGE", "M-SEARCH", "SUBSCRIBE"],
  ...["TRACE", "CONNECT", "BREW", "get"],
];

const methods: readonly CompareCase[] = [
  ...METHODS.map((method) =>
    row(`${method} /text`, { method, target: "/text" }),
  ),
  row("HEAD of a stream", { method: "HEAD", target: "/stream" }),
  row("HEAD of 300 KB", { method: "HEAD", target: "/bytes" }),
  row("OPTIONS of one route", { method: "OPTIONS", target: "/page" }),
  row("OPTIONS *", { method: "OPTIONS", target: "*" }),
  row("DELETE with a body", { method: "DELETE", target: "/echo", body: "x" }),
  row("GET with a body", { target: "/echo", body: "x" }),
  row("method override", {
    method: "POST",
    target: "/echo",
    headers: ["X-HTTP-Method-Override: DELETE"],
  }),
];

const targets: readonly CompareCase[] = [
  ...["/echo", "/echo/", "/echo?", "/echo?a=1&a=2&b[]=3&c=%20+%26"],
  ...["/echo?=&&x", "/echo??q?", "/echo/a%2Fb", "/echo/a%20b%3Fc"],
  ...["/echo/caf%C3%A9", "/echo/a//b", "/echo//", "/echo/a/../b", "/echo/./b"],
  ...["/echo/%2e%2e/b", "/echo/a%5Cb", "/echo/a;v=1,2", "/echo/%25zz"],
  ...["/params/a%2Fb/c%20d", "/params/%FF/x", "/params/a/b/", "/nothing"],
  ...["/Text", "/text/", "/static%2Ffile", "/echo/a+b@c:d~e!$&'()*"],
  ...["/..", "/../echo", "/echo/%zz", "/echo/%00"],
]
  .map((target) => get(target))
  .concat(
    row("query of 6 KB", { target: `/echo?${"q".repeat(6_000)}` }),
    row("target in absolute form", { target: "http://www.example.com/echo" }),
    row("target of raw UTF-8", { target: "/echo/\xc3\xa9" }),
  );

const requestHeaders: readonly CompareCase[] = [
  row("headers of every kind", {
    target: "/echo",
    headers: [
      ...["Accept: text/html, */*;q=0.1", "accept-language: de", "DNT: 1"],
      ...["Authorization: Basic dTpw", "Cookie: a=1; b=2", "Cookie: c=3"],
      ...["X-Many: 1", "X-Many: 2", "X-Empty:", "X-Requested-With: x"],
      ...["X-Forwarded-For: 10.0.0.1", "X-Forwarded-Proto: https"],
      ...["Referer: /a", "User-Agent: test/1", "Origin: null"],
    ],
  }),
  get("/echo", "X_Under_Score: 1"),
  get("/echo", "Proxy: http://evil.example"),
  get("/echo", "X-Latin: \xfc"),
  get("/echo", "Range: bytes=0-1"),
  get("/echo", "Upgrade: websocket"),
  get("/echo", "TE: trailers"),
  get("/echo", "Content-Type: text/plain"),
  row("header of 12 KB", {
    target: "/echo",
    headers: [`X-Long: ${"x".repeat(12_000)}`],
  }),
  row("header of 20 KB", {
    target: "/text",
    headers: [`X-Long: ${"x".repeat(20_000)}`],
  }),
  row("eighty headers", {
    target: "/echo",
    headers: Array.from({ length: 80 }, (_, index) => `X-${index}: ${index}`),
  }),
  row("HTTP/1.0", { target: "/echo", version: "1.0" }),
  row("HTTP/1.0 without Host", { target: "/text", version: "1.0", bare: true }),
  row("HTTP/1.1 without Host", { target: "/text", bare: true }),
  row("Expect: 100-continue", {
    method: "POST",
    target: "/echo",
    headers: ["Expect: 100-continue"],
    body: "continued",
  }),
];

const sizes = [0, 1, 1_000, 65_536, 1_000_000];
const bodies: readonly CompareCase[] = [
  ...sizes.map((size) =>
    post(`POST of ${size} bytes`, "/echo", "text/plain", "x".repeat(size)),
  ),
  row("PUT of chunks", {
    method: "PUT",
    target: "/echo",
    chunks: ["one", "two", "x".repeat(70_000)],
  }),
  row("POST of no chunks", { method: "POST", target: "/echo", chunks: [] }),
  post("JSON", "/json", "application/json", '{"name":"Zoë","n":[1,null]}'),
  post("JSON that is none", "/json", "application/json", "{"),
  post("JSON of another type", "/json", "text/plain", "{}"),
  post("JSON above the limit", "/json", "application/json", big(20_000)),
  row("JSON in chunks", {
    method: "POST",
    target: "/json",
    headers: ["Content-Type: application/json"],
    chunks: ['{"a":', "1}"],
  }),
  post(
    "form",
    "/form",
    "application/x-www-form-urlencoded",
    "a=1&b=Gr%C3%BC%C3%9Fe+x&b=2",
  ),
  post("raw bytes", "/raw", "application/octet-stream", "x".repeat(5_000)),
  post(
    "multipart through busboy",
    "/multipart",
    "multipart/form-data; boundary=XX",
    multipart("XX"),
  ),
  post("body piped back", "/pipe", "text/plain", "x".repeat(20_000)),
  row("chunks piped back", {
    method: "POST",
    target: "/pipe",
    chunks: ["a".repeat(5_000), "b".repeat(5_000)],
  }),
  post("body not read", "/unread", "text/plain", "x".repeat(100_000)),
];

const answers: readonly CompareCase[] = [
  ...["/utf8", "/bytes", "/empty", "/headers", "/hop", "/hints", "/cookies"],
  ...["/status/202", "/status/204", "/status/304", "/status/404"],
  ...["/status/418", "/status/500", "/status/503", "/reason", "/created"],
  ...["/bodiless/204", "/bodiless/205", "/bodiless/304"],
  ...["/redirect/301?to=/there", "/redirect/302?to=there%3Fa=%C3%BC"],
  ...["/redirect/303?to=https://example.com/", "/redirect/307?to=/x"],
  ...["/redirect/308?to=/x", "/throw", "/reject", "/next", "/broken"],
  ...["/twice", "/stream", "/sized", "/download", "/folder", "/folder/"],
  ...["/files/long.txt", "/files/none.txt", "/files/..%2Fx", "/files/.env"],
].map((target) => get(target));

const LONG = "/files/long.txt";
const caching: readonly CompareCase[] = [
  ...["bytes=0-9", "bytes=-5", "bytes=100-", "bytes=0-1,5-6"].map((range) =>
    get(LONG, `Range: ${range}`),
  ),
  get(LONG, "Range: bytes=999999-"),
  get(LONG, "Range: lines=1-2"),
  get(LONG, "Range: bytes=0-9", 'If-Range: "other"'),
  get("/page"),
  get("/page", 'If-None-Match: "other"'),
  get("/page", "If-None-Match: *"),
  get("/page", "If-Modified-Since: Wed, 02 Jan 2030 00:00:00 GMT"),
  get("/page", "If-Modified-Since: Mon, 31 Dec 2029 00:00:00 GMT"),
  get("/page", 'If-None-Match: "other"', "Cache-Control: no-cache"),
  get(LONG, 'If-Match: "other"'),
  get(LONG, "If-Unmodified-Since: Mon, 01 Jan 1990 00:00:00 GMT"),
  ...["/page", LONG, "/utf8"].map(
    (target): CompareCase => ({
      name: `GET ${target} again, with its ETag`,
      request: { target },
      revalidates: ["etag", "If-None-Match"],
    }),
  ),
  {
    name: "GET of a file again, with its date",
    request: { target: LONG },
    revalidates: ["last-modified", "If-Modified-Since"],
  },
  {
    name: "HEAD of a file again, with its ETag",
    request: { method: "HEAD", target: LONG },
    revalidates: ["etag", "If-None-Match"],
  },
  row("HEAD of a file's range", {
    method: "HEAD",
    target: LONG,
    headers: ["Range: bytes=0-9"],
  }),
  get("/compressed"),
  get("/compressed", "Accept-Encoding: gzip"),
  get("/compressed", "Accept-Encoding: br, gzip"),
  row("HEAD of a compressed page", {
    method: "HEAD",
    target: "/compressed",
    headers: ["Accept-Encoding: gzip"],
  }),
];

const aborts: readonly CompareCase[] = [
  {
    name: "client that leaves before the answer",
    request: { target: "/wait" },
    leaves: true,
  },
  {
    name: "client that leaves in the middle of a stream",
    request: { target: "/endless" },
    leaves: true,
  },
  {
    name: "client that leaves in the middle of its upload",
    request: {
      method: "POST",
      target: "/drain",
      body: "x".repeat(100_000),
      cut: 1_000,
    },
    leaves: true,
  },
];

export const compareCases: readonly CompareCase[] = [
  ...methods,
  ...targets,
  ...requestHeaders,
  ...bodies,
  ...answers,
  ...caching,
  ...aborts,
];

/** What can differ: the status, each header, the body or what the JSON in it says, by name. */
export type Facts = Readonly<Record<string, unknown>>;

/** @param patience milliseconds after which a program that was not asked will not be */
export async function observe(
  port: number,
  { request, leaves, revalidates }: CompareCase,
  patience: number,
): Promise<Facts> {
  if (leaves) return leave(port, request, patience);
  if (revalidates === undefined) return factsOf(port, request);
  const [from, to] = revalidates;
  const { headers } = await rawAsk(port, request);
  const [value = "none"] = headers.get(from) ?? [];
  return factsOf(port, { ...request, headers: [`${to}: ${value}`] });
}

async function leave(
  port: number,
  request: RawRequest,
  patience: number,
): Promise<Facts> {
  const socket = await send(port, request);
  const isAsked = await Promise.race([
    rawAsk(port, { target: "/entered" }).then(() => true),
    setTimeout(patience, false, { ref: false }),
  ]);
  socket.destroy();
  if (!isAsked) return { status: "not asked" };
  const { body } = await rawAsk(port, { target: "/seen" });
  return { status: "asked", ...JSON.parse(`${body}`) };
}

async function factsOf(port: number, request: RawRequest): Promise<Facts> {
  const answer = await rawAsk(port, request);
  const { status, reason, headers, interim, trailers, complete } = answer;
  const by = answeredBy(answer);
  if (by !== "the program") return { status, by };
  const facts: Record<string, unknown> = { status, by, reason, complete };
  if (interim.length > 0) facts.interim = interim;
  if (trailers !== "") facts.trailers = trailers;
  facts.length = framing(headers);
  for (const [name, values] of headers) {
    if (!VARYING.includes(name)) facts[`header ${name}`] = values.join(" | ");
  }
  const body = bodyFacts(answer);
  // They follow from what the program has seen.
  if ("seen url" in body) {
    delete facts.length;
    delete facts["header etag"];
  }
  return { ...facts, ...body };
}

/** The time, the name of the web server, and what {@link framing} tells. */
const VARYING = ["date", "server", "content-length", "transfer-encoding"];

function framing(headers: RawAnswer["headers"]): string {
  const length = headers.get("content-length")?.join();
  if (length !== undefined) return `Content-Length: ${length}`;
  return headers.has("transfer-encoding") ? "chunked" : "not told";
}

/** The pages of nginx bear its name; those of node:http have no date, or nothing else. */
function answeredBy({ status, headers, body }: RawAnswer): string {
  if (status === "none") return "nobody";
  if (body.includes("<center>nginx")) return "nginx";
  const isBare = !headers.has("date") || headers.size < 4;
  return status.startsWith("4") && body.length === 0 && isBare
    ? "node:http"
    : "the program";
}

function bodyFacts({ body, headers }: RawAnswer): Facts {
  const text = body.toString("latin1");
  const boundary = /^--(\S+)\r\n/.exec(text)?.[1];
  const type = headers.get("content-type")?.[0] ?? "";
  if (!type.startsWith("application/json") || body.length === 0) {
    return { body: boundary ? text.replaceAll(boundary, "BOUNDARY") : text };
  }
  const facts: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(JSON.parse(`${body}`))) {
    if (name !== "headers") facts[`seen ${name}`] = value;
    else {
      for (const [header, seen] of Object.entries(value as object)) {
        facts[`seen header ${header}`] = seen;
      }
    }
  }
  return facts;
}

function big(length: number): string {
  return JSON.stringify("x".repeat(length));
}

function multipart(boundary: string): string {
  return [
    `--${boundary}`,
    'Content-Disposition: form-data; name="title"\r\n\r\nGrüße',
    `--${boundary}`,
    'Content-Disposition: form-data; name="file"; filename="ä.txt"',
    `Content-Type: text/plain\r\n\r\n${"x".repeat(70_000)}`,
    `--${boundary}--\r\n`,
  ].join("\r\n");
}
