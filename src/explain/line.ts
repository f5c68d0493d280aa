// A line of a log, of whatever form.
import { codes } from "./codes.ts";

/** What a line says. */
export interface Line {
  readonly message: string;
  /** The code it gives, where it gives one of ours. */
  readonly code: string | undefined;
}

/** Characters to look at; lines come from anywhere. */
const MAX_LINE = 16_384;

/** Reads JSON as pino writes it, and text. */
export function readLine(text: string): Line {
  const line = text.slice(0, MAX_LINE);
  return readJson(line) ?? { message: line, code: codeInText(line) };
}

function readJson(line: string): Line | undefined {
  // A container or a collector may have put something in front.
  const start = line.indexOf("{");
  if (start < 0) return undefined;
  let record: Readonly<Record<string, unknown>>;
  try {
    record = JSON.parse(line.slice(start));
  } catch {
    return undefined;
  }
  const { msg, code, err, cause } = record;
  if (typeof msg !== "string") return undefined;
  const { message, code: inner } = (err ?? {}) as Record<string, unknown>;
  const told = [msg, message, cause].filter((part) => typeof part === "string");
  return {
    message: told.join("\n"),
    code: [code, inner].find(isCode) ?? codeInText(told.join("\n")),
  };
}

function isCode(value: unknown): value is string {
  return typeof value === "string" && Object.hasOwn(codes, value);
}

/** `LIMIT: Cannot …`, `code: 'STATUS'`, `"code":"LOAD"` */
function codeInText(line: string): string | undefined {
  const found = /\b([A-Z_]{4,}): Cannot |\bcode"?: ?["']([A-Z_]+)["']/.exec(
    line,
  );
  const code = found?.[1] ?? found?.[2];
  return isCode(code) ? code : undefined;
}
