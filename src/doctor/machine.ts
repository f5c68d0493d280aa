// What the checks may know of the machine, through one small door, so that tests can furnish another one.
import { spawn } from "node:child_process";
import {
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
  type Stats,
  statfsSync,
  statSync,
} from "node:fs";

/** What is known of a file without opening it. */
export interface FileFacts {
  readonly kind: "file" | "folder" | "link" | "socket" | "other";
  /** Permission bits, setuid and setgid with them. */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly size: number;
}

/** Whom a program runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** How a program ended, and what it said. */
export interface Outcome {
  /** Undefined where it was killed, or could not be started. */
  readonly status: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Facts about this machine. What cannot be had is undefined; nothing throws. */
export interface Machine {
  /** Of what a link leads to. */
  facts(path: string): FileFacts | undefined;
  /** Of a link itself. */
  linkFacts(path: string): FileFacts | undefined;
  /** What tells a file from all others, in the numbers of stat(2). */
  identity(
    path: string,
  ): { readonly device: bigint; readonly inode: bigint } | undefined;
  /** The path without links. */
  realPath(path: string): string | undefined;
  /** The first bytes of a file, all of them unless `limit` is given. */
  bytes(path: string, limit?: number): Buffer | undefined;
  /** The same as text, byte for byte (latin1). */
  text(path: string, limit?: number): string | undefined;
  /** Names in a folder, sorted. */
  names(path: string): readonly string[] | undefined;
  /** Of the file system that a path is on. */
  inodes(
    path: string,
  ): { readonly all: number; readonly free: number } | undefined;
  /** Runs a program for at most `TIMEOUT` ms, with an environment of PATH alone. @param identity somebody else than we are */
  run(
    program: string,
    args: readonly string[],
    path?: string,
    identity?: Identity,
  ): Promise<Outcome>;
  /** Ours; undefined where there are no users. */
  readonly uid: number | undefined;
}

/** Milliseconds for a question to another program. */
const TIMEOUT = 10_000;
/** Bytes of any one file: configuration and sources are smaller, and native modules are read in part. */
const LARGEST = 16 * 1024 * 1024;

/** The one this process runs on. */
export const thisMachine: Machine = {
  uid: process.getuid?.(),
  facts: (path) => attempt(() => factsOf(statSync(path))),
  linkFacts: (path) => attempt(() => factsOf(lstatSync(path))),
  identity: (path) =>
    attempt(() => {
      const { dev, ino } = statSync(path, { bigint: true });
      return { device: dev, inode: ino };
    }),
  realPath: (path) => attempt(() => realpathSync(path)),
  bytes: (path, limit = LARGEST) => attempt(() => readStart(path, limit)),
  text: (path, limit) => thisMachine.bytes(path, limit)?.toString("latin1"),
  names: (path) => attempt(() => readdirSync(path).sort()),
  inodes: (path) =>
    attempt(() => {
      const { files, ffree } = statfsSync(path);
      return { all: files, free: ffree };
    }),
  run: runProgram,
};

function attempt<Value>(act: () => Value): Value | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}

function factsOf(stats: Stats): FileFacts {
  const { mode, uid, gid, size } = stats;
  return { kind: kindOf(stats), mode: mode & 0o7777, uid, gid, size };
}

function kindOf(stats: Stats): FileFacts["kind"] {
  if (stats.isFile()) return "file";
  if (stats.isDirectory()) return "folder";
  if (stats.isSymbolicLink()) return "link";
  return stats.isSocket() ? "socket" : "other";
}

/** Files below /proc have no size, so it is read until there is no more. */
function readStart(path: string, limit: number): Buffer {
  const descriptor = openSync(path, "r");
  try {
    const parts: Buffer[] = [];
    for (let length = 0; length < limit; ) {
      const part = Buffer.allocUnsafe(Math.min(65_536, limit - length));
      const read = readSync(descriptor, part);
      if (read === 0) break;
      parts.push(part.subarray(0, read));
      length += read;
    }
    return Buffer.concat(parts);
  } finally {
    closeSync(descriptor);
  }
}

function runProgram(
  program: string,
  args: readonly string[],
  path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
  identity?: Identity,
): Promise<Outcome> {
  return new Promise((resolve) => {
    let [stdout, stderr] = ["", ""];
    const child = spawn(program, args, {
      ...(identity && { ...identity, cwd: "/" }),
      env: { PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: TIMEOUT,
      killSignal: "SIGKILL",
    });
    child.stdout.setEncoding("utf8").on("data", (text) => {
      if (stdout.length < LARGEST) stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      if (stderr.length < LARGEST) stderr += text;
    });
    child.on("error", ({ message }) => {
      resolve({ status: undefined, stdout, stderr: message });
    });
    child.on("close", (status) => {
      resolve({ status: status ?? undefined, stdout, stderr });
    });
  });
}
