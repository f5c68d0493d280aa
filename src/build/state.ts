// State that an application keeps in memory, which CGI loses at the end of each request. It is told
// by how the source is written: what is found may be harmless, and what is not found may be there.
import {
  ALTERS_ARRAY,
  altersCollection,
  type Change,
  type Changes,
  changesIn,
  type Declared,
} from "./changes.ts";
import type { Finding, SourceFile } from "./findings.ts";
import { packageOf } from "./packages.ts";
import type { Script } from "./plain-script.ts";

/** Packages whose usual way is to remember things in the process. */
const REMEMBERING: Readonly<Record<string, string>> = {
  "express-session": "keeps sessions in memory unless it is given a store",
  "koa-session": "keeps sessions in the cookie, or in the store it is given",
  "express-rate-limit": "counts requests in memory unless it is given a store",
  "rate-limiter-flexible": "counts in memory where RateLimiterMemory is used",
  "lru-cache": "is a cache in memory",
  "node-cache": "is a cache in memory",
  keyv: "is a cache in memory unless it is given a store",
  memorystore: "keeps sessions in memory",
  "node-cron": "runs jobs at times, which takes a process that stays",
  "socket.io": "keeps connections open, which takes a process that stays",
  ws: "keeps connections open, which takes a process that stays",
};

/** Where the application seems to keep something between requests. @param scripts its own files */
export function stateIn(
  scripts: readonly Script[],
  files: readonly Pick<SourceFile, "path">[],
): readonly Finding[] {
  const read = scripts.map((script) => ({ script, own: changesIn(script) }));
  const all = read.map(({ own }) => own);
  const classes = new Set(all.flatMap(({ changing }) => [...changing]));
  const findings = read.flatMap(({ script, own }) =>
    stateOf(script, own, all, classes),
  );
  const packages = new Set(files.map(({ path }) => packageOf(path)));
  for (const [name, what] of Object.entries(REMEMBERING)) {
    if (packages.has(name)) findings.push({ where: name, what });
  }
  return findings;
}

/** In the order of lines, and once for each. */
function stateOf(
  script: Script,
  own: Changes,
  all: readonly Changes[],
  classes: ReadonlySet<string>,
): readonly Finding[] {
  const lines = new Map<number, string>();
  for (const declared of own.declared) {
    const changes = all.flatMap((each) => changesOf(declared, each, own));
    const told = changes.map((change) => stateBy(change, declared));
    const what = told.find((each) => each !== undefined);
    if (what !== undefined) lines.set(script.lineOf(declared.at), what);
  }
  for (const { at, className } of own.made) {
    const line = script.lineOf(at);
    if (!classes.has(className) || lines.has(line)) continue;
    lines.set(line, `makes one ${className} for all, whose methods change it`);
  }
  for (const at of own.timers) {
    lines.set(script.lineOf(at), "a timer runs again and again");
  }
  return [...lines]
    .sort(([one], [other]) => one - other)
    .map(([line, what]) => ({ where: `${script.path}:${line}`, what }));
}

/** What a file does to a name of its own, or to one that it may have from another. */
function changesOf(
  { name, isExported }: Declared,
  file: Changes,
  own: Changes,
): readonly Change[] {
  return file.changes.filter(
    (change) =>
      change.name === name && (change.isOfExport ? isExported : file === own),
  );
}

function stateBy(
  { path, how }: Change,
  { name, isConstant, isCollection }: Declared,
): string | undefined {
  const last = path.at(-1) ?? "";
  const filled = `"${name}" is filled while the program runs`;
  if (path.length === 0) {
    if (how === "call" || isConstant) return undefined;
    return `"${name}" is a variable of the module that functions assign to`;
  }
  if (path[0] === "prototype") return undefined;
  if (isCollection) {
    return how !== "call" || altersCollection(last) ? filled : undefined;
  }
  // What else has a method delete() may be a database; what is set may be a setting.
  const isState =
    how === "step" ||
    (path.includes("locals") && how === "set") ||
    (path.length > 1 && ALTERS_ARRAY.test(last));
  return isState
    ? `"${name}" holds what changes while the program runs`
    : undefined;
}
