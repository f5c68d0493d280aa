import type { Variables } from "../common/variables.ts";
import { definedPairs } from "./variables.ts";

/** A program with arguments, and its environment. */
export interface Command {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Record<string, string>;
}

/** Where programs look for others: our own PATH, or what a web server has without one. */
export function searchPath(): string {
  return process.env.PATH ?? "/usr/local/bin:/usr/bin:/bin";
}

/**
 * The command that runs `program` with these variables, byte for byte.
 *
 * Node encodes an environment in UTF-8, so bytes which are not UTF-8 (the path `/%E9`) cannot be
 * given to it. Where there are any, a shell makes them.
 */
export function commandWith(
  program: string,
  variables: Variables,
  base: Readonly<Record<string, string>>,
): Command {
  const env: Record<string, string> = { ...base };
  const assignments: string[] = [];
  for (const [name, value] of definedPairs(variables)) {
    const text = decodeUtf8(value);
    if (text !== undefined) env[name] = text;
    else assignments.push(assignment(name, value, assignments.length));
  }
  if (assignments.length === 0) return { program, args: [], env };
  const names = assignments.map((_, index) => `"$v${index}"`).join(" ");
  // env would take a path with "=" in it for an assignment; the second shell does not.
  const start = `/bin/sh -c 'exec "$0"' "$0"`;
  const script = `${assignments.join("; ")}; exec env ${names} ${start}`;
  return { program: "/bin/sh", args: ["-c", script, program], env };
}

function decodeUtf8(latin1: string): string | undefined {
  const bytes = Buffer.from(latin1, "latin1");
  const text = bytes.toString("utf8");
  return Buffer.from(text).equals(bytes) ? text : undefined;
}

/** `v0=$(printf %b '…')` for `NAME=value`; the dot keeps line feeds at the end. */
function assignment(name: string, value: string, index: number): string {
  const octal = Array.from(
    Buffer.from(`${name}=${value}`, "latin1"),
    (byte) => `\\0${byte.toString(8).padStart(3, "0")}`,
  );
  return `v${index}=$(printf %b '${octal.join("")}.'); v${index}="\${v${index}%.}"`;
}
