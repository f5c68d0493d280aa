// Some web servers send a whole body before they read any answer. Where the application answers
// without reading, both sides would wait for ever; so the body goes to a file meanwhile.
import {
  closeSync,
  ftruncateSync,
  openSync,
  readSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TsgiError } from "../common/errors.ts";
import type { SpoolBudget } from "./spool-budget.ts";

const BLOCK_SIZE = 65_536;
/** Blocks a file may keep when all was read. */
const KEPT_BLOCKS = 16;
let count = 0;

/** A first-in, first-out queue of bytes in an unlinked temporary file, whose blocks are used again. */
export class Spool {
  readonly #budget: SpoolBudget;
  readonly #descriptor: number;
  /** Numbers of the blocks with something in them, the oldest first. */
  #full: number[] = [];
  /** Those that can be written again. */
  #free: number[] = [];
  /** Blocks the file has. */
  #blocks = 0;
  /** Bytes of the oldest block that were read. */
  #start = 0;
  /** Bytes of the newest one that were written. */
  #end = BLOCK_SIZE;

  /** @throws {TsgiError} `BODY_TOO_LARGE` where no file can be made */
  constructor(budget: SpoolBudget) {
    this.#budget = budget;
    const name = `tsgi-${process.pid}-${Date.now()}-${count++}`;
    const path = join(tmpdir(), name);
    this.#descriptor = attempt(() => openSync(path, "wx+", 0o600));
    unlinkSync(path);
  }

  /** Bytes that were not read yet. */
  get length(): number {
    const blocks = this.#full.length;
    return blocks === 0
      ? 0
      : (blocks - 1) * BLOCK_SIZE - this.#start + this.#end;
  }

  /** @throws {TsgiError} `BODY_TOO_LARGE` where the file system has no room; what was kept is to be given up */
  append(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.#end === BLOCK_SIZE) this.#addBlock();
      const position = (this.#full.at(-1) as number) * BLOCK_SIZE + this.#end;
      const length = Math.min(bytes.length - at, BLOCK_SIZE - this.#end);
      const written = attempt(() =>
        writeSync(this.#descriptor, bytes, at, length, position),
      );
      this.#end += written;
      at += written;
    }
  }

  next(): Uint8Array | undefined {
    const [block] = this.#full;
    if (block === undefined) return undefined;
    const stop = this.#full.length === 1 ? this.#end : BLOCK_SIZE;
    const bytes = Buffer.allocUnsafeSlow(stop - this.#start);
    const position = block * BLOCK_SIZE + this.#start;
    const read = readSync(this.#descriptor, bytes, 0, bytes.length, position);
    this.#start += read;
    if (this.#start === stop) this.#freeBlock(block);
    return bytes.subarray(0, read);
  }

  close(): void {
    closeSync(this.#descriptor);
    this.#budget.release(this.#blocks * BLOCK_SIZE);
  }

  #addBlock(): void {
    let block = this.#free.pop();
    if (block === undefined) {
      block = this.#blocks++;
      this.#budget.take(BLOCK_SIZE);
    }
    this.#full.push(block);
    this.#end = 0;
  }

  #freeBlock(block: number): void {
    this.#full.shift();
    this.#free.push(block);
    this.#start = 0;
    if (this.#full.length > 0) return;
    this.#end = BLOCK_SIZE;
    if (this.#blocks <= KEPT_BLOCKS) return;
    ftruncateSync(this.#descriptor);
    this.#budget.release(this.#blocks * BLOCK_SIZE);
    this.#blocks = 0;
    this.#free = [];
  }
}

function attempt(action: () => number): number {
  try {
    return action();
  } catch (cause) {
    throw new TsgiError(
      "BODY_TOO_LARGE",
      `Cannot keep a body in a temporary file: ${(cause as Error).message}`,
      { cause },
    );
  }
}
