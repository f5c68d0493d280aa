// What the operating system knows of a process and all it has started (proc(5)).
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";

/** The fields of /proc/PID/stat we read. */
export interface Stat {
  readonly pid: number;
  readonly parent: number;
  /** User and system time in clock ticks, with that of children which have ended. */
  readonly ticks: number;
}

/** What a tree of processes has used. */
export interface Usage {
  /** Seconds on a processor, user and system. */
  readonly cpuSeconds: number;
  /** Bytes: the sum of each process's largest resident set; shared pages count once a process. */
  readonly peakBytes: number;
  /** Bytes resident now. */
  readonly residentBytes: number;
}

let ticksPerSecond = 0;

/** Reads one line of /proc/PID/stat. The name in it may hold blanks and parentheses. */
export function parseStat(line: string): Stat {
  const fields = line.slice(line.lastIndexOf(")") + 2).split(" ");
  return {
    pid: Number.parseInt(line, 10),
    parent: Number(fields[1]),
    ticks: sum(fields.slice(11, 15).map(Number)),
  };
}

/** A line of /proc/PID/status in bytes, 0 where it is not there. */
export function parseStatus(status: string, name: string): number {
  const kilobytes = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
  return Number(kilobytes ?? 0) * 1024;
}

/** The process and its descendants, as they are now. */
export function treeOf(pid: number): Stat[] {
  const all = readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((name) => readOr(`/proc/${name}/stat`))
    .filter((line) => line !== "")
    .map(parseStat);
  const tree = all.filter((stat) => stat.pid === pid);
  for (const { pid: parent } of tree) {
    tree.push(...all.filter((stat) => stat.parent === parent));
  }
  return tree;
}

/** The usage of a process and its descendants. */
export function usageOf(pid: number): Usage {
  ticksPerSecond ||= Number(
    execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }),
  );
  const tree = treeOf(pid);
  const statuses = tree.map((stat) => readOr(`/proc/${stat.pid}/status`));
  const bytes = (name: string) =>
    sum(statuses.map((status) => parseStatus(status, name)));
  return {
    cpuSeconds: sum(tree.map(({ ticks }) => ticks)) / ticksPerSecond,
    peakBytes: bytes("VmHWM"),
    residentBytes: bytes("VmRSS"),
  };
}

/** Begins anew with the largest resident set. */
export function resetPeak(pid: number): void {
  for (const stat of treeOf(pid)) {
    try {
      writeFileSync(`/proc/${stat.pid}/clear_refs`, "5");
    } catch {
      // Another user's process: its peak is that of its life.
    }
  }
}

/** A process may end while one looks at it. */
function readOr(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
