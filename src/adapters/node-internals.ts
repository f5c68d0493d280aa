// All that the adapter knows of the inside of node:http. test/adapters/node-internals.test.ts fails
// where a line of Node does otherwise.
import { type IncomingMessage, ServerResponse } from "node:http";
import { HOP_BY_HOP } from "../common/response.ts";
import type { Header, Status } from "../common/types.ts";

interface IncomingInternals {
  _addHeaderLines(headers: string[], count: number): void;
}

interface OutgoingInternals {
  statusCode: number;
  _header: string | null;
  _headerSent: boolean;
  _hasBody: boolean;
  _storeHeader(firstLine: string, headers: unknown): void;
}

/** Sets `rawHeaders`, of which `headers` and `headersDistinct` are made when they are asked for. */
export function setHeaders(req: IncomingMessage, raw: string[]): void {
  (req as unknown as IncomingInternals)._addHeaderLines(raw, raw.length);
}

/**
 * Catches the head that Node has checked and serialised, so that it never reaches the socket.
 *
 * @param start is told status and headers, and may throw
 */
export function catchHead(
  res: ServerResponse,
  start: (status: Status, headers: Header[]) => void,
): void {
  const internals = res as unknown as OutgoingInternals;
  const catching = function (
    this: OutgoingInternals,
    firstLine: string,
    headers: unknown,
  ): void {
    storeHeader.call(this, firstLine, headers);
    const head = this._header ?? "";
    // Before the body Node then writes no head, and around its pieces no chunks.
    this._headerSent = true;
    res.chunkedEncoding = false;
    try {
      start(statusOf(head), headersOf(head, this.statusCode));
    } catch (error) {
      // As it was before, so that another head and its body can follow.
      this._header = null;
      this._hasBody = res.req.method !== "HEAD";
      res.statusMessage = "";
      throw error;
    }
  };
  // An own property: Express puts another prototype below the object. And a constant, for a reason
  // which common/exchange.ts gives.
  internals._storeHeader = catching;
}

const storeHeader = (ServerResponse.prototype as unknown as OutgoingInternals)
  ._storeHeader;

/** `write` has answered false, and whoever waits for "drain" may go on. */
export function drain(res: ServerResponse): void {
  if (!res.writableNeedDrain) return;
  for (const key of Object.getOwnPropertySymbols(res)) {
    if (key.description !== "kNeedDrain") continue;
    (res as unknown as Record<symbol, boolean>)[key] = false;
  }
  res.emit("drain");
}

const VERSION = "HTTP/1.1 ";

function statusOf(head: string): Status {
  return head.slice(VERSION.length, head.indexOf("\r\n")) as Status;
}

/** Node adds those of its connection, and applications may: here the connection is the web server's. */
function headersOf(head: string, code: number): Header[] {
  const headers: Header[] = [];
  const lines = head.split("\r\n");
  for (let at = 1; at < lines.length - 2; at++) {
    const line = lines[at] as string;
    const colon = line.indexOf(": ");
    const name = line.slice(0, colon);
    if (isOurs(name, code)) headers.push([name, line.slice(colon + 2)]);
  }
  return headers;
}

function isOurs(name: string, code: number): boolean {
  const lower = name.toLowerCase();
  // `cors` states it for old browsers, node:http sends it, and RFC 9110, 8.6 forbids it.
  if (code === 204 && lower === "content-length") return false;
  // A header named Status would become the status of a CGI response.
  return !HOP_BY_HOP.has(lower) && lower !== "status";
}
