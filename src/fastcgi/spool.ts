// Some web servers send a whole body before they read any answer. Where the application answers
// without reading, both sides would wait for ever; so the body goes to a file meanwhile.
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TsgiError } from "../common/errors.ts";

const BLOCK_SIZE = 65_536;
let count = 0;

/** A first-in, first-out queue of bytes in an unlinked temporary file, which is used as a ring. */
export class Spool {
  readonly #capacity: number;
  readonly #descriptor: number;
  #written = 0;
  #read = 0;

  /**
   * @param limit bytes that may wait; a record more is no harm
   * @throws {TsgiError} `LIMIT` where no file can be made
   */
  constructor(limit: number) {
    this.#capacity = limit + BLOCK_SIZE;
    const name = `tsgi-${process.pid}-${Date.now()}-${count++}`;
    const path = join(tmpdir(), name);
    this.#descriptor = attempt(() => openSync(path, "wx+", 0o600));
    unlinkSync(path);
  }

  /** Bytes that were not read yet. */
  get length(): number {
    return this.#written - this.#read;
  }

  /** @throws {TsgiError} `LIMIT` where the file system has no room */
  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const position = this.#written % this.#capacity;
      const length = Math.min(bytes.length - at, this.#capacity - position);
      const written = attempt(() =>
        writeSync(this.#descriptor, bytes, at, length, position),
      );
      this.#written += written;
      at += written;
    }
  }

  next(): Uint8Array | undefined {
    if (this.length === 0) return undefined;
    const position = this.#read % this.#capacity;
    const length = Math.min(BLOCK_SIZE, this.length, this.#capacity - position);
    const block = Buffer.allocUnsafeSlow(length);
    const read = readSync(this.#descriptor, block, 0, length, position);
    this.#read += read;
    // Where it stays small, the same blocks of the file are used again.
    if (this.length === 0) this.#read = this.#written = 0;
    return block.subarray(0, read);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}

function attempt(action: () => number): number {
  try {
    return action();
  } catch (cause) {
    throw new TsgiError(
      "LIMIT",
      `Cannot keep a body in a temporary file: ${(cause as Error).message}`,
      { cause },
    );
  }
}
