// What becomes of a request that cannot be served: the page for visitors, and what a log may show.
import { inspect } from "node:util";
import { TsgiError, type TsgiErrorCode } from "./errors.ts";
import type { WholePage } from "./response.ts";
import { applicationFrames } from "./stack.ts";
import type { Status } from "./types.ts";

/** The status an error is answered with; the details stay in the log. */
export function statusFor(error: unknown): Status {
  switch (codeOf(error)) {
    case "BAD_REQUEST":
    case "INCOMPLETE_BODY":
      return "400 Bad Request";
    case "BODY_TOO_LARGE":
      return "413 Content Too Large";
    case "LIMIT":
      return "431 Request Header Fields Too Large";
    case "TIMEOUT":
      return "504 Gateway Timeout";
    case "OVERLOADED":
    case "SHUTDOWN":
    case "NO_WORKER":
      return "503 Service Unavailable";
    default:
      return "500 Internal Server Error";
  }
}

/** The page for visitors. `showErrors` is for development only. */
export function failurePage(
  error: unknown,
  incident: string,
  showErrors: boolean,
): WholePage {
  const status = statusFor(error);
  const told = showErrors ? `\n${describeError(error)}\n` : "";
  const body = Buffer.from(
    `${status}\n\nThe request could not be served. Incident ${incident} (${codeForVisitors(error)}).\n${told}`,
  );
  const retry = status.startsWith("503 ") ? RETRY : "";
  const head = `${retry}Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nStatus: ${status}\r\n\r\n`;
  return { code: Number(status.slice(0, 3)), head, body };
}

/** Names the kind of failure, as `tsgi explain` knows it, and nothing of the inside. */
function codeForVisitors(error: unknown): string {
  return codeOf(error) ?? "APPLICATION";
}

/** A moment later there may be room. */
const RETRY = "Retry-After: 5\r\n";

/** Names this failure, in the log as on the page. */
export function incidentId(): string {
  const random = Math.floor(Math.random() * 0x1_0000_0000);
  return random.toString(16).padStart(8, "0");
}

/** Whether an abort brings this about: an error of ours, or what Node throws for a signal. */
export function comesOfAbort(error: unknown): boolean {
  return (
    codeOf(error) !== undefined || propertyOf(error, "name") === "AbortError"
  );
}

// How systems and streams say that nobody reads any more.
const DISCONNECTED: readonly unknown[] = [
  "EPIPE",
  "ECONNRESET",
  "ECONNABORTED",
  "ENOTCONN",
  "ERR_STREAM_DESTROYED",
  "ERR_STREAM_PREMATURE_CLOSE",
  "ERR_STREAM_WRITE_AFTER_END",
];

/** Whether an output failed because the client or the web server is gone, which is nobody's fault. */
export function isDisconnect(cause: unknown): boolean {
  if (codeOf(cause) !== undefined) return true;
  return DISCONNECTED.includes(propertyOf(cause, "code"));
}

// Nothing in the program is to blame for these, so its stack would only hide the message.
const PEERS: readonly (TsgiErrorCode | undefined)[] = [
  "BAD_REQUEST",
  "BODY_TOO_LARGE",
  "INCOMPLETE_BODY",
  "DISCONNECTED",
  "LIMIT",
  "TIMEOUT",
  "OVERLOADED",
  "SHUTDOWN",
  "NO_WORKER",
];

// Our own frames tell nothing: the message says what to do, and a cause what led to it.
const TOLD: readonly (TsgiErrorCode | undefined)[] = ["LOAD", "CONFIG"];

/** An error for a log or a developer; lines after the first are indented, so that none can be forged. */
export function describeError(error: unknown): string {
  try {
    if (TsgiError.is(error) && PEERS.includes(error.code)) {
      return printable(`${error.code}: ${error.message}`);
    }
    if (TsgiError.is(error) && isTold(error)) {
      const { message, cause } = error;
      return lines(
        cause ? `${message}\n${applicationFrames(inspect(cause))}` : message,
      );
    }
    return lines(applicationFrames(inspect(error)));
  } catch {
    return "an error that cannot be shown";
  }
}

function isTold({ code, cause }: TsgiError): boolean {
  return TOLD.includes(code) || (code === "ENDED" && cause !== undefined);
}

function lines(text: string): string {
  return text.split("\n").map(printable).join("\n  ");
}

/** Text for a log: what could forge a line or drive a terminal is escaped. */
export function printable(text: string): string {
  return text.replace(
    /[\0-\x1f\x7f-\x9f]/g,
    (character) =>
      `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

/** Anything can be thrown, also what throws when it is looked at. */
function propertyOf(error: unknown, name: "name" | "code"): unknown {
  try {
    return (error as { name?: unknown; code?: unknown } | null | undefined)?.[
      name
    ];
  } catch {
    return undefined;
  }
}

function codeOf(error: unknown): TsgiErrorCode | undefined {
  try {
    return TsgiError.is(error) ? error.code : undefined;
  } catch {
    return undefined;
  }
}
