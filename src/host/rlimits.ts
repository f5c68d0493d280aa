// Limits the system sets on a single process: getrlimit(2), as Linux shows them.

/** Soft limits; undefined where there is none, or the system does not tell. */
export interface ResourceLimits {
  /** Processes and threads of the user, all together (RLIMIT_NPROC). Root is exempt. */
  readonly processes: number | undefined;
  /** Bytes of address space of each process (RLIMIT_AS): what is reserved, used or not. */
  readonly addressSpace: number | undefined;
  readonly openFiles: number | undefined;
}

/** Of the text of `/proc/self/limits`. */
export function parseResourceLimits(text: string): ResourceLimits {
  return {
    processes: softLimit(text, "Max processes"),
    addressSpace: softLimit(text, "Max address space"),
    openFiles: softLimit(text, "Max open files"),
  };
}

function softLimit(text: string, name: string): number | undefined {
  const line = text.split("\n").find((each) => each.startsWith(name));
  const [soft = ""] = line?.slice(name.length).trim().split(/\s+/) ?? [];
  return /^[0-9]+$/.test(soft) ? Number(soft) : undefined;
}
