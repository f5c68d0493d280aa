// The grammar of Apache's configuration files: lines, continuation, quotes, sections.

/** A line, or a section with what it holds. */
export interface Directive {
  /** In lower case; Apache does not care. */
  readonly name: string;
  readonly args: readonly string[];
  /** What stands in a section; undefined for a line. */
  readonly children?: readonly Directive[] | undefined;
  /** In .htaccess: it stands in a condition of which nothing is known, so that it may do no harm. */
  readonly guarded?: boolean;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Why a file cannot be read to its end. */
export interface Mistake {
  readonly file: string;
  readonly line: number;
  /** A clause without a full stop. */
  readonly what: string;
}

/** Sections which Apache decides when it reads the file. */
export const CONDITIONS: ReadonlySet<string> = new Set([
  "ifmodule",
  "ifdefine",
  "iffile",
  "ifdirective",
  "ifsection",
  "ifversion",
]);

interface Open {
  readonly name: string;
  readonly args: readonly string[];
  readonly line: number;
  readonly children: Directive[];
}

/** The directives of one file; variables and includes are as they are written. */
export function parseApache(
  text: string,
  file: string,
): { directives: readonly Directive[]; mistakes: readonly Mistake[] } {
  const mistakes: Mistake[] = [];
  const top: Directive[] = [];
  const open: Open[] = [];
  for (const { content, line } of logicalLines(text)) {
    const list = open.at(-1)?.children ?? top;
    const closing = /^<\/\s*([^\s>]+)\s*>$/.exec(content);
    if (closing !== null) {
      const section = open.pop();
      const name = (closing[1] as string).toLowerCase();
      if (section?.name !== name) {
        const state = section
          ? `<${section.name}> is open`
          : "no section is open";
        mistakes.push({ file, line, what: `</${name}> stands where ${state}` });
        if (section !== undefined) open.push(section);
        continue;
      }
      const { args, children } = section;
      const around = open.at(-1)?.children ?? top;
      around.push({ name, args, children, file, line: section.line });
      continue;
    }
    const opening = /^<\s*([^\s>/]+)\s*(.*?)>$/s.exec(content);
    if (opening !== null) {
      const [, name = "", rest = ""] = opening;
      const args = words(rest);
      open.push({ name: name.toLowerCase(), args, line, children: [] });
      continue;
    }
    const [, name = "", rest = ""] = /^(\S+)\s*(.*)$/s.exec(content) ?? [];
    const args = /^rewrite(?:cond|rule)$/i.test(name)
      ? rewriteWords(rest)
      : words(rest);
    list.push({ name: name.toLowerCase(), args, file, line });
  }
  for (const { name, args, children, line } of open) {
    // The end of a file ends a condition for Apache, too.
    if (!CONDITIONS.has(name))
      mistakes.push({ file, line, what: `<${name}> is never closed` });
    top.push({ name, args, children, file, line });
  }
  return { directives: top, mistakes };
}

/** Lines without comments, those that end with a backslash joined with the next. */
function* logicalLines(
  text: string,
): Generator<{ content: string; line: number }> {
  let begun = 0;
  let joined = "";
  for (const [index, row] of text.split("\n").entries()) {
    const part = row.replace(/\r$/, "");
    if (joined === "") begun = index + 1;
    if (/(?:^|[^\\])(?:\\\\)*\\$/.test(part)) {
      joined += `${part.slice(0, -1)} `;
      continue;
    }
    const content = (joined + part).trim();
    joined = "";
    if (content !== "" && !content.startsWith("#"))
      yield { content, line: begun };
  }
  if (joined.trim() !== "") yield { content: joined.trim(), line: begun };
}

/** Words, of which some are in quotes. */
function words(text: string): string[] {
  const found = text.matchAll(
    /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([^\s"']\S*)/g,
  );
  return [...found].map(([, double, single, bare]) =>
    bare !== undefined ? bare : unescaped(double ?? single ?? ""),
  );
}

/** As mod_rewrite splits its lines by itself: "\\ " is a blank within a word, quotes have no escapes, and what follows the third word is nothing. */
function rewriteWords(text: string): string[] {
  const found = text.matchAll(
    /"((?:\\\s|[^"])*)(?:"|$)|'((?:\\\s|[^'])*)(?:'|$)|((?:\\\s|\S)+)/g,
  );
  return [...found]
    .slice(0, 3)
    .map(([, double, single, bare]) => double ?? single ?? bare ?? "");
}

function unescaped(text: string): string {
  return text.replace(/\\(["'\\])/g, "$1");
}
