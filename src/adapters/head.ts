import type { ServerResponse } from "node:http";
import type { Header } from "../common/types.ts";

/** What the runner's header block says. */
export interface Head {
  readonly status: number;
  /** May be empty. */
  readonly reason: string;
  /** In their order; a repeated name is repeated. */
  readonly headers: Header[];
}

/** Splits a header block of the runner, which has a status and ends every line with CRLF. */
export function splitHead(block: string): Head {
  const headers: Header[] = [];
  let line = "";
  for (const field of block.split("\r\n")) {
    const colon = field.indexOf(": ");
    if (colon < 0) continue;
    const name = field.slice(0, colon);
    const value = field.slice(colon + 2);
    if (name === "Status") line = value;
    else headers.push([name, value]);
  }
  return { status: Number(line.slice(0, 3)), reason: line.slice(4), headers };
}

/** Sets headers in place of those that are there; those of the names in `added` come on top. */
export function applyHeaders(
  response: ServerResponse,
  headers: readonly Header[],
  added: readonly string[],
): void {
  const seen = new Set(added);
  for (const [name, value] of headers) {
    const lower = name.toLowerCase();
    if (seen.has(lower)) response.appendHeader(name, value);
    else response.setHeader(name, value);
    seen.add(lower);
  }
}
