// An HTTP client that sends what it is told, byte for byte, and sees all that comes.
import { once } from "node:events";
import { connect, type Socket } from "node:net";

export interface RawRequest {
  readonly method?: string;
  readonly target?: string;
  /** In front of the body; `Host` and `Connection: close` are there already. */
  readonly headers?: readonly string[];
  readonly version?: "1.0" | "1.1";
  /** Without Host. */
  readonly bare?: boolean;
  /** Sent with its length. */
  readonly body?: string | Uint8Array;
  /** Of the body no more than so many bytes are sent. */
  readonly cut?: number;
  /** Sent as chunks. */
  readonly chunks?: readonly string[];
}

export interface RawAnswer {
  readonly status: string;
  readonly reason: string;
  /** By lower-case name, each with its values in their order. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
  /** Statuses of interim responses. */
  readonly interim: readonly string[];
  readonly trailers: string;
  /** Whether the body ended as its framing says. */
  readonly complete: boolean;
}

export async function rawAsk(
  port: number,
  request: RawRequest,
): Promise<RawAnswer> {
  const socket = await send(port, request);
  const parts: Buffer[] = [];
  socket.on("data", (part) => parts.push(part));
  // A reset ends an answer, too.
  socket.on("error", () => {});
  await new Promise((resolve) => socket.on("close", resolve));
  return parse(Buffer.concat(parts), request.method === "HEAD");
}

/** Sends a request, and leaves the rest to the caller. */
export async function send(port: number, request: RawRequest): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.write(bytesOf(request));
  return socket;
}

function bytesOf(request: RawRequest): Buffer {
  const { method = "GET", target = "/", headers = [], bare } = request;
  const { version = "1.1", body, cut, chunks } = request;
  const content = Buffer.from(body ?? "");
  const lines = [
    `${method} ${target} HTTP/${version}`,
    ...(bare ? [] : ["Host: www.example.com"]),
    "Connection: close",
    ...headers,
    ...(body === undefined ? [] : [`Content-Length: ${content.length}`]),
    ...(chunks === undefined ? [] : ["Transfer-Encoding: chunked"]),
  ];
  return Buffer.concat([
    Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"),
    content.subarray(0, cut),
    Buffer.from((chunks && [...chunks.map(chunk), "0\r\n\r\n"].join("")) ?? ""),
  ]);
}

function chunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}

function parse(bytes: Buffer, isHead: boolean): RawAnswer {
  const interim: string[] = [];
  let rest = bytes;
  for (;;) {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) return NOTHING;
    const [first = "", ...lines] = `${rest.subarray(0, end)}`.split("\r\n");
    const [, status = "", reason = ""] = /^\S+ (\d+) ?(.*)$/.exec(first) ?? [];
    rest = rest.subarray(end + 4);
    if (status.startsWith("1")) {
      interim.push(status);
      continue;
    }
    const headers = headersOf(lines);
    const bodiless = isHead || status === "204" || status === "304";
    const content = bodiless ? WITHOUT : contentOf(headers, rest);
    return { status, reason, headers, interim, ...content };
  }
}

type Content = Pick<RawAnswer, "body" | "trailers" | "complete">;

const WITHOUT: Content = {
  body: Buffer.alloc(0),
  trailers: "",
  complete: true,
};
const NOTHING: RawAnswer = {
  status: "none",
  reason: "",
  headers: new Map(),
  interim: [],
  ...WITHOUT,
};

function headersOf(lines: readonly string[]): Map<string, string[]> {
  const headers = new Map<string, string[]>();
  for (const line of lines) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).toLowerCase();
    const values = headers.get(name) ?? [];
    headers.set(name, [...values, line.slice(colon + 1).trim()]);
  }
  return headers;
}

function contentOf(
  headers: ReadonlyMap<string, readonly string[]>,
  rest: Buffer,
): Content {
  if (headers.get("transfer-encoding")?.[0] === "chunked") return joined(rest);
  const length = headers.get("content-length")?.[0];
  const complete = length === undefined || Number(length) === rest.length;
  return { body: rest, trailers: "", complete };
}

function joined(bytes: Buffer): Content {
  const parts: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = bytes.indexOf("\r\n", at);
    const size =
      end < 0 ? -1 : Number.parseInt(`${bytes.subarray(at, end)}`, 16);
    const last = end + 2 + size;
    if (end < 0 || last > bytes.length) {
      return { body: Buffer.concat(parts), trailers: "", complete: false };
    }
    if (size === 0) {
      const trailers = `${bytes.subarray(end + 2)}`.trim();
      return { body: Buffer.concat(parts), trailers, complete: true };
    }
    parts.push(bytes.subarray(end + 2, last));
    at = last + 2;
  }
}
