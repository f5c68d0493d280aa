// How many workers a machine bears.
import type { HostLimits } from "./limits.ts";
import type { SizingNote } from "./sizing.ts";
import { inUnits, MIB } from "./units.ts";

/** Of a supervisor, which loads no application. */
export const SUPERVISOR_BYTES: number = 64 * MIB;
/** Node's own, 4 of V8, 4 of libuv, and one that watches. */
export const THREADS = 12;

/** A worker with nothing to do has 55 to 70 MiB; an application and its requests need room. */
const WORKER_BYTES = 128 * MIB;
/** With one thread each for V8 and libuv. */
const FEW_THREADS = 7;
/** More cores than these are rarely all ours. */
const MOST_WORKERS = 32;

/** A number of workers, and why. */
export interface WorkerCount {
  readonly workers: number;
  readonly notes: readonly SizingNote[];
}

/** @param wish a number is kept, with a warning where it is too many */
export function chooseWorkers(
  limits: HostLimits,
  wish: number | "auto",
): WorkerCount {
  const bounds = [boundOfMemory(limits), ...boundOfProcesses(limits)];
  if (wish !== "auto") {
    const notes = bounds
      .filter(({ most }) => most < wish)
      .map(({ why }) => note("warn", wish, `as asked, although ${why}`));
    return { workers: wish, notes };
  }
  const { most, why } = [wishOfCores(limits), ...bounds].reduce((one, other) =>
    other.most < one.most ? other : one,
  );
  return { workers: most, notes: [note("info", most, why)] };
}

/** A number of workers that something allows. */
interface Most {
  readonly most: number;
  readonly why: string;
}

function wishOfCores({ cpus }: HostLimits): Most {
  const cores = Math.max(1, Math.round(cpus.value));
  const given = Number(cpus.value.toFixed(2));
  const why = `${given} ${given === 1 ? "core" : "cores"}, by ${cpus.by}`;
  if (cores === 1) {
    return {
      most: 2,
      why: `${why}, and one to answer while the other is busy or replaced`,
    };
  }
  return cores <= MOST_WORKERS
    ? { most: cores, why }
    : { most: MOST_WORKERS, why: `${why}; for more, name their number` };
}

function boundOfMemory({ memory }: HostLimits): Most {
  const bytes = memory.value - SUPERVISOR_BYTES;
  const most = Math.max(1, Math.floor(bytes / WORKER_BYTES));
  return {
    most,
    why: `${inUnits(memory.value)} of memory, by ${memory.by}, have room for ${most} of ${inUnits(WORKER_BYTES)} beside the supervisor`,
  };
}

function boundOfProcesses({ processesLeft }: HostLimits): Most[] {
  if (processesLeft === undefined) return [];
  const { value, by } = processesLeft;
  // While workers are replaced there is one more.
  const most = Math.max(1, Math.floor(value / FEW_THREADS) - 1);
  return [
    {
      most,
      why: `${by} leaves ${value} processes and threads, enough for ${most}`,
    },
  ];
}

function note(
  level: SizingNote["level"],
  workers: number,
  why: string,
): SizingNote {
  const what = workers === 1 ? "1 worker" : `${workers} workers`;
  return { level, message: `${what}: ${why}` };
}
