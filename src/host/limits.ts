import { readdirSync, readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { getHeapStatistics } from "node:v8";
import { cgroupLimits, type ReadText } from "./cgroups.ts";
import { parseResourceLimits } from "./rlimits.ts";

/** What the machine has for this process, and what its limits leave of that. Sizes are in bytes. */
export interface HostLimits {
  readonly memory: Bound;
  /** Cores, of which a cgroup may give a part: 1.5. */
  readonly cpus: Bound;
  /** Processes and threads that may still be started. */
  readonly processesLeft: Bound | undefined;
  /** What each process may reserve, used or not (RLIMIT_AS). */
  readonly addressSpace: number | undefined;
  readonly openFiles: number | undefined;
  /** What V8 lets the heap of a process grow to, unless it is told otherwise. */
  readonly defaultHeap: number;
}

/** A number, and who sets it. */
export interface Bound {
  readonly value: number;
  /** Such as `"the cgroup"`. */
  readonly by: string;
}

/** What the system tells. */
export interface Machine {
  readonly readText: ReadText;
  readonly memory: number;
  readonly cpus: number;
  readonly defaultHeap: number;
  /** Processes and threads of this user now; undefined where RLIMIT_NPROC does not bind it. */
  userThreads(): number | undefined;
}

/** Reads all limits. A file that is missing sets none; nothing throws. */
export function readLimits(machine: Machine = thisMachine()): HostLimits {
  const own = parseResourceLimits(machine.readText("/proc/self/limits") ?? "");
  const group = cgroupLimits(machine.readText);
  return {
    memory: least(
      { value: machine.memory, by: "this machine" },
      bound(group.memory, "the cgroup"),
    ),
    cpus: least(
      { value: machine.cpus, by: "this machine" },
      bound(group.cpus, "the cgroup"),
    ),
    processesLeft: least(
      bound(left(own.processes, machine), "RLIMIT_NPROC"),
      bound(group.processesLeft, "the cgroup's pids.max"),
    ),
    addressSpace: own.addressSpace,
    openFiles: own.openFiles,
    defaultHeap: machine.defaultHeap,
  };
}

function left(
  processes: number | undefined,
  machine: Machine,
): number | undefined {
  if (processes === undefined) return undefined;
  const used = machine.userThreads();
  return used === undefined ? undefined : Math.max(0, processes - used);
}

function bound(value: number | undefined, by: string): Bound | undefined {
  return value === undefined ? undefined : { value, by };
}

function least<First extends Bound | undefined>(
  first: First,
  second: Bound | undefined,
): First | Bound {
  if (second === undefined) return first;
  return first === undefined || second.value < first.value ? second : first;
}

function thisMachine(): Machine {
  return {
    readText,
    memory: totalmem(),
    cpus: availableParallelism(),
    defaultHeap: getHeapStatistics().heap_size_limit,
    userThreads,
  };
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

/** RLIMIT_NPROC counts threads, and does not bind root. */
function userThreads(): number | undefined {
  const user = process.getuid?.() ?? 0;
  if (user === 0) return undefined;
  let count = 0;
  for (const name of readdirSync("/proc")) {
    if (!/^[0-9]+$/.test(name)) continue;
    // A process may have ended since.
    const status = readText(`/proc/${name}/status`) ?? "";
    const [, owner] = /^Uid:\s+([0-9]+)/m.exec(status) ?? [];
    const [, threads] = /^Threads:\s+([0-9]+)/m.exec(status) ?? [];
    if (Number(owner) === user) count += Number(threads ?? 0);
  }
  return count;
}
