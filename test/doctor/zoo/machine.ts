// The machine of the zoo: this one, with what would differ from one to the next replaced.
import { OTHER_SERVERS } from "../../../src/doctor/facts/other-servers.ts";
import type { Machine, Outcome } from "../../../src/doctor/machine.ts";
import { thisMachine } from "../../../src/doctor/machine.ts";

/** What is put over the real machine. */
export interface Furniture {
  /** Texts of files; undefined where there is to be none. */
  readonly files?: Readonly<Record<string, string | undefined>>;
  readonly inodes?: { readonly all: number; readonly free: number };
  /** Answers of programs, by a part of their command line. */
  readonly programs?: Readonly<
    Record<string, { status: number; stdout?: string; stderr?: string }>
  >;
}

const HEALTHY: NonNullable<Furniture["files"]> = {
  "/proc/self/mounts": "/dev/sda1 / ext4 rw,relatime 0 0\n",
  "/proc/self/limits":
    "Limit Soft Limit Hard Limit Units\nMax processes             30000                30000                processes\nMax address space         unlimited            unlimited            bytes\n",
  "/sys/fs/selinux/enforce": undefined,
  "/proc/sys/kernel/osrelease": "6.1.0-18-amd64\n",
  "/etc/nginx/nginx.conf": undefined,
  ...Object.fromEntries(OTHER_SERVERS.map((path) => [path, undefined])),
};

const asked = new Map<string, Promise<Outcome>>();

/** A machine on which nothing is wrong, but for what `furniture` says. */
export function furnished({
  files = {},
  inodes = { all: 1_000_000, free: 900_000 },
  programs = {},
}: Furniture = {}): Machine {
  const texts = { ...HEALTHY, ...files };
  const bytes: Machine["bytes"] = (path, limit) => {
    if (!(path in texts)) return thisMachine.bytes(path, limit);
    const text = texts[path];
    return text === undefined
      ? undefined
      : Buffer.from(text).subarray(0, limit);
  };
  return {
    ...thisMachine,
    bytes,
    text: (path, limit) => bytes(path, limit)?.toString("latin1"),
    facts: (path) => {
      const real = thisMachine.facts(path);
      if (!(path in texts)) return real;
      const text = texts[path];
      if (text === undefined) return undefined;
      if (real !== undefined) return real;
      return { kind: "file", mode: 0o644, uid: 0, gid: 0, size: text.length };
    },
    inodes: () => inodes,
    run: async (program, args, path, identity) => {
      const line = [program, ...args].join(" ");
      const key = Object.keys(programs).find((each) => line.includes(each));
      const told = key === undefined ? undefined : programs[key];
      if (told !== undefined) return { stdout: "", stderr: "", ...told };
      // What a Node says of itself is the same each time, and costs a start.
      const isNode = args[0] === "-e";
      const known = isNode && asked.get(line);
      if (known) return known;
      const outcome = thisMachine.run(program, args, path, identity);
      if (isNode) asked.set(line, outcome);
      return outcome;
    },
  };
}
