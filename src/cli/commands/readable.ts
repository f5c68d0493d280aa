// What the processes of a preview write: lines of pino's JSON, and whatever an application prints.
import { isatty } from "node:tty";
import { build, prettyFactory } from "pino-pretty";
import { LINES, STDERR, wantsColours } from "../terminal.ts";

/** Where to write such text for the developer: to a terminal as text, else as it is. */
export function developerOutput(): (text: Uint8Array) => void {
  if (!isatty(STDERR)) return (text) => process.stderr.write(text);
  const lines = build({
    ...LINES,
    colorize: wantsColours(),
    destination: STDERR,
    sync: true,
  });
  return (text) => lines.write(text);
}

/** Such text for a page. */
export function readable(text: string): string {
  const pretty = prettyFactory({ ...LINES, colorize: false });
  return text
    .split("\n")
    .map((line) => (line.startsWith("{") ? pretty(line).trimEnd() : line))
    .join("\n");
}
