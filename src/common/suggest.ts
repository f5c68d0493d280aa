/** `" (did you mean X?)"` for the candidate a typo is nearest to; "" where none is near. */
export function suggestion(
  typo: string,
  candidates: readonly string[],
): string {
  const best = nearest(typo, candidates);
  return best === undefined ? "" : ` (did you mean ${best}?)`;
}

/** The candidate from which a typo is at most `far` letters away. */
export function nearest(
  typo: string,
  candidates: readonly string[],
  far: number = Math.max(1, typo.length / 3),
): string | undefined {
  const ranked = candidates
    .map((candidate) => ({ candidate, far: distance(typo, candidate) }))
    .sort((one, other) => one.far - other.far);
  const [best] = ranked;
  return best === undefined || best.far > far ? undefined : best.candidate;
}

/** Letters to insert, remove, replace, or swap with their neighbour, ignoring case. */
function distance(one: string, other: string): number {
  const a = one.toLowerCase();
  const b = other.toLowerCase();
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min(
        at(last, j) + 1,
        at(row, j - 1) + 1,
        at(last, j - 1) + (same ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, at(before, j - 2) + 1);
      }
      row.push(least);
    }
    before = last;
    last = row;
  }
  return at(last, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
