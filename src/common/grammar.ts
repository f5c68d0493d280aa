// Pieces of HTTP's grammar (RFC 9110, section 5.6).

/** A method, or the name of a header. */
export const TOKEN: RegExp = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A length. */
export const DIGITS: RegExp = /^[0-9]+$/;

/** Not by an expression: /[\t ]+$/ takes quadratic time where many blanks are inside. */
export function withoutOuterBlanks(value: string): string {
  let start = 0;
  let end = value.length;
  while (start < end && isBlank(value, start)) start++;
  while (start < end && isBlank(value, end - 1)) end--;
  return value.slice(start, end);
}

function isBlank(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === 0x20 || code === 0x09;
}
