// State that an application keeps in memory, which CGI loses at the end of each request. It is told
// by how the source is written: what is found may be harmless, and what is not found may be there.
import type { Finding, SourceFile } from "./findings.ts";
import { packageOf } from "./packages.ts";

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

const VARIABLE = /^(?:export\s+)?(?:let|var)\s+([A-Za-z_$][\w$]*)/;
const CONTAINER =
  /^(?:export\s+)?const\s+([A-Za-z_$][\w$]*)\b[^=]*=\s*(?:new\s+(?:Map|Set|WeakMap|Array)\b|\[\s*\]|\{\s*\}|Object\.create\(null\))/;
const TIMER = /^(?:[^(]*=\s*)?setInterval\s*\(/;

/** Where the application seems to keep something between requests. */
export function stateIn(files: readonly SourceFile[]): readonly Finding[] {
  const own = files.filter(({ path }) => packageOf(path) === undefined);
  const findings = own.flatMap(({ path, text }) => stateOf(path, text));
  const packages = new Set(files.map(({ path }) => packageOf(path)));
  for (const [name, what] of Object.entries(REMEMBERING)) {
    if (packages.has(name)) findings.push({ where: name, what });
  }
  return findings;
}

/** What stands at the margin is of the module, and lives as long as the process. */
function stateOf(path: string, text: string): Finding[] {
  return text.split("\n").flatMap((line, index) => {
    const what = stateAt(line, text);
    return what === undefined ? [] : [{ where: `${path}:${index + 1}`, what }];
  });
}

function stateAt(line: string, text: string): string | undefined {
  const variable = VARIABLE.exec(line)?.[1];
  if (variable !== undefined && isAssigned(variable, text)) {
    return `"${variable}" is a variable of the module that functions assign to`;
  }
  const container = CONTAINER.exec(line)?.[1];
  if (container !== undefined && isFilled(container, text)) {
    return `"${container}" is filled while the program runs`;
  }
  if (TIMER.test(line)) return "a timer runs again and again";
  return undefined;
}

/** Assigned to further inside, that is, on a line which is indented. */
function isAssigned(name: string, text: string): boolean {
  const escaped = name.replaceAll("$", "\\$");
  return new RegExp(
    `^\\s+(?:[^/\\n]*[^\\w.$/])?${escaped}\\s*(?:(?:[-+*/|&%]|\\*\\*|\\?\\?|\\|\\||&&)?=(?!=|>)|\\+\\+|--)|^\\s+(?:\\+\\+|--)${escaped}\\b`,
    "m",
  ).test(text);
}

function isFilled(name: string, text: string): boolean {
  const escaped = name.replaceAll("$", "\\$");
  return new RegExp(
    `^\\s+.*\\b${escaped}(?:\\.(?:set|add|push|unshift|splice|delete|clear)\\(|\\[[^\\]]+\\]\\s*=(?!=)|\\.[\\w$]+\\s*=(?!=))`,
    "m",
  ).test(text);
}
