// One request as one line: of Apache's combined format, or of JSON.
import type { Environ } from "./types.ts";

/** What an access log knows of a request when it is over. */
export interface AccessEntry {
  /** The request's variables as they are at its end: middleware may have set REMOTE_USER since. */
  readonly environ: Environ;
  /** When the request began. */
  readonly time: Date;
  /** Milliseconds from the call of the application to the close of its body. */
  readonly durationMs: number;
  /** The status that was sent; 499 where the client left before there was any. */
  readonly status: number;
  /** Bytes of the body that were handed to the server. */
  readonly bytes: number;
  /** Why the request was given up: the `code` of the signal's reason, `"DISCONNECTED"`. */
  readonly aborted: string | undefined;
  /** Whether the application failed. */
  readonly failed: boolean;
  /** What `requestId` around this middleware put into `request.id`, else Apache's UNIQUE_ID. */
  readonly requestId: string | undefined;
  /** The id that the page for visitors and the log give a failure; only the server knows it. */
  readonly incident?: string | undefined;
}

/** The names of {@link ACCESS_LOG_FORMATS}. */
export type AccessLogFormat = "combined" | "timed" | "json";

/** The formats there are. */
export const ACCESS_LOG_FORMATS: Readonly<
  Record<AccessLogFormat, (entry: AccessEntry) => string>
> = { combined, timed, json };

/** Apache's `combined`: address, identity, user, time, request, status, bytes, referrer, agent. */
export function combined(entry: AccessEntry): string {
  const { environ, time, status, bytes } = entry;
  const { REQUEST_METHOD, SERVER_PROTOCOL } = environ;
  // Without a method it was refused, and has little else.
  const request =
    REQUEST_METHOD === undefined
      ? "-"
      : `${REQUEST_METHOD} ${targetOf(environ)} ${SERVER_PROTOCOL}`;
  return [
    field(environ.REMOTE_ADDR),
    field(environ.REMOTE_IDENT),
    field(environ.REMOTE_USER),
    `[${apacheTime(time)}]`,
    quoted(request),
    status,
    bytes === 0 ? "-" : bytes,
    quoted(environ.HTTP_REFERER ?? "-"),
    quoted(environ.HTTP_USER_AGENT ?? "-"),
  ].join(" ");
}

/** `combined`, then the application's time in milliseconds and the request id: where most parsers allow more. */
export function timed(entry: AccessEntry): string {
  const { durationMs, requestId } = entry;
  return `${combined(entry)} ${durationMs.toFixed(3)} ${field(requestId)}`;
}

/** One object a line; what does not apply to a request is left out. */
export function json(entry: AccessEntry): string {
  const { environ, aborted, failed } = entry;
  const line = JSON.stringify({
    time: entry.time.toISOString(),
    remoteAddress: environ.REMOTE_ADDR,
    remoteUser: environ.REMOTE_USER || undefined,
    method: environ.REQUEST_METHOD,
    host: environ.HTTP_HOST,
    target: targetOf(environ),
    protocol: environ.SERVER_PROTOCOL,
    status: entry.status,
    bytes: entry.bytes,
    durationMs: Number(entry.durationMs.toFixed(3)),
    referrer: environ.HTTP_REFERER,
    userAgent: environ.HTTP_USER_AGENT,
    requestId: entry.requestId,
    aborted,
    failed: failed || undefined,
    incident: entry.incident,
  });
  // JSON escapes the controls below 0x20; a terminal heeds these too. Values are bytes as Latin-1.
  return line.replace(/[\x7f-\xff]/g, (byte) => `\\u00${hexOf(byte)}`);
}

function targetOf(environ: Environ): string {
  const { REQUEST_URI, SCRIPT_NAME, PATH_INFO, QUERY_STRING } = environ;
  if (REQUEST_URI !== undefined) return REQUEST_URI;
  const query = QUERY_STRING ? `?${QUERY_STRING}` : "";
  return `${SCRIPT_NAME ?? ""}${PATH_INFO ?? ""}${query}`;
}

/** A field without quotes: a blank would shift those behind it. */
function field(value: string | undefined): string {
  return value ? escaped(value).replaceAll(" ", "\\x20") : "-";
}

function quoted(value: string): string {
  return `"${escaped(value)}"`;
}

/** As Apache escapes what clients sent, so that no line, quote or terminal sequence can be forged. */
function escaped(value: string): string {
  // An application may have put anything in its place.
  return `${value}`.replace(/["\\\0-\x1f\x7f-\xff]/g, (character) =>
    character === '"' || character === "\\"
      ? `\\${character}`
      : `\\x${hexOf(character)}`,
  );
}

function hexOf(byte: string): string {
  return byte.charCodeAt(0).toString(16).padStart(2, "0");
}

/** `20/Nov/2026:22:04:59 +0000`: in UTC, which has no hour twice. */
function apacheTime(time: Date): string {
  const second = Math.floor(time.getTime() / 1_000);
  if (second !== lastSecond) {
    const [, day, month, year, clock] = time.toUTCString().split(" ");
    lastTime = `${day}/${month}/${year}:${clock} +0000`;
    lastSecond = second;
  }
  return lastTime;
}

// Many lines have the same.
let lastSecond = Number.NaN;
let lastTime = "";
