/** Lines around a change. */
const AROUND = 2;
/** Lines of both files together above which only the count of lines is told. */
const MOST = 2000;

/** What changes from one text to another, as `diff -u` shows it, without its headers. */
export function difference(before: string, after: string): string {
  if (before === after) return "";
  const [old, now] = [before.split("\n"), after.split("\n")];
  if (old.length + now.length > MOST) {
    return `  ${old.length} lines become ${now.length}\n`;
  }
  const lines = compared(old, now);
  const near = lines.map((_, at) =>
    lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some(isChange),
  );
  return lines
    .flatMap((line, at) =>
      near[at] ? [`${line}\n`] : at === 0 || near[at - 1] ? ["  …\n"] : [],
    )
    .join("");
}

/** All lines, each behind its mark, by the longest common subsequence. */
function compared(old: readonly string[], now: readonly string[]): string[] {
  const lengths = [...old, ""].map(() =>
    new Array<number>(now.length + 1).fill(0),
  );
  const at = (i: number, j: number): number => lengths[i]?.[j] ?? 0;
  for (let i = old.length - 1; i >= 0; i--) {
    const row = lengths[i] ?? [];
    for (let j = now.length - 1; j >= 0; j--) {
      row[j] =
        old[i] === now[j]
          ? at(i + 1, j + 1) + 1
          : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const lines: string[] = [];
  let [i, j] = [0, 0];
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push(`  ${old[i++]}`);
      j++;
    } else if (
      j >= now.length ||
      (i < old.length && at(i + 1, j) >= at(i, j + 1))
    ) {
      lines.push(`- ${old[i++]}`);
    } else lines.push(`+ ${now[j++]}`);
  }
  return lines;
}

function isChange(line: string): boolean {
  return !line.startsWith("  ");
}
