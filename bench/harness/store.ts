// What was measured last, one scenario a line, so that a part of the bench can be run by itself.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "./contest.ts";
import { CHECKOUT } from "./folder.ts";

const FILE = join(CHECKOUT, "bench/results.jsonl");

export function storedResults(): Result[] {
  if (!existsSync(FILE)) return [];
  return readFileSync(FILE, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}

/** Puts results in the place of earlier ones; in the order of `names`, and none but those. */
export function storeResults(
  results: readonly Result[],
  names: readonly string[],
): Result[] {
  const all = new Map(storedResults().map((one) => [one.scenario, one]));
  for (const result of results) all.set(result.scenario, result);
  const kept = names.flatMap((name) => all.get(name) ?? []);
  writeFileSync(
    FILE,
    kept.map((one) => `${JSON.stringify(one, short)}\n`).join(""),
  );
  return kept;
}

/** Five digits are more than any of them deserves. */
function short(_key: string, value: unknown): unknown {
  return typeof value === "number" && !Number.isInteger(value)
    ? Number(value.toPrecision(5))
    : value;
}
