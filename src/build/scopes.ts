// Which function a token is in, which names are that function's own, and when it runs.
import type { Token } from "./tokens.ts";

/** A module, a function, the body of a class, or what else is between brackets. */
export interface Scope {
  readonly kind: "module" | "function" | "class" | "block";
  readonly outer: Scope | undefined;
  /** What a module or a function declares, with the index of each name. Parameters are among them. */
  readonly names: Map<string, number>;
  /** Whether it runs when the file has been loaded, and perhaps again and again. */
  readonly runsLater: boolean;
  /** The class whose object `this` is, outside of its constructor. */
  readonly className: string | undefined;
  /** Index of its bracket, or of the `=>` of a function without one. */
  readonly start: number;
  /** Whether a comma leads to a further name of a declaration. */
  declares: boolean;
}

/** The tokens of a file, taken for what is inside of what. */
export interface Scopes {
  /** Of each token. */
  readonly of: readonly Scope[];
  /** The other bracket of each. */
  readonly partner: ReadonlyMap<number, number>;
}

const DECLARES = /^(?:let|const|var)$/;
/** What may stand before `(…) {` without making that a function. */
const STATEMENT = /^(?:if|for|while|switch|catch|with|await)$/;
/** Methods that call a function before they return. */
const AT_ONCE =
  /^(?:forEach|map|flatMap|filter|reduce|reduceRight|some|every|find|findIndex|sort|toSorted)$/;

/** Takes brackets, `=>` and declarations for what they are, and the rest for expressions. */
export function scopesOf(tokens: readonly Token[]): Scopes {
  const partner = partnersIn(tokens);
  const textAt = (index: number): string => tokens[index]?.text ?? "";
  const of: Scope[] = [];
  let scope = inside(undefined, { kind: "module", start: -1 });
  let classAhead: { name: string; scope: Scope } | undefined;

  /** A function whose parameters end before `end`. */
  function functionAt(start: number, end: number): Scope {
    const first = partner.get(end) ?? end;
    const isMethod = scope.kind === "class";
    const made = inside(scope, {
      kind: "function",
      start,
      runsLater: scope.runsLater || !runsAtOnce(),
      ...(isMethod &&
        textAt(first - 1) === "constructor" && { className: undefined }),
    });
    for (let index = first; index <= end; index++) {
      if (tokens[index]?.isWord) made.names.set(textAt(index), index);
    }
    return made;
  }

  /** An argument of forEach() and the like, or what is called where it stands. */
  function runsAtOnce(): boolean {
    const { start } = scope;
    if (textAt(start) !== "(") return false;
    if (AT_ONCE.test(textAt(start - 1))) return textAt(start - 2) === ".";
    return textAt((partner.get(start) ?? start) + 1) === "(";
  }

  function opened(index: number): Scope {
    if (textAt(index) !== "{") return inside(scope, { start: index });
    const before = index - 1;
    if (textAt(before) === "=>") return functionAt(index, before - 1);
    if (classAhead?.scope === scope) {
      const { name } = classAhead;
      classAhead = undefined;
      return inside(scope, { kind: "class", start: index, className: name });
    }
    const word = textAt((partner.get(before) ?? 0) - 1);
    const isFunction = scope.kind === "class" || !STATEMENT.test(word);
    return textAt(before) === ")" && isFunction
      ? functionAt(index, before)
      : inside(scope, { start: index });
  }

  /** The name at `index`, or those of the pattern that begins there. */
  function declare(index: number): void {
    let owner = scope;
    while (owner.outer && owner.kind !== "function") owner = owner.outer;
    const end = partner.get(index) ?? index;
    for (let each = index; each <= end; each++) {
      if (tokens[each]?.isWord) owner.names.set(textAt(each), each);
    }
  }

  function read(index: number): void {
    const text = textAt(index);
    if (/^\??\.$/.test(textAt(index - 1))) return;
    if (DECLARES.test(text)) {
      scope.declares = true;
      declare(index + 1);
    } else if (text === "function") {
      declare(index + (textAt(index + 1) === "*" ? 2 : 1));
    } else if (text === "class") {
      const isNamed = !/^(?:extends|\{)$/.test(textAt(index + 1));
      if (isNamed) declare(index + 1);
      classAhead = { name: textAt(isNamed ? index + 1 : index - 2), scope };
    }
  }

  for (const [index, { text, isWord }] of tokens.entries()) {
    if (/^[,;)\]}]$/.test(text)) {
      while (textAt(scope.start) === "=>" && scope.outer) scope = scope.outer;
    }
    if (/^[)\]}]$/.test(text) && scope.outer) scope = scope.outer;
    of.push(scope);
    if (isWord) read(index);
    else if (isOpening(text)) scope = opened(index);
    else if (text === "=>" && textAt(index + 1) !== "{") {
      scope = functionAt(index, index - 1);
    } else if (text === "," && scope.declares) declare(index + 1);
    else if (text === ";") scope.declares = false;
  }
  return { of, partner };
}

function inside(outer: Scope | undefined, own: Partial<Scope>): Scope {
  return {
    kind: "block",
    outer,
    names: new Map(),
    runsLater: outer?.runsLater ?? false,
    className: outer?.className,
    start: 0,
    declares: false,
    ...own,
  };
}

/** The scope that declares a name, as seen from another one. */
export function declaring(scope: Scope, name: string): Scope | undefined {
  let each: Scope | undefined = scope;
  while (each && !each.names.has(name)) each = each.outer;
  return each;
}

function isOpening(text: string): boolean {
  return /^(?:[([{]|\$\{)$/.test(text);
}

function partnersIn(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const partner = new Map<number, number>();
  const open: number[] = [];
  for (const [index, { text }] of tokens.entries()) {
    if (isOpening(text)) open.push(index);
    else if (/^[)\]}]$/.test(text)) {
      const start = open.pop();
      if (start === undefined) continue;
      partner.set(start, index).set(index, start);
    }
  }
  return partner;
}
