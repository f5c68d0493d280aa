/** The middle of some numbers, and the quarter of them on either side of it. */
export interface Spread {
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

/** Median and quartiles. @throws where there is nothing to take them of */
export function spreadOf(numbers: readonly number[]): Spread {
  if (numbers.length === 0) throw new Error("Cannot take a median of nothing");
  const sorted = [...numbers].sort((a, b) => a - b);
  return {
    median: quantile(sorted, 0.5),
    low: quantile(sorted, 0.25),
    high: quantile(sorted, 0.75),
  };
}

/**
 * How one side compares with the other: the spread of the rounds' own ratios, since what disturbs a
 * round disturbs both sides of it.
 */
export function ratioOf(
  numbers: readonly number[],
  base: readonly number[],
): Spread {
  const pairs = Math.min(numbers.length, base.length);
  const ratios = numbers
    .slice(0, pairs)
    .map((number, round) => number / (base[round] as number));
  return spreadOf(ratios);
}

/** The same, in random order (Fisher and Yates). */
export function shuffled<T>(items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last--) {
    const other = Math.floor(Math.random() * (last + 1));
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

function quantile(sorted: readonly number[], part: number): number {
  const at = part * (sorted.length - 1);
  const below = sorted[Math.floor(at)] as number;
  const above = sorted[Math.ceil(at)] as number;
  return below + (above - below) * (at % 1);
}
