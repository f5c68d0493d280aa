// A temporary file can be as large as a body; all of them together may not fill the disk.
import type { Reader } from "./stdin.ts";

/** What the temporary files of a process may have in all. */
export class SpoolBudget {
  readonly #limit: number;
  #used = 0;
  #waiting = new Set<Reader>();

  /** @param limit in bytes */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether one more record may be kept. If not, `reader` is resumed when there may be room again. */
  hasRoom(reader: Reader): boolean {
    if (this.#used < this.#limit) return true;
    this.#waiting.add(reader);
    return false;
  }

  take(bytes: number): void {
    this.#used += bytes;
  }

  release(bytes: number): void {
    this.#used -= bytes;
    if (this.#waiting.size > 0 && this.#used < this.#limit) {
      setImmediate(this.#wake);
    }
  }

  /** In a turn of its own: whoever made room is in the middle of something. */
  readonly #wake = (): void => {
    const waiting = this.#waiting;
    this.#waiting = new Set();
    for (const reader of waiting) reader.resume();
  };
}
