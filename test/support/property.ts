// Property tests: TSGI_PROPERTY_RUNS says how many cases each has, TSGI_PROPERTY_SEED repeats a run.
import type { TestContext } from "node:test";
import fc from "fast-check";

const { TSGI_PROPERTY_RUNS, TSGI_PROPERTY_SEED } = process.env;

/** Cases a property is shown with; 1,000 unless told otherwise. */
export const runs: number = Number(TSGI_PROPERTY_RUNS ?? 1000);

/** The seed of every random choice in this process. */
export const seed: number = Number(
  TSGI_PROPERTY_SEED ?? Math.floor(Math.random() * 2 ** 31),
);

/** Shows a property, and prints the seed that repeats it. */
export function check<T>(t: TestContext, property: fc.IRawProperty<T>): void {
  t.diagnostic(`TSGI_PROPERTY_SEED=${seed} TSGI_PROPERTY_RUNS=${runs}`);
  fc.assert(property, { seed, numRuns: runs });
}

/** The same for a property that takes its time. */
export async function checkAsync<T>(
  t: TestContext,
  property: fc.IAsyncProperty<T>,
): Promise<void> {
  t.diagnostic(`TSGI_PROPERTY_SEED=${seed} TSGI_PROPERTY_RUNS=${runs}`);
  await fc.assert(property, { seed, numRuns: runs });
}
