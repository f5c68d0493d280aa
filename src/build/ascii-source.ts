/**
 * JavaScript in ASCII. Where a bundler leaves other characters, which it does in comments and in some
 * expressions, an escape means the same.
 */
export function asciiSource(code: string): string {
  return code
    .replace(/\r\n?/g, "\n")
    .replace(
      /[^\n\t\x20-\x7e]/g,
      (character) =>
        `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}
