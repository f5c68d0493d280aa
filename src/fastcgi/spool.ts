// Some web servers send a whole body before they read any answer. Where the application answers
// without reading, both sides would wait for ever; so the body goes to a file meanwhile.
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const BLOCK_SIZE = 65_536;
let count = 0;

/** A first-in, first-out queue of bytes in an unlinked temporary file. */
export class Spool {
  readonly #descriptor: number;
  #written = 0;
  #read = 0;

  constructor() {
    const name = `tsgi-${process.pid}-${Date.now()}-${count++}`;
    const path = join(tmpdir(), name);
    this.#descriptor = openSync(path, "wx+", 0o600);
    unlinkSync(path);
  }

  /** Bytes that were not read yet. */
  get length(): number {
    return this.#written - this.#read;
  }

  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      const rest = bytes.length - at;
      at += writeSync(this.#descriptor, bytes, at, rest, this.#written + at);
    }
    this.#written += bytes.length;
  }

  next(): Uint8Array | undefined {
    const length = Math.min(BLOCK_SIZE, this.length);
    if (length === 0) return undefined;
    const block = Buffer.allocUnsafeSlow(length);
    const read = readSync(this.#descriptor, block, 0, length, this.#read);
    this.#read += read;
    if (this.length === 0) this.#read = this.#written = 0;
    return block.subarray(0, read);
  }

  close(): void {
    closeSync(this.#descriptor);
  }
}
