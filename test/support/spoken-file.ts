import type { Closable } from "../../src/common/types.ts";

/** A file as PEP 3333 knows it, which tells what was done with it. */
export class SpokenFile implements Closable {
  readonly sizes: number[] = [];
  closed = 0;
  #rest: Uint8Array;

  constructor(content: string) {
    this.#rest = Buffer.from(content);
  }

  read(size: number): Uint8Array {
    this.sizes.push(size);
    const block = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return block;
  }

  close(): void {
    this.closed++;
  }
}
