// A whole log: equal lines are told once, with their number.
import type { Finding } from "../../explain/index.ts";
import { lookUpLine } from "./explain-lookup.ts";

/** Lines that are about the same. */
export interface Group {
  readonly finding: Finding;
  readonly first: string;
  count: number;
}

/** What a log says. Its memory does not grow with the log. */
export interface Summary {
  /** The most frequent first. */
  readonly groups: readonly Group[];
  /** Lines nothing is known of, and the first of them. */
  readonly unknown: { readonly count: number; readonly first: string };
}

/** Characters of a line to look at; the rest of a longer one is skipped. */
const MAX_LINE = 16_384;

/** Reads a log to its end. */
export async function summarize(
  input: AsyncIterable<string>,
): Promise<Summary> {
  const groups = new Map<unknown, Group>();
  const unknown = { count: 0, first: "" };
  for await (const line of lines(input)) {
    if (line.trim() === "") continue;
    const [finding] = lookUpLine(line);
    if (finding === undefined) {
      if (unknown.count++ === 0) unknown.first = line;
      continue;
    }
    const key = finding.cause ?? finding.entry;
    const group = groups.get(key);
    if (group !== undefined) group.count++;
    else groups.set(key, { finding, first: line, count: 1 });
  }
  const ranked = [...groups.values()].sort((a, b) => b.count - a.count);
  return { groups: ranked, unknown };
}

async function* lines(input: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of input) {
    const parts = (rest + text).split("\n");
    rest = (parts.pop() ?? "").slice(0, MAX_LINE);
    for (const part of parts) yield part.slice(0, MAX_LINE);
  }
  if (rest !== "") yield rest;
}
