// A file that lines are appended to. Several processes may share it: each write is whole lines.
import { closeSync, openSync, write, writeSync } from "node:fs";

/** What becomes of lines that cannot be written. */
export interface LogTrouble {
  /** It cannot be written to, or not opened anew, from now on. */
  failed(error: unknown): void;
  /** It can be written to again; so many lines were lost meanwhile. */
  recovered(lost: number): void;
}

/** Bytes above which a batch is not waited for any longer. */
const BATCH = 65_536;
/** Bytes that may wait while the disk is slow. */
const MAXIMUM = 1_048_576;
const PERIOD_MS = 1_000;
const NEWLINE = 10;

/**
 * Writes lines in batches, each second or when there are many. Never fails and never fills the memory: lines for
 * which there is no room, on the disk or here, are counted and dropped.
 */
export class LogFile {
  readonly #path: string | number;
  readonly #trouble: LogTrouble;
  readonly #timer: NodeJS.Timeout;
  #descriptor: number;
  /** To be closed when the write that goes on is over. */
  #former: number | undefined;
  #lines: string[] = [];
  /** Characters of these. */
  #size = 0;
  /** What is left of the batch that is being written. */
  #batch: Uint8Array | undefined;
  #writing: Promise<void> | undefined;
  /** What was written last ends in the middle of a line. */
  #isTorn = false;
  #hasFailed = false;
  #lost = 0;

  /**
   * @param path or a descriptor that is open
   * @throws where the file cannot be opened
   */
  constructor(path: string | number, trouble: LogTrouble) {
    this.#path = path;
    this.#trouble = trouble;
    this.#descriptor = open(path);
    this.#timer = setInterval(() => this.#flush(), PERIOD_MS).unref();
  }

  /** Appends a line, which ends in a line feed, a moment later. */
  write(line: string): void {
    if (this.#size + line.length > MAXIMUM) {
      this.#lost++;
      return;
    }
    this.#lines.push(line);
    this.#size += line.length;
    if (this.#size >= BATCH) this.#flush();
  }

  /** Appends a line before it returns. @throws where it cannot */
  writeNow(line: string): void {
    const bytes = Buffer.from(this.#isTorn ? `\n${line}` : line);
    for (let at = 0; at < bytes.length; ) {
      at += writeSync(this.#descriptor, bytes, at);
      this.#isTorn = at < bytes.length;
    }
  }

  /** Opens the file anew, for whoever has moved it away; where that fails, the old one is written to as before. */
  reopen(): void {
    if (typeof this.#path === "number") return;
    try {
      const descriptor = open(this.#path);
      if (this.#writing === undefined) {
        this.flushNow();
        closeSync(this.#descriptor);
      } else if (this.#former === undefined) this.#former = this.#descriptor;
      else closeSync(this.#descriptor);
      this.#descriptor = descriptor;
    } catch (error) {
      this.#trouble.failed(error);
    }
  }

  /** Writes what waits before it returns: the process is about to end. */
  flushNow(): void {
    try {
      if (this.#writing !== undefined) {
        // The end of the process waits for the write that goes on.
        writeSync(this.#descriptor, this.#lines.splice(0).join(""));
        this.#size = 0;
        return;
      }
      const batch = this.#next();
      if (batch !== undefined) this.#wrote(writeSync(this.#descriptor, batch));
    } catch (error) {
      if (this.#batch !== undefined) this.#fail(error);
    }
  }

  /** Resolves when all is written. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    // One that has ended may have begun the next.
    while (this.#writing !== undefined) await this.#writing;
    this.flushNow();
    if (typeof this.#path === "string") closeSync(this.#descriptor);
  }

  #flush(): void {
    if (this.#writing !== undefined) return;
    const batch = this.#next();
    if (batch === undefined) return;
    this.#writing = new Promise((resolve) => {
      write(this.#descriptor, batch, (error, written) => {
        this.#writing = undefined;
        if (this.#former !== undefined) closeSync(this.#former);
        this.#former = undefined;
        if (error === null) this.#wrote(written);
        else this.#fail(error);
        resolve();
        const isLeft = this.#batch !== undefined || this.#size >= BATCH;
        if (isLeft && error === null) this.#flush();
      });
    });
  }

  /** The batch to be written now. */
  #next(): Uint8Array | undefined {
    if (this.#batch === undefined && this.#lines.length > 0) {
      const text = this.#lines.join("");
      this.#lines = [];
      this.#size = 0;
      // The rest of a torn line is lost; the next one has a line of its own.
      this.#batch = Buffer.from(this.#isTorn ? `\n${text}` : text);
    }
    return this.#batch;
  }

  #wrote(written: number): void {
    const batch = this.#batch as Uint8Array;
    const isWhole = written === batch.length;
    // A pipe may take a part; a disk that is nearly full, too, and says why with the next write.
    this.#batch = isWhole ? undefined : batch.subarray(written);
    this.#isTorn = batch[written - 1] !== NEWLINE;
    if (!isWhole || (!this.#hasFailed && this.#lost === 0)) return;
    const lost = this.#lost;
    this.#hasFailed = false;
    this.#lost = 0;
    this.#trouble.recovered(lost);
  }

  #fail(error: unknown): void {
    // A pipe that is full: the batch is tried again, while others wait or are dropped.
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return;
    this.#lost += linesIn(this.#batch as Uint8Array);
    this.#batch = undefined;
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#trouble.failed(error);
  }
}

/** Permissions of a log: others than the operator and their group cannot read it, since it tells what clients ask for. */
export const LOG_MODE = 0o640;

/** Opens a log. */
export function openToAppend(path: string): number {
  return openSync(path, "a", LOG_MODE);
}

function open(path: string | number): number {
  return typeof path === "number" ? path : openToAppend(path);
}

function linesIn(bytes: Uint8Array): number {
  let count = 0;
  for (const byte of bytes) if (byte === NEWLINE) count++;
  return count;
}
