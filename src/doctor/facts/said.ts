/** The line of a program's last words that tells most: that of an error, else the first. */
export function tellingLine(text: string): string | undefined {
  const lines = text
    .split("\n")
    .map((line) => line.trim())
    // Where Node was, the line of its own source, and a caret below that.
    .filter(
      (line) => line !== "" && !/^(?:node:internal|at |\^+$|throw )/.test(line),
    );
  return (
    lines.find((line) => /^(?:\w*Error\b|Uncaught\b)/.test(line)) ?? lines[0]
  );
}
