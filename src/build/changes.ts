// What a file declares for as long as the process lives, and what its functions change later on,
// whichever file declares that.
import type { Script } from "./plain-script.ts";
import { declaring, scopesOf } from "./scopes.ts";
import type { Token } from "./tokens.ts";

/** A name of the module. */
export interface Declared {
  readonly name: string;
  readonly at: Token;
  readonly isConstant: boolean;
  /** Whether it holds a Map, an array, an object or the like. */
  readonly isCollection: boolean;
}

/** Something done to a name of a module. */
export interface Change {
  readonly name: string;
  /** `["locals", "count"]` of `app.locals.count++`; `"[]"` stands for what is computed. */
  readonly path: readonly string[];
  /** To `step` is to assign what builds on the value before. */
  readonly how: "call" | "set" | "step";
}

/** All that a file tells. */
export interface Changes {
  readonly declared: readonly Declared[];
  readonly changes: readonly Change[];
  /** Names that may be another file's, and those that other files may have. */
  readonly imported: ReadonlySet<string>;
  readonly exported: ReadonlySet<string>;
  /** Classes whose methods change their object. */
  readonly changing: ReadonlySet<string>;
  /** Classes of which an object is made while the file is loaded. */
  readonly made: readonly { readonly at: Token; readonly className: string }[];
  readonly timers: readonly Token[];
}

const SET = /^(?:=|\?\?=|\|\|=|&&=)$/;
const STEP = /^(?:\+\+|--|(?:\*\*|<<|>>>?|[-+*/%&|^])=)$/;
const COLLECTION =
  /^=(?:[[{]|new(?:Map|Set|WeakMap|WeakSet|Array)\b|Object\.create\b|Array\.(?:from|of)\b)/;
const ALTERS = /^(?:set|add|delete|clear)$/;
/** Of the methods by which a collection gets or loses something, those that hardly anything else has. */
export const ALTERS_ARRAY: RegExp = /^(?:push|pop|shift|unshift|splice)$/;

/** Whether a method of that name changes a collection. */
export function altersCollection(method: string): boolean {
  return ALTERS.test(method) || ALTERS_ARRAY.test(method);
}

/** Looks at each name once, with the scope it is in. */
export function changesIn({ tokens }: Script): Changes {
  const scopes = scopesOf(tokens);
  const textAt = (index: number): string => tokens[index]?.text ?? "";
  const changes: Change[] = [];
  const changing = new Set<string>();
  const made: { at: Token; className: string }[] = [];
  const timers: Token[] = [];
  const collections = new Set<string>();
  const imported = new Set<string>();
  const exported = new Set<string>();
  const shares = new Map([
    ["import", imported],
    ["export", exported],
    ["exports", exported],
  ]);

  function isCollection(assigned: number): boolean {
    const words = [0, 1, 2, 3].map((each) => textAt(assigned + each)).join("");
    return COLLECTION.test(words);
  }

  /** What is done to the name at `index`, or to what it leads to. */
  function changeAt(index: number): Change | undefined {
    const path: string[] = [];
    let next = index + 1;
    for (;;) {
      if (/^\??\.$/.test(textAt(next)) && tokens[next + 1]?.isWord) {
        path.push(textAt(next + 1));
        next += 2;
      } else if (textAt(next) === "[") {
        path.push("[]");
        next = (scopes.partner.get(next) ?? next) + 1;
      } else break;
    }
    const [name, before, after] = [index, index - 1, next].map(textAt);
    const how = howOf(before ?? "", after ?? "");
    return how && name ? { name, path, how } : undefined;
  }

  function isOfObject({ how, path }: Change): boolean {
    const [field = "", method = ""] = [path.at(-2), path.at(-1)];
    if (how !== "call") return path.length > 0;
    return collections.has(field) && altersCollection(method);
  }

  for (const [index, token] of tokens.entries()) {
    if (isCollection(index)) collections.add(textAt(index - 1));
    if (scopes.of[index]?.kind !== "module") continue;
    const names = shares.get(token.text);
    for (let each = index + 1; names && !isEnd(tokens[each]); each++) {
      names.add(textAt(each));
    }
  }
  for (const [index, token] of tokens.entries()) {
    const scope = scopes.of[index];
    if (!scope || !token.isWord || scope.kind === "class") continue;
    const { text } = token;
    if (/^\??\.$/.test(textAt(index - 1))) continue;
    if (!scope.runsLater && text === "setInterval" && textAt(index + 1) === "(")
      timers.push(token);
    if (!scope.runsLater && text === "new")
      made.push({ at: token, className: textAt(index + 1) });
    if (!scope.runsLater) continue;
    const change = changeAt(index);
    if (change === undefined) continue;
    if (text === "this") {
      if (scope.className && isOfObject(change)) changing.add(scope.className);
    } else if (declaring(scope, text)?.kind !== "function") {
      changes.push(change);
    }
  }
  const [module] = scopes.of;
  const declared = [...(module?.names ?? [])].map(([name, index]): Declared => {
    // Of a pattern, as require() is taken apart by.
    if (/^[{,]$/.test(textAt(index - 1))) imported.add(name);
    return {
      name,
      at: tokens[index] as Token,
      isConstant: !isVariable(index),
      isCollection: isCollection(index + 1),
    };
  });

  /** By the word in front of the declaration, however many names that has. */
  function isVariable(index: number): boolean {
    let each = index;
    while (
      each > 0 &&
      !/^(?:let|var|const|function|class|;)$/.test(textAt(each))
    )
      each--;
    return /^(?:let|var)$/.test(textAt(each));
  }
  return { declared, changes, imported, exported, changing, made, timers };
}

function howOf(before: string, after: string): Change["how"] | undefined {
  if (/^(?:\+\+|--)$/.test(before) || STEP.test(after)) return "step";
  if (SET.test(after) || before === "delete") return "set";
  return after === "(" ? "call" : undefined;
}

/** Of the names behind `import`, `export` and `module.exports =`. */
function isEnd(token: Token | undefined): boolean {
  return token === undefined || /^["(;]$/.test(token.text);
}
