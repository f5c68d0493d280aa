import { STATUS_CODES } from "node:http";
import { TsgiError } from "../common/errors.ts";
import { TOKEN, withoutOuterBlanks } from "../common/grammar.ts";
import type { Header } from "../common/types.ts";
import type { ResponseHead } from "./backend.ts";

const FORBIDDEN = /[^\t\x20-\x7e\x80-\xff]/;
const STATUS = /^([2-5][0-9][0-9])(?: (.*))?$/;

/** Where the header block ends in `text`, blank line included; -1 where it does not. */
export function headEnd(text: string): number {
  const blank = /(?:^|\n)\r?\n/.exec(text);
  return blank === null ? -1 : blank.index + blank[0].length;
}

/**
 * Reads a header block (RFC 3875, section 6), its lines ended by LF or CRLF.
 * Without Status it means 200, or 302 where there is a Location.
 *
 * @param text the block as Latin-1, up to and including the blank line
 * @throws {TsgiError} `PROTOCOL`
 */
export function parseHead(text: string): ResponseHead {
  const headers: Header[] = [];
  let status: string | undefined;
  for (const line of text.split(/\r?\n/)) {
    if (line === "") continue;
    const colon = line.indexOf(":");
    const name = line.slice(0, Math.max(colon, 0));
    const value = withoutOuterBlanks(line.slice(colon + 1));
    if (!TOKEN.test(name) || FORBIDDEN.test(value)) {
      throw malformed(`the line ${quote(line)} is no header`);
    }
    if (name.toLowerCase() !== "status") headers.push([name, value]);
    else if (status === undefined) status = value;
    else throw malformed("it has two Status lines");
  }
  if (status === undefined && headers.length === 0) {
    throw malformed("it is empty");
  }
  return { ...parseStatus(status ?? defaultStatus(headers)), headers };
}

function parseStatus(value: string): { status: number; reason: string } {
  const match = STATUS.exec(value);
  if (match === null) throw malformed(`the status ${quote(value)} is none`);
  const status = Number(match[1]);
  return { status, reason: match[2] ?? STATUS_CODES[status] ?? "" };
}

function defaultStatus(headers: readonly Header[]): string {
  const hasLocation = headers.some(([name]) => /^location$/i.test(name));
  return hasLocation ? "302 Found" : "200 OK";
}

function malformed(why: string): TsgiError {
  return new TsgiError(
    "PROTOCOL",
    `Cannot read the response's header block: ${why}`,
  );
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 80));
}
