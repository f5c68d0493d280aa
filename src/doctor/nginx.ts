// A small reader of nginx's configuration: enough to know what is in force where requests are passed on.
import { dirname, isAbsolute, join } from "node:path";
import { expand } from "./apache/glob.ts";
import type { Machine } from "./machine.ts";

/** A simple directive, or a block. */
export interface Statement {
  readonly words: readonly string[];
  readonly block?: readonly Statement[];
  readonly file: string;
  readonly line: number;
}

/** A place that passes requests on by FastCGI, and the blocks around it, the innermost first. */
export interface Passing {
  readonly statement: Statement;
  readonly scopes: readonly (readonly Statement[])[];
}

/** Where distributions have it. */
const PLACES = [
  "/etc/nginx/nginx.conf",
  "/usr/local/etc/nginx/nginx.conf",
  "/usr/local/nginx/conf/nginx.conf",
];
const DEEPEST = 16;

/** The main file of the nginx of this machine that can be read, if there is one. */
export function usualNginxFile(machine: Machine): string | undefined {
  return PLACES.find((file) => machine.bytes(file, 1) !== undefined);
}

/** Reads `file` with all it includes; what cannot be understood is left out. */
export function loadNginx(machine: Machine, file: string): Statement[] {
  const root = dirname(file);
  const read = (path: string, depth: number): Statement[] => {
    const text = machine.text(path);
    if (text === undefined || depth > DEEPEST) return [];
    return followed(statements(tokens(text), path), depth);
  };
  const followed = (list: readonly Statement[], depth: number): Statement[] =>
    list.flatMap((each) => {
      const [name, pattern = ""] = each.words;
      if (name === "include") {
        const path = isAbsolute(pattern) ? pattern : join(root, pattern);
        return expand(machine, path).flatMap((one) => read(one, depth + 1));
      }
      return each.block === undefined
        ? [each]
        : [{ ...each, block: followed(each.block, depth) }];
    });
  return read(file, 0);
}

/** All `fastcgi_pass` to `socket`, directly or by an upstream. */
export function passingsTo(
  main: readonly Statement[],
  socket: string,
): Passing[] {
  const upstreams = new Set(
    [...within(main, [])]
      .filter(({ statement: { words, block } }) => {
        const servers = block?.filter((each) => each.words[0] === "server");
        return (
          words[0] === "upstream" &&
          servers?.some((each) => each.words[1] === `unix:${socket}`)
        );
      })
      .map(({ statement }) => statement.words[1]),
  );
  return [...within(main, [])].filter(({ statement: { words } }) => {
    const [name, target = ""] = words;
    if (name !== "fastcgi_pass") return false;
    return target === `unix:${socket}` || upstreams.has(target);
  });
}

/** What a directive says in the innermost scope that has it. */
export function settingOf(
  { scopes }: Passing,
  name: string,
): readonly string[] | undefined {
  for (const scope of scopes) {
    const found = scope.findLast(({ words }) => words[0] === name);
    if (found !== undefined) return found.words.slice(1);
  }
  return undefined;
}

function* within(
  list: readonly Statement[],
  around: readonly (readonly Statement[])[],
): Generator<Passing> {
  const scopes = [list, ...around];
  for (const statement of list) {
    yield { statement, scopes };
    if (statement.block) yield* within(statement.block, scopes);
  }
}

interface Token {
  readonly text: string;
  readonly line: number;
  /** Whether it stands in quotes, so that braces and semicolons in it mean nothing. */
  readonly quoted: boolean;
}

function tokens(text: string): Token[] {
  const found: Token[] = [];
  let line = 1;
  const pattern =
    /\n|#[^\n]*|"((?:[^"\\]|\\[\s\S])*)"|'((?:[^'\\]|\\[\s\S])*)'|[{};]|(?:[^\s{};"'\\$]|\\[\s\S]|\$(?:\{\w+\})?)+/g;
  for (const match of text.matchAll(pattern)) {
    const [whole, double, single] = match;
    if (whole === "\n") line++;
    else if (!whole.startsWith("#")) {
      const inside = double ?? single;
      found.push({ text: inside ?? whole, line, quoted: inside !== undefined });
      line += inside?.split("\n").length ?? 1;
      line--;
    }
  }
  return found;
}

function statements(all: readonly Token[], file: string): Statement[] {
  let at = 0;
  const list = (): Statement[] => {
    const found: Statement[] = [];
    let words: string[] = [];
    for (; at < all.length; at++) {
      const { text, line, quoted } = all[at] as Token;
      if (quoted || !/^[{};]$/.test(text)) words.push(text);
      else if (text === "}") return found;
      else {
        if (text === "{") {
          at++;
          found.push({ words, block: list(), file, line });
        } else found.push({ words, file, line });
        words = [];
      }
    }
    return found;
  };
  return list();
}
