// HTML by a tagged template: what is put in is escaped, unless it was made by the same tag.

class Markup {
  text;

  /** @param {string} text */
  constructor(text) {
    this.text = text;
  }

  toString() {
    return this.text;
  }
}

/**
 * What can stand in a template; false, null and undefined are nothing.
 *
 * @typedef {Markup | string | number | false | null | undefined | Markup[]} Piece
 */

/**
 * @param {TemplateStringsArray} texts
 * @param {Piece[]} pieces
 */
export function markup(texts, ...pieces) {
  const [first, ...rest] = texts;
  return new Markup(
    first + rest.map((text, at) => textOf(pieces[at]) + text).join(""),
  );
}

/**
 * @param {Piece} piece
 * @returns {string}
 */
function textOf(piece) {
  if (piece instanceof Markup) return piece.text;
  if (piece === undefined || piece === null || piece === false) return "";
  if (typeof piece === "object") return piece.map(textOf).join("");
  return String(piece).replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
