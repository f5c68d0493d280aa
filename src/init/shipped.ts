// The files of apache/, lighttpd/, nginx/, haproxy/ and systemd/, with other paths in them.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** Texts of a shipped file, and what to put there. */
export type Changes = Readonly<Record<string, string>>;

const MADE_BY = "# Made by: ";
/** What the shipped files call theirs. */
const EXAMPLES = /\/srv\/app|\/run\/app|www\.example\.com/;

/**
 * A shipped file, changed in one pass, so that no change meets the text of another. Every change must have
 * its place, and no path of the example may be left: file and change cannot drift apart.
 */
export function localised(file: string, title: string, all: Changes): string {
  const url = new URL(`../../${file}`, import.meta.url);
  const text = withoutSetup(readFileSync(fileURLToPath(url), "utf8"));
  const longestFirst = Object.keys(all).sort((a, b) => b.length - a.length);
  const found = new Set<string>();
  const anyOf = new RegExp(longestFirst.map(escaped).join("|") || "(?!)", "g");
  const changed = text.replace(anyOf, (from) => {
    found.add(from);
    return all[from] ?? from;
  });
  const missing = longestFirst.find((from) => !found.has(from));
  if (missing !== undefined) throw new Error(`${file} has no ${missing}`);
  const [left] = EXAMPLES.exec(text.replace(anyOf, "")) ?? [];
  if (left !== undefined) throw new Error(`${file} keeps ${left}`);
  return changed.replace(MADE_BY, () => MADE_BY + title);
}

/** The comment at the top tells how to copy and change the file; that is done. */
function withoutSetup(text: string): string {
  const lines = text.split("\n");
  const first = lines[0]?.startsWith("#!") ? 1 : 0;
  const end = lines.findIndex((line, at) => at >= first && !/^#/.test(line));
  let isSetup = false;
  const kept = lines.slice(first, end).filter((line) => {
    const entry = /^# (\w+):/.exec(line)?.[1];
    if (entry !== undefined) isSetup = entry === "Setup" || entry === "Change";
    return !isSetup;
  });
  return [...lines.slice(0, first), ...kept, MADE_BY, ...lines.slice(end)].join(
    "\n",
  );
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
