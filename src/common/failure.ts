// What becomes of a request that cannot be served: a log line and a page which share an incident id.
import { inspect } from "node:util";
import { TsgiError } from "./errors.ts";
import type { ErrorStream, Status } from "./types.ts";

/** The status an error is answered with; the details stay in the log. */
export function statusFor(error: unknown): Status {
  switch (TsgiError.is(error) ? error.code : undefined) {
    case "BAD_REQUEST":
    case "INCOMPLETE_BODY":
      return "400 Bad Request";
    case "BODY_TOO_LARGE":
      return "413 Content Too Large";
    case "LIMIT":
      return "431 Request Header Fields Too Large";
    case "TIMEOUT":
      return "504 Gateway Timeout";
    default:
      return "500 Internal Server Error";
  }
}

/** Header block and body of the page for visitors. `details` is for development only. */
export function failurePage(
  status: Status,
  incident: string,
  details: unknown,
): { head: string; body: Uint8Array } {
  const told = details === undefined ? "" : `\n${inspectGuarded(details)}\n`;
  const body = Buffer.from(
    `${status}\n\nThe request could not be served. Incident ${incident}.\n${told}`,
  );
  const head = `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nStatus: ${status}\r\n\r\n`;
  return { head, body };
}

/** Names this failure, in the log as on the page. */
export function incidentId(): string {
  const random = Math.floor(Math.random() * 0x1_0000_0000);
  return random.toString(16).padStart(8, "0");
}

/** Writes a failure to the log, whatever the error or the stream may do. */
export function reportFailure(
  errors: ErrorStream,
  error: unknown,
  context: string,
): void {
  try {
    errors.write(`tsgi: ${context}: ${inspectGuarded(error)}\n`);
  } catch {
    // There is no further place to report to; the request goes on.
  }
}

// Nothing in the program is to blame for these, so its stack would only hide the message.
const PEERS: readonly string[] = [
  "BAD_REQUEST",
  "BODY_TOO_LARGE",
  "INCOMPLETE_BODY",
  "LIMIT",
  "TIMEOUT",
];

/** Text for a log: what could forge a line or drive a terminal is escaped. */
export function printable(text: string): string {
  return text.replace(
    /[\0-\x1f\x7f-\x9f]/g,
    (character) =>
      `\\x${character.charCodeAt(0).toString(16).padStart(2, "0")}`,
  );
}

function inspectGuarded(error: unknown): string {
  try {
    if (TsgiError.is(error) && PEERS.includes(error.code)) {
      return printable(`${error.code}: ${error.message}`);
    }
    return inspect(error).split("\n").map(printable).join("\n");
  } catch {
    return "an error that cannot be shown";
  }
}
