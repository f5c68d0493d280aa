// The body of a CGI request: at most CONTENT_LENGTH bytes of descriptor 0 (RFC 3875, section 4.2).
import { read } from "node:fs";
import type { BodySource } from "../common/input.ts";

const STDIN = 0;
const BLOCK_SIZE = 65_536;
const RETRY_MS = 2;

/** Reads what the web server sends, block by block and no further than told. */
export class CgiStdin implements BodySource {
  #remaining: number;
  /** Reads that wait: one which was given up, and one that discards what is left. */
  #reads = 0;

  /** @param length bytes to read; Infinity for all up to the end */
  constructor(length: number) {
    this.#remaining = length;
  }

  /** Bytes that were not read yet. */
  get remaining(): number {
    return this.#remaining;
  }

  /** Whether a thread waits for bytes: it would hold up the end of the process. */
  get isReading(): boolean {
    return this.#reads > 0;
  }

  async next(): Promise<Uint8Array | undefined> {
    if (this.#remaining === 0) return undefined;
    const length = Math.min(BLOCK_SIZE, this.#remaining);
    const block = Buffer.allocUnsafeSlow(length);
    this.#reads++;
    const bytesRead = await readSome(block).finally(() => {
      this.#reads--;
    });
    if (bytesRead === 0) {
      this.#remaining = 0;
      return undefined;
    }
    this.#remaining -= bytesRead;
    return block.subarray(0, bytesRead);
  }
}

function readSome(block: Uint8Array): Promise<number> {
  return new Promise((resolve, reject) => {
    const attempt = (): void => {
      read(STDIN, block, 0, block.length, null, (error, bytesRead) => {
        if (error === null) resolve(bytesRead);
        else if (error.code === "EAGAIN") setTimeout(attempt, RETRY_MS);
        else if (error.code === "EOF") resolve(0);
        else reject(error);
      });
    };
    attempt();
  });
}
