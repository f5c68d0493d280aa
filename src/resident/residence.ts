// The private directory of a responder: its socket, its log, and the lock it holds for life.
import {
  closeSync,
  fstatSync,
  ftruncateSync,
  lstatSync,
  rmdirSync,
  rmSync,
} from "node:fs";
import { join } from "node:path";
import { TsgiError } from "../common/errors.ts";

/** Bytes the log may have; what is longer begins anew. */
const LONGEST_LOG = 1_048_576;
const STDERR = 2;

/** What relay.pl has made and hands on. */
export class Residence {
  /** The name under which relays connect. */
  readonly socket: string;
  readonly #directory: string;
  readonly #lock: number;
  #isHeld = true;

  /**
   * @param lock an inherited descriptor of the file `lock` in the directory, locked by flock(2)
   * @throws {TsgiError} `CONFIG` where it is not that file
   */
  constructor(directory: string, lock: number) {
    this.#directory = directory;
    this.#lock = lock;
    this.socket = join(directory, "s");
    if (inodeOf(join(directory, "lock")) !== inodeOfDescriptor(lock)) {
      throw new TsgiError(
        "CONFIG",
        `Cannot reside in ${directory}: descriptor ${lock} is not its lock; only a script made by --resident starts this program`,
      );
    }
  }

  /** The inode under the socket's name: another one belongs to another responder. */
  get socketInode(): bigint | undefined {
    return inodeOf(this.socket);
  }

  /** This responder does well: earlier failures no longer delay the next start. */
  forgetFailures(): void {
    if (this.#isHeld) ftruncateSync(this.#lock);
  }

  /** Cuts the log where it has grown too long. */
  trimLog(): void {
    try {
      if (fstatSync(STDERR).isFile() && fstatSync(STDERR).size > LONGEST_LOG) {
        ftruncateSync(STDERR);
      }
    } catch {
      // A log that cannot be cut is no reason to end.
    }
  }

  /**
   * Leaves nothing behind, and lets the next responder start at once. The socket must have lost its
   * name before. All in one turn: who looks meanwhile finds the lock held, or a new one.
   */
  vacate(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    const lock = join(this.#directory, "lock");
    if (inodeOf(lock) === inodeOfDescriptor(this.#lock)) {
      rmSync(join(this.#directory, "log"), { force: true });
      rmSync(lock, { force: true });
    }
    closeSync(this.#lock);
    try {
      rmdirSync(this.#directory);
    } catch {
      // The next one is in it.
    }
  }

  /** Lets the lock go, and keeps log and failures for whoever looks after them. */
  abandon(): void {
    if (!this.#isHeld) return;
    this.#isHeld = false;
    closeSync(this.#lock);
  }
}

function inodeOf(path: string): bigint | undefined {
  try {
    return lstatSync(path, { bigint: true }).ino;
  } catch {
    return undefined;
  }
}

function inodeOfDescriptor(descriptor: number): bigint | undefined {
  try {
    return fstatSync(descriptor, { bigint: true }).ino;
  } catch {
    return undefined;
  }
}
