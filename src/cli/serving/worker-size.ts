// How many workers, by the options.
import { readLimits } from "../../host/limits.ts";
import { type Sizing, sizeWorkers } from "../../host/sizing.ts";
import type { SizeLimits } from "../../supervisor/pool-size.ts";
import { UsageError } from "../exit-codes.ts";
import type { SupervisorValues } from "../options/options-supervisor.ts";

/** Whether there is to be a supervisor. */
export function isSupervised({
  workers,
  minWorkers,
  maxWorkers,
  watch,
}: SupervisorValues): boolean {
  return (
    watch === true ||
    workers !== undefined ||
    minWorkers !== undefined ||
    maxWorkers !== undefined
  );
}

/** How many workers to start with, how many there may be, and what each gets. */
export interface WorkerSize {
  readonly initial: number;
  readonly limits: SizeLimits;
  readonly sizing: Sizing;
}

/** @param nodeArguments those that workers get anyway @throws {UsageError} where there would be more at least than at most */
export function workerSize(
  values: SupervisorValues,
  nodeArguments: readonly string[],
): WorkerSize {
  const { minWorkers, maxWorkers, shrinkAfterMs = 60_000 } = values;
  const isRange = minWorkers !== undefined || maxWorkers !== undefined;
  const wish = values.workers ?? (isRange ? undefined : 1);
  const sizing = sizeWorkers(readLimits(), {
    workers: maxWorkers ?? wish ?? "auto",
    environment: process.env,
    nodeArguments,
  });
  const asked = wish === "auto" ? sizing.workers : wish;
  const minimum = minWorkers ?? (maxWorkers === undefined ? asked : 1) ?? 1;
  const maximum = maxWorkers ?? Math.max(minimum, asked ?? sizing.workers);
  if (minimum > maximum) {
    throw new UsageError(
      `Cannot keep ${minimum} workers at least: --max-workers ${maximum} is less`,
    );
  }
  const initial = Math.min(maximum, Math.max(minimum, asked ?? minimum));
  return { initial, limits: { minimum, maximum, shrinkAfterMs }, sizing };
}
