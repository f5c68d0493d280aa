// What a built file says when it cannot even begin: without the runner, in the syntax of old Nodes.
import { writeSync } from "node:fs";
import { relieveGuard, takeGuard } from "../cgi/guard.ts";
import type { TsgiErrorCode } from "../common/errors.ts";

/** Why a built file cannot begin. */
export type StartFailure = Extract<TsgiErrorCode, "DAMAGED" | "NODE_TOO_OLD">;

/** Of sysexits.h: something the program itself consists of is wrong. */
const EX_SOFTWARE = 70;

/**
 * Ends the process: the visitor gets a complete page with the code and an incident, the log gets
 * the message, too.
 */
export function fail(code: StartFailure, message: string): never {
  const incident = Math.floor(Math.random() * 0x1_0000_0000).toString(16);
  const isCgi = process.env.REQUEST_METHOD !== undefined;
  if (isCgi) {
    takeGuard(process.env);
    relieveGuard();
    write(1, page(code, incident));
  }
  write(
    2,
    `tsgi: ${isCgi ? `incident ${incident}: ` : ""}${code}: ${message}\n`,
  );
  process.exit(EX_SOFTWARE);
}

function page(code: StartFailure, incident: string): string {
  const status = "500 Internal Server Error";
  const body = `${status}\n\nThe request could not be served. Incident ${incident} (${code}).\n`;
  return `Content-Type: text/plain; charset=utf-8\r\nContent-Length: ${body.length}\r\nStatus: ${status}\r\n\r\n${body}`;
}

function write(descriptor: number, text: string): void {
  try {
    writeSync(descriptor, text);
  } catch {
    // Nobody is there to read it.
  }
}
