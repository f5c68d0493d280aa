// Nanoseconds of one call, of several ways in turn.
import { performance } from "node:perf_hooks";
import { ratioOf, shuffled, spreadOf } from "../harness/statistics.ts";
import { markdown, number } from "../harness/table.ts";

/** Ways to do the same, by their names; a way may return a promise, which is awaited. */
export type Ways = Readonly<Record<string, () => unknown>>;

const ROUNDS = Number(process.env.BENCH_ROUNDS ?? 15);
/** Long enough for the clock and short enough for the scheduler. */
const BATCH_MS = 20;

/** Keeps what the ways return from being optimised away. */
let last: unknown;

/** Prints a table; the ratios are to the first way. */
export async function measure(title: string, ways: Ways): Promise<void> {
  const entries = Object.entries(ways);
  const counts = new Map<string, number>();
  for (const [name, way] of entries) counts.set(name, await calibrate(way));
  const times = new Map<string, number[]>(entries.map(([name]) => [name, []]));
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, way] of shuffled(entries)) {
      const count = counts.get(name) as number;
      times.get(name)?.push(((await time(way, count)) * 1e6) / count);
    }
  }
  const base = times.get(entries[0]?.[0] ?? "") ?? [];
  const rows = [...times].map(([name, all]) => {
    const { median, low, high } = spreadOf(all);
    const ratio = ratioOf(all, base).median.toFixed(2);
    return [name, number(median), `${number(low)}–${number(high)}`, ratio];
  });
  const head = ["way", "ns", "quartiles", "x"];
  console.log(`${title}\n\n${markdown(head, rows).join("\n")}\n`);
  if (last === times) console.log(last);
}

/** How many calls fill a batch, found by doubling, which warms up as well. */
async function calibrate(way: () => unknown): Promise<number> {
  let count = 16;
  while ((await time(way, count)) < BATCH_MS) count *= 2;
  return count;
}

async function time(way: () => unknown, count: number): Promise<number> {
  const begin = performance.now();
  if (isThenable(way())) for (let at = 1; at < count; at++) last = await way();
  else for (let at = 1; at < count; at++) last = way();
  return performance.now() - begin;
}

function isThenable(value: unknown): boolean {
  return value instanceof Promise;
}
