// Limits on a group of processes: of a container, of a service of systemd, of a customer of a hosting company.
import { join } from "node:path";

/** Reads a file of a few lines; undefined where there is none, or it may not be read. */
export type ReadText = (path: string) => string | undefined;

/** The smallest of the group and of those above it; undefined where there is no limit. */
export interface CgroupLimits {
  /** Bytes. */
  readonly memory: number | undefined;
  /** Cores: 1.5 is one and a half. */
  readonly cpus: number | undefined;
  /** Processes and threads that may still be added. */
  readonly processesLeft: number | undefined;
}

/** Those of this process, of version 2 and version 1 alike: some systems have both. */
export function cgroupLimits(readText: ReadText): CgroupLimits {
  const folders = groupFolders(readText("/proc/self/cgroup") ?? "");
  const memory: number[] = [];
  const cpus: number[] = [];
  const processes: number[] = [];
  for (const folder of folders) {
    const read = (name: string): string | undefined =>
      readText(join(folder, name))?.trim();
    for (const name of MEMORY_FILES) collect(memory, toNumber(read(name)));
    collect(cpus, cpuQuota(read("cpu.max")?.split(" ") ?? []));
    const { quota, period } = CPU_FILES;
    collect(cpus, cpuQuota([read(quota), read(period)]));
    const used = toNumber(read("pids.current")) ?? 0;
    const most = toNumber(read("pids.max"));
    if (most !== undefined) processes.push(Math.max(0, most - used));
  }
  return {
    memory: smallest(memory),
    cpus: smallest(cpus),
    processesLeft: smallest(processes),
  };
}

/** Above `memory.high` the kernel slows a group down until it is of no use. */
const MEMORY_FILES = ["memory.max", "memory.high", "memory.limit_in_bytes"];
const CPU_FILES = { quota: "cpu.cfs_quota_us", period: "cpu.cfs_period_us" };
const CONTROLLERS = ["memory", "cpu", "pids"];
const MOUNT = "/sys/fs/cgroup";
/** Version 1 has a number near 2^63 for "no limit". */
const NO_LIMIT = 2 ** 60;

/**
 * The folders of the groups of this process and of all above them. In a container the path that the
 * kernel tells may not be there, but its parent is: the container's own group, mounted as the root.
 */
function groupFolders(text: string): string[] {
  const folders = new Set<string>();
  for (const line of text.split("\n")) {
    const [, names, path] = /^[0-9]+:([^:]*):(\/.*)$/.exec(line) ?? [];
    if (names === undefined || path === undefined) continue;
    const mounts =
      names === ""
        ? [MOUNT, join(MOUNT, "unified")]
        : names
            .split(",")
            .filter((name) => CONTROLLERS.includes(name))
            .map((name) => join(MOUNT, name));
    for (const mount of mounts) {
      for (const parent of withParents(path)) folders.add(join(mount, parent));
    }
  }
  return [...folders];
}

function withParents(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "" && part !== "..");
  return parts
    .map((_, index) => `/${parts.slice(0, index + 1).join("/")}`)
    .concat("/");
}

function cpuQuota(texts: readonly (string | undefined)[]): number | undefined {
  const [quota, period] = texts.map(toNumber);
  return quota && period ? quota / period : undefined;
}

/** "max" and -1 are no limit. */
function toNumber(text: string | undefined): number | undefined {
  if (text === undefined || !/^[0-9]+$/.test(text)) return undefined;
  const value = Number(text);
  return value < NO_LIMIT ? value : undefined;
}

function collect(values: number[], value: number | undefined): void {
  if (value !== undefined) values.push(value);
}

function smallest(values: readonly number[]): number | undefined {
  return values.length > 0 ? Math.min(...values) : undefined;
}
