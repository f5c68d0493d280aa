// The clauses of TSGI 1.0, and those which no test here can show.
import { readFileSync } from "node:fs";

export type Level = "MUST" | "SHOULD" | "SHOULD NOT" | "MAY";

export interface Clause {
  /** `"A6.03"`: section A6 of docs/specification.md, third rule. */
  readonly id: string;
  readonly level: Level;
  /** The title of the section. */
  readonly section: string;
  readonly rule: string;
}

export const clauses: readonly Clause[] = table("clauses.tsv").map(
  ([id = "", level = "", section = "", rule = ""]) => ({
    id,
    level: level as Level,
    section,
    rule,
  }),
);

/** MUST clauses that need no test, each with the reason. */
export const exceptions: ReadonlyMap<string, string> = new Map(
  table("exceptions.tsv").map(([id = "", reason = ""]) => [id, reason]),
);

/** `"A6"` of `"A6.03"`. */
export function sectionOf(id: string): string {
  return id.slice(0, id.indexOf("."));
}

function table(name: string): string[][] {
  const text = readFileSync(new URL(name, import.meta.url), "utf8");
  const [, ...lines] = text.trimEnd().split("\n");
  return lines.map((line) => line.split("\t"));
}
