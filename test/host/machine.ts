// Machines of any size.
import type { Machine } from "../../src/host/limits.ts";

export const MIB: number = 2 ** 20;
export const GIB: number = 2 ** 30;

/** One of 16 GiB and 8 cores, unless told otherwise. */
export function machine({
  files = {},
  memory = 16 * GIB,
  cpus = 8,
  userThreads,
}: {
  files?: Readonly<Record<string, string>>;
  memory?: number;
  cpus?: number;
  userThreads?: number;
}): Machine {
  return {
    readText: (path) => files[path],
    memory,
    cpus,
    defaultHeap: Math.min(4 * GIB, memory / 4),
    userThreads: () => userThreads,
  };
}

/** `/proc/self/limits`, as Linux prints it. */
export function rlimits({
  processes,
  addressSpace,
}: {
  processes?: number;
  addressSpace?: number;
}): string {
  const line = (name: string, soft: number | undefined, unit: string): string =>
    `${name.padEnd(26)}${String(soft ?? "unlimited").padEnd(21)}${"unlimited".padEnd(21)}${unit}`;
  return [
    "Limit                     Soft Limit           Hard Limit           Units     ",
    line("Max cpu time", undefined, "seconds"),
    line("Max processes", processes, "processes"),
    line("Max open files", 1_024, "files"),
    line("Max address space", addressSpace, "bytes"),
  ].join("\n");
}
