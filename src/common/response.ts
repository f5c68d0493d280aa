// Stop 5 of a request: status and headers become the header block (RFC 3875, section 6).
import { describe } from "./chunk.ts";
import { TsgiError } from "./errors.ts";
import { DIGITS, TOKEN, withoutOuterBlanks } from "./grammar.ts";
import type { Header } from "./types.ts";

/** A checked response head, ready to be sent. */
export interface ResponseHead {
  /** 200 to 599. */
  readonly code: number;
  /** The application's Content-Length in bytes. */
  readonly contentLength: number | undefined;
  readonly hasContentType: boolean;
  /** The header lines, without Content-Length where that may still change. */
  readonly fields: string;
  readonly status: string;
}

/** A response that no application made. */
export interface WholePage {
  readonly code: number;
  /** The header block. */
  readonly head: string;
  readonly body: Uint8Array;
}

// No blanks at either end, nothing a line could be broken with.
const STATUS =
  /^[2-5][0-9][0-9] (?:[\x21-\x7e\x80-\xff](?:[\x20-\x7e\x80-\xff]*[\x21-\x7e\x80-\xff])?)?$/;
const FORBIDDEN_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** Names of headers which are about one connection (RFC 9110, section 7.6.1): the web server's own. */
export const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "trailers",
  "transfer-encoding",
  "upgrade",
]);

// Status would override ours.
const REFUSED: ReadonlySet<string> = new Set([...HOP_BY_HOP, "status"]);

/**
 * Checks and copies what an application gave to startResponse; each value is read once.
 *
 * @param limit bytes the whole block may have
 * @throws {TsgiError} `STATUS`, `HEADER` or `CONTENT_LENGTH`
 */
export function responseHead(
  status: string,
  headers: Iterable<Header>,
  limit: number,
): ResponseHead {
  if (typeof status !== "string" || !STATUS.test(status)) {
    throw new TsgiError(
      "STATUS",
      `Cannot use status ${quote(status)}: it must be like "200 OK", with a code from 200 to 599`,
    );
  }
  if (!isIterableObject(headers)) {
    throw new TsgiError(
      "HEADER",
      `Cannot use ${describe(headers)} as headers: they must be an iterable of [name, value] pairs`,
    );
  }
  let size = `Status: ${status}\r\n\r\n`.length;
  let fields = "";
  let contentLength: number | undefined;
  let hasContentType = false;
  let hasLocation = false;
  if (size > limit) throw tooLarge(limit, "the status");
  for (const header of headers) {
    if (!Array.isArray(header) || header.length !== 2) {
      throw new TsgiError(
        "HEADER",
        `Cannot use ${describe(header)} as a header: it must be an array of name and value`,
      );
    }
    const name: unknown = header[0];
    const value = checkedValue(name, header[1]);
    const lower = checkedName(name);
    const line = `${name}: ${value}\r\n`;
    size += line.length;
    if (size > limit) throw tooLarge(limit, quote(name));
    if (lower === "content-length") {
      contentLength = checkedLength(value, contentLength);
      continue;
    }
    if (lower === "content-type") {
      if (hasContentType) throw repeated("Content-Type");
      hasContentType = true;
    } else if (lower === "location") {
      if (hasLocation) throw repeated("Location");
      hasLocation = true;
    }
    fields += line;
  }
  const code = Number(status.slice(0, 3));
  return { code, contentLength, hasContentType, fields, status };
}

/**
 * The header block. The status line comes last: HAProxy turns any Location that follows a
 * Status line into a 302; every other server accepts either order.
 */
export function headerBlock(head: ResponseHead): string {
  const length = statedLength(head);
  const line = length === undefined ? "" : `Content-Length: ${length}\r\n`;
  return `${head.fields}${line}Status: ${head.status}\r\n\r\n`;
}

/** RFC 9110, section 6.4.1 and 15.3.6: no body may follow these. */
export function isBodyless(code: number): boolean {
  return code === 204 || code === 304 || code === 205;
}

/** RFC 9110, sections 8.6 and 15.3.6. A 304 may tell the length a 200 would have. */
function statedLength(head: ResponseHead): number | undefined {
  if (head.code === 204) return undefined;
  return head.code === 205 ? 0 : head.contentLength;
}

function checkedName(name: unknown): string {
  if (typeof name !== "string" || !TOKEN.test(name)) {
    throw new TsgiError(
      "HEADER",
      `Cannot use header name ${quote(name)}: it is not a token`,
    );
  }
  const lower = name.toLowerCase();
  if (REFUSED.has(lower)) {
    throw new TsgiError(
      "HEADER",
      `Cannot send header ${quote(name)}: it belongs to the web server`,
    );
  }
  return lower;
}

function checkedValue(name: unknown, value: unknown): string {
  if (typeof value !== "string") {
    throw new TsgiError(
      "HEADER",
      `Cannot send header ${quote(name)}: its value is ${describe(value)}, not a string`,
    );
  }
  if (FORBIDDEN_IN_VALUE.test(value)) {
    throw new TsgiError(
      "HEADER",
      `Cannot send header ${quote(name)}: its value has a control character or one above U+00FF`,
    );
  }
  return withoutOuterBlanks(value);
}

function tooLarge(limit: number, at: string): TsgiError {
  return new TsgiError(
    "HEADER",
    `Cannot send the headers: they exceed ${limit} bytes at ${at}`,
  );
}

function checkedLength(value: string, earlier: number | undefined): number {
  const length = Number(value);
  if (!DIGITS.test(value) || !Number.isSafeInteger(length)) {
    throw new TsgiError(
      "CONTENT_LENGTH",
      `Cannot use Content-Length ${quote(value)}: it is not a number of bytes`,
    );
  }
  if (earlier !== undefined && earlier !== length) {
    throw new TsgiError(
      "CONTENT_LENGTH",
      `Cannot send two lengths: Content-Length is ${earlier} and ${length}`,
    );
  }
  return length;
}

function repeated(name: string): TsgiError {
  return new TsgiError(
    "HEADER",
    `Cannot send ${quote(name)} twice: it may appear once`,
  );
}

function isIterableObject(value: unknown): value is Iterable<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    typeof (value as Iterable<unknown>)[Symbol.iterator] === "function"
  );
}

// JSON escapes what could forge a log line.
function quote(value: unknown): string {
  return typeof value === "string"
    ? JSON.stringify(value.slice(0, 80))
    : describe(value);
}
