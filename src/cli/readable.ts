// What the processes of a preview write: lines of pino's JSON, and whatever an application prints.
import { isatty } from "node:tty";
import { build, prettyFactory } from "pino-pretty";

const STDERR = 2;
const OPTIONS = { ignore: "pid", translateTime: "SYS:HH:MM:ss" } as const;

/** Where to write such text for the developer: to a terminal as text, else as it is. */
export function developerOutput(): (text: Uint8Array) => void {
  if (!isatty(STDERR)) return (text) => process.stderr.write(text);
  const { NO_COLOR, TERM } = process.env;
  const colorize = !NO_COLOR && TERM !== "dumb";
  const lines = build({
    ...OPTIONS,
    colorize,
    destination: STDERR,
    sync: true,
  });
  return (text) => lines.write(text);
}

/** Such text for a page. */
export function readable(text: string): string {
  const pretty = prettyFactory({ ...OPTIONS, colorize: false });
  return text
    .split("\n")
    .map((line) => (line.startsWith("{") ? pretty(line).trimEnd() : line))
    .join("\n");
}
