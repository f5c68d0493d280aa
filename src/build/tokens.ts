// JavaScript as words, literals and signs: enough to see what is inside of what, without a grammar.

/** One of them. */
export interface Token {
  /** A literal as it begins: `"`, `` ` ``, `/`; `${` and the `}` that closes it stand for themselves. */
  readonly text: string;
  readonly isWord: boolean;
  /** From 0, both. */
  readonly line: number;
  readonly column: number;
}

const SIGN =
  /^(?:>>>=|\.\.\.|===|!==|\*\*=|<<=|>>=|>>>|&&=|\|\|=|\?\?=|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.(?!\d)|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|\*\*|\$\{|.)/su;
const WORD = /^#?[\p{ID_Start}$_][\p{ID_Continue}$]*/u;
const NUMBER = /^\.?\d(?:[eE][-+]?|[\w.])*/;
const STRING = /^(?:"(?:[^"\\\n]|\\.)*"?|'(?:[^'\\\n]|\\.)*'?)/s;
const TEMPLATE = /^(?:[^`\\$]|\\.|\$(?!\{))*/s;
const REGEX = /^\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/\w*/;
const SKIPPED = /^(?:\s+|\/\/[^\n]*|\/\*.*?(?:\*\/|$)|#![^\n]*)/s;
/** Behind these words a value begins, so that `/` is a regular expression. */
const BEFORE_VALUE =
  /^(?:return|typeof|case|in|of|do|else|new|delete|void|throw|await|yield|instanceof)$/;

/** The tokens of a source. What is no JavaScript is taken apart somehow. */
export function tokensOf(source: string): readonly Token[] {
  const tokens: Token[] = [];
  /** For each open bracket, whether it is that of a template. */
  const open: boolean[] = [];
  let rest = source;
  let line = 0;
  let column = 0;
  const take = (length: number): string => {
    const taken = rest.slice(0, length);
    rest = rest.slice(length);
    const lines = taken.split("\n");
    line += lines.length - 1;
    column = (lines.length > 1 ? 0 : column) + (lines.at(-1)?.length ?? 0);
    return taken;
  };
  const lengthOf = (pattern: RegExp): number =>
    pattern.exec(rest)?.[0].length ?? 0;
  /** A token of that length, under its own text unless another is given. */
  const put = (length: number, text?: string, isWord = false): string => {
    const place = { line, column };
    const taken = take(length);
    tokens.push({ text: text ?? taken, isWord, ...place });
    return taken;
  };
  /** To its end, or to where a value is put in. */
  const template = (): void => {
    take(lengthOf(TEMPLATE));
    if (rest.startsWith("${")) {
      put("${".length);
      open.push(true);
    } else take(1);
  };
  while (rest !== "") {
    const blank = lengthOf(SKIPPED);
    if (blank > 0) {
      take(blank);
      continue;
    }
    const word = lengthOf(WORD);
    const number = lengthOf(NUMBER);
    const string = lengthOf(STRING);
    const regex = isValueDue(tokens.at(-1)) ? lengthOf(REGEX) : 0;
    if (word > 0) put(word, undefined, true);
    else if (number > 0) put(number, "0");
    else if (string > 0) put(string, '"');
    else if (regex > 0) put(regex, "/");
    else if (rest.startsWith("`")) {
      put(1);
      template();
    } else {
      const sign = put(lengthOf(SIGN) || 1);
      if (sign === "{") open.push(false);
      if (sign === "}" && open.pop() === true) template();
    }
  }
  return tokens;
}

function isValueDue(before: Token | undefined): boolean {
  if (before === undefined) return true;
  if (before.isWord) return BEFORE_VALUE.test(before.text);
  return !/^(?:[)\]}"`/0]|\+\+|--)$/.test(before.text);
}
