// The STDIN (or DATA) stream of one request: what has arrived and was not read yet.
import type { BodySource } from "../common/input.ts";
import { Spool } from "./spool.ts";

export class FcgiStdin implements BodySource {
  readonly #onRead: () => void;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #spool: Spool | undefined;
  #closed = false;
  #waiting: ((chunk: Uint8Array | undefined) => void) | undefined;

  /** @param onRead called when there may be room again */
  constructor(onRead: () => void) {
    this.#onRead = onRead;
  }

  /** Bytes in memory. */
  get buffered(): number {
    return this.#buffered;
  }

  /** Bytes in memory and in the file. */
  get unread(): number {
    return this.#buffered + (this.#spool?.length ?? 0);
  }

  /** Whether its last record has come. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** Adds content of a record; it is kept by reference. */
  push(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    if (this.#waiting !== undefined) {
      this.#settle(bytes);
    } else if (this.#spool !== undefined && this.#spool.length > 0) {
      this.#spool.append(bytes);
    } else {
      this.#chunks.push(bytes);
      this.#buffered += bytes.length;
    }
  }

  /** Adds content behind what memory may hold: it goes to a file. */
  spool(bytes: Uint8Array): void {
    this.#spool ??= new Spool();
    this.#spool.append(bytes);
  }

  /** Nothing follows. */
  end(): void {
    this.#closed = true;
    if (this.#waiting !== undefined) this.#settle(undefined);
  }

  /** Forgets what is left; later content is dropped. */
  discard(): void {
    this.#chunks = [];
    this.#buffered = 0;
    this.#spool?.close();
    this.#spool = undefined;
    this.end();
  }

  next(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    let chunk = this.#chunks.shift();
    if (chunk !== undefined) this.#buffered -= chunk.length;
    else chunk = this.#spool?.next();
    if (chunk !== undefined) {
      this.#onRead();
      return chunk;
    }
    if (this.#closed) return undefined;
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#onRead();
    });
  }

  #settle(chunk: Uint8Array | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(chunk);
  }
}
