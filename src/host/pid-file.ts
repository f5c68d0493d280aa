// A file with the number of the process, for scripts that signal it.
import {
  existsSync,
  lstatSync,
  readFileSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import { TsgiError } from "../common/errors.ts";

/**
 *   claimed ----------> written ----------> removed
 *             write()             remove()
 */
export class PidFile {
  readonly #path: string;
  /** Beside the path: it is there at once, or not at all. */
  readonly #draft: string;
  #phase: "claimed" | "written" | "removed" = "claimed";

  private constructor(path: string) {
    this.#path = path;
    this.#draft = `${path}.${process.pid}`;
  }

  /**
   * Finds out whether it can be written, while there is still time to say so.
   *
   * @throws {TsgiError} `CONFIG` where it cannot, or a process of ours that lives has written it
   */
  static claim(path: string): PidFile {
    const file = new PidFile(path);
    refuseOther(path);
    const holder = holderOf(path);
    if (holder !== undefined) {
      throw new TsgiError(
        "CONFIG",
        `Cannot write the pid file ${path}: process ${holder} has, and still serves; stop it, or name another file`,
      );
    }
    try {
      // Root would follow a link that whoever may write to the folder has put there.
      rmSync(file.#draft, { force: true });
      writeFileSync(file.#draft, `${process.pid}\n`, {
        flag: "wx",
        mode: 0o644,
      });
    } catch (cause) {
      throw unwritable(path, cause as NodeJS.ErrnoException);
    }
    return file;
  }

  /** Once the process serves. @throws {TsgiError} `CONFIG` */
  write(): void {
    try {
      renameSync(this.#draft, this.#path);
    } catch (cause) {
      throw unwritable(this.#path, cause as NodeJS.ErrnoException);
    }
    this.#phase = "written";
  }

  /** At a clean end. Leaves what another process has written since. */
  remove(): void {
    const path = this.#phase === "written" ? this.#path : this.#draft;
    const isOurs = numberIn(path) === process.pid;
    this.#phase = "removed";
    try {
      if (isOurs) rmSync(path, { force: true });
    } catch {
      // Who was root when it was written may not remove it later. The next to start replaces it.
    }
  }
}

/** Longer than any number, shorter than most files. */
const MAX_BYTES = 32;

/** It may be a device, a link, or the application itself, by a slip of the hand. */
function refuseOther(path: string): void {
  const file = statOf(path);
  if (file === undefined) return;
  const isFree = file.size === 0 || numberIn(path) !== undefined;
  if (file.isFile() && isFree) return;
  throw new TsgiError(
    "CONFIG",
    `Cannot write the pid file ${path}: there is something of that name which is no pid file; remove it, or name another file`,
  );
}

function statOf(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch {
    // To write it will tell why.
    return undefined;
  }
}

/** A process of ours that has written the file, and lives. */
function holderOf(path: string): number | undefined {
  const number = numberIn(path);
  if (number === undefined || number === process.pid) return undefined;
  try {
    process.kill(number, 0);
  } catch (error) {
    // EPERM: it lives, and is somebody else's.
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return undefined;
  }
  return isOurs(number) ? number : undefined;
}

/** Numbers are used again: after a crash it may be any program's. Where the system does not tell, it may be ours. */
function isOurs(number: number): boolean {
  try {
    return readFileSync(`/proc/${number}/cmdline`, "latin1").includes("tsgi");
  } catch {
    return !existsSync("/proc/self/cmdline");
  }
}

function numberIn(path: string): number | undefined {
  try {
    if (lstatSync(path).size > MAX_BYTES) return undefined;
    const text = readFileSync(path, "latin1");
    const [, digits] = /^([1-9][0-9]*)\n?$/.exec(text) ?? [];
    return digits === undefined ? undefined : Number(digits);
  } catch {
    return undefined;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "its folder does not exist; make it first",
  ENOTDIR: "its folder is a file; name another one",
  EACCES: "this user may not write there; name a folder that it may write to",
  EPERM: "this user may not write there; name a folder that it may write to",
  EROFS: "the file system is read-only; name a folder elsewhere",
  ENOSPC: "the disk is full; make room",
};

function unwritable(path: string, cause: NodeJS.ErrnoException): TsgiError {
  const why = REASONS[cause.code ?? ""] ?? cause.message;
  const message = `Cannot write the pid file ${path}: ${why}`;
  return new TsgiError("CONFIG", message, { cause });
}
