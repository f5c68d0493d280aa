/** What is named in a text that fits, and how much of the text is said by the template. */
export interface Fit {
  readonly values: Readonly<Record<string, string>>;
  readonly weight: number;
}

/**
 * A message with places left open: `…` is any text, `<socket>` any text that gets a name.
 *
 * Not a regular expression: several open places in a long line would take it too long, and lines come from anywhere.
 */
export class Template {
  readonly #literals: readonly string[];
  readonly #names: readonly (string | undefined)[];

  constructor(text: string) {
    const parts = text.split(/(…|<[a-z]+>)/);
    this.#literals = parts.filter((_, index) => index % 2 === 0);
    this.#names = parts
      .filter((_, index) => index % 2 === 1)
      .map((place) => (place === "…" ? undefined : place.slice(1, -1)));
  }

  /** Looks for it anywhere in `line`. */
  fit(line: string): Fit | undefined {
    const values: Record<string, string> = {};
    let weight = 0;
    let end = 0;
    for (const [index, literal] of this.#literals.entries()) {
      const start = line.indexOf(literal, end);
      if (start < 0) return undefined;
      const name = index > 0 ? this.#names[index - 1] : undefined;
      if (name !== undefined) {
        const isLast = literal === "" && index === this.#literals.length - 1;
        values[name] = isLast
          ? firstWord(line.slice(end))
          : line.slice(end, start);
      }
      end = start + literal.length;
      weight += literal.length;
    }
    return { values, weight };
  }
}

/** Up to a blank, or what closes a quotation. */
function firstWord(text: string): string {
  return /^[^\s"'`)\]},;]*/.exec(text)?.[0] ?? "";
}
