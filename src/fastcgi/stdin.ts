// The STDIN (or DATA) stream of one request: what has arrived and was not read yet.
import type { TsgiError } from "../common/errors.ts";
import type { BodySource } from "../common/input.ts";
import { costOf, kept } from "./kept.ts";
import type { Limits } from "./options.ts";
import type { Service } from "./service.ts";
import { Spool } from "./spool.ts";
import type { SpoolBudget } from "./spool-budget.ts";

/** Told when something was read, so that there may be room again. */
export interface Reader {
  resume(): void;
}

/** First in, first out: through memory up to `maxBufferedBytes`, behind that through a file. */
export class FcgiStdin implements BodySource {
  readonly #reader: Reader;
  readonly #limits: Limits;
  readonly #spools: SpoolBudget;
  #chunks: Uint8Array[] = [];
  #buffered = 0;
  #spool: Spool | undefined;
  #closed = false;
  /** What could not be kept is gone, and all that follows with it. */
  #failure: TsgiError | undefined;
  #waiting: ((chunk: Uint8Array | undefined) => void) | undefined;

  constructor(reader: Reader, { limits, spools }: Service) {
    this.#reader = reader;
    this.#limits = limits;
    this.#spools = spools;
  }

  /** Bytes in memory and in the file. */
  get unread(): number {
    return this.#buffered + (this.#spool?.length ?? 0);
  }

  /** Whether somebody waits for content that has not come. */
  get isAwaited(): boolean {
    return this.#waiting !== undefined;
  }

  /** Adds content of a record; it may be kept by reference. Where no file can take it, reads will fail. */
  push(bytes: Uint8Array): void {
    if (this.#closed || bytes.length === 0) return;
    if (this.#waiting !== undefined) {
      this.#settle(bytes);
    } else if (
      (this.#spool?.length ?? 0) > 0 ||
      this.#buffered > this.#limits.maxBufferedBytes
    ) {
      this.#keep(bytes);
    } else {
      const chunk = kept(bytes);
      this.#chunks.push(chunk);
      this.#buffered += costOf(chunk);
    }
  }

  /** Nothing follows. */
  end(): void {
    this.#closed = true;
    this.#settle(undefined);
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
    if (chunk !== undefined) this.#buffered -= costOf(chunk);
    else chunk = this.#spool?.next();
    if (chunk !== undefined) {
      this.#reader.resume();
      return chunk;
    }
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#closed) return undefined;
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#reader.resume();
    });
  }

  #keep(bytes: Uint8Array): void {
    try {
      this.#spool ??= new Spool(this.#spools);
      this.#spool.append(bytes);
    } catch (error) {
      this.#failure = error as TsgiError;
      this.discard();
      this.#limits.onError(this.#failure);
    }
  }

  #settle(chunk: Uint8Array | undefined): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.(chunk);
  }
}
