// Whole writes to a descriptor, without process.stdout: touching that costs 40 % of a start, and
// turns a pipe non-blocking, which cuts what is written behind it at 64 KiB.
import { writeSync } from "node:fs";

let sleeper: Int32Array | undefined;

/** Writes all of `bytes`, waiting where a non-blocking descriptor is full. @throws the system's error */
export function writeAll(descriptor: number, bytes: Uint8Array): void {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(descriptor, bytes, offset);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      sleeper ??= new Int32Array(new SharedArrayBuffer(4));
      Atomics.wait(sleeper, 0, 0, 1);
    }
  }
}
