import { readFileSync } from "node:fs";

/** A process beyond its number, which another one may have later. */
export interface ProcessName {
  readonly pid: number;
  /** In ticks since the machine started; `"0"` where the system does not tell. */
  readonly startTime: string;
}

/** The process with that number, undefined where there is none. */
export function processNamed(pid: number): ProcessName | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    // The second field is the program's name in brackets, which may have blanks and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state] = fields;
    return state === "Z" ? undefined : { pid, startTime: fields[19] ?? "0" };
  } catch {
    return isThere(pid) && process.platform !== "linux"
      ? { pid, startTime: "0" }
      : undefined;
  }
}

/** Whether that very process still runs. */
export function isAlive({ pid, startTime }: ProcessName): boolean {
  return processNamed(pid)?.startTime === startTime;
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
