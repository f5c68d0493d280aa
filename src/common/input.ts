// tsgi.input: the body of a request as an application reads it (docs/specification.md, section A4).
import { TsgiError } from "./errors.ts";
import type { Input } from "./types.ts";

/** Where a front end's body bytes come from. A chunk is never written to again. */
export interface BodySource {
  /** The next chunk, a promise where it has yet to arrive, undefined at the end. */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

/** How long a body may be. */
export interface BodyLimits {
  /** CONTENT_LENGTH in bytes: more is never delivered, less is an error. */
  readonly length: number | undefined;
  /** Bytes a body without a length may have. */
  readonly maximum: number;
}

const EMPTY = new Uint8Array(0);
const LINE_FEED = 0x0a;

/** Reads a {@link BodySource}; overlapping calls are served in the order they were made. */
export class RequestInput implements Input {
  #source: BodySource;
  readonly #maximum: number;
  /** Bytes of the whole body; without CONTENT_LENGTH its end tells. */
  #length: number | undefined;
  #received = 0;
  /** What has arrived and was not asked for yet; empty after a failure. */
  #rest: Uint8Array = EMPTY;
  #failure: unknown;
  /** Rejects the read that waits for the source. */
  #interrupt: ((reason: unknown) => void) | undefined;
  /** Settles after the last call so far. */
  #tail: Promise<void> | undefined;

  constructor(source: BodySource, limits: BodyLimits) {
    this.#source = source;
    this.#length = limits.length;
    this.#maximum = limits.maximum;
  }

  read(size = -1): Promise<Uint8Array> {
    return this.#inTurn(size, async () => {
      const pieces: Uint8Array[] = [];
      let wanted = size < 0 ? Number.POSITIVE_INFINITY : size;
      while (wanted > 0 && (this.#rest.length > 0 || (await this.#fill()))) {
        const piece = this.#take(wanted);
        pieces.push(piece);
        wanted -= piece.length;
      }
      return join(pieces);
    });
  }

  readline(size = -1): Promise<Uint8Array> {
    return this.#inTurn(size, () => this.#line(size));
  }

  readlines(hint = -1): Promise<Uint8Array[]> {
    return this.#inTurn(hint, async () => {
      const lines: Uint8Array[] = [];
      let length = 0;
      for (;;) {
        const line = await this.#line(-1);
        if (line.length === 0) return lines;
        lines.push(line);
        length += line.length;
        if (hint > 0 && length >= hint) return lines;
      }
    });
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    const step = async (): Promise<IteratorResult<Uint8Array>> =>
      this.#rest.length > 0 || (await this.#fill())
        ? { done: false, value: this.#take(Number.POSITIVE_INFINITY) }
        : { done: true, value: undefined };
    // Without return(): whoever leaves a loop early may read on.
    return { next: () => this.#inTurn(-1, step) };
  }

  /** Makes the read that waits, and every later one, reject with `reason`. */
  abort(reason: TsgiError): void {
    this.#failure ??= reason;
    this.#rest = EMPTY;
    this.#interrupt?.(reason);
  }

  /** The request is over: what was not read by now is gone, and must not look like the end. */
  end(): void {
    this.#source = ENDED;
    this.#rest = EMPTY;
    this.#interrupt?.(endedError());
  }

  #inTurn<T>(size: number, action: () => Promise<T>): Promise<T> {
    const isSize = Number.isInteger(size) && size >= -1;
    const checked: () => Promise<T> = isSize ? action : refuseSize;
    const turn = this.#tail?.then(checked) ?? checked();
    // Without the result, which would be kept until the next call. And a read that nobody awaits
    // must not end the process.
    const settle = () => {
      if (this.#tail === tail) this.#tail = undefined;
    };
    const tail = turn.then(settle, settle);
    this.#tail = tail;
    return turn;
  }

  async #line(size: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let wanted = size < 0 ? Number.POSITIVE_INFINITY : size;
    while (wanted > 0 && (this.#rest.length > 0 || (await this.#fill()))) {
      const feed = this.#rest.indexOf(LINE_FEED);
      const piece = this.#take(feed < 0 ? wanted : Math.min(wanted, feed + 1));
      pieces.push(piece);
      wanted -= piece.length;
      if (piece.at(-1) === LINE_FEED) break;
    }
    return join(pieces);
  }

  #take(size: number): Uint8Array {
    const rest = this.#rest;
    const isAll = size >= rest.length;
    this.#rest = isAll ? EMPTY : rest.subarray(size);
    return isAll ? rest : rest.subarray(0, size);
  }

  /** Waits until something is at hand; false at the end of the body. */
  async #fill(): Promise<boolean> {
    try {
      for (;;) {
        if (this.#failure !== undefined) throw this.#failure;
        if (this.#rest.length > 0) return true;
        if (this.#received === this.#length) return false;
        const next = this.#source.next();
        const chunk =
          next instanceof Promise ? await this.#arrival(next) : next;
        if (chunk === undefined) this.#close();
        else this.#accept(chunk);
      }
    } catch (error) {
      this.#failure ??= error;
      this.#rest = EMPTY;
      throw error;
    }
  }

  async #arrival(
    next: Promise<Uint8Array | undefined>,
  ): Promise<Uint8Array | undefined> {
    try {
      return await new Promise((resolve, reject) => {
        this.#interrupt = reject;
        next.then(resolve, reject);
      });
    } finally {
      this.#interrupt = undefined;
    }
  }

  #close(): void {
    if (this.#length !== undefined) {
      throw new TsgiError(
        "INCOMPLETE_BODY",
        `Cannot read the body: it ended after ${this.#received} of ${this.#length} bytes`,
      );
    }
    this.#length = this.#received;
  }

  #accept(chunk: Uint8Array): void {
    const left = (this.#length ?? this.#maximum) - this.#received;
    if (chunk.length <= left) {
      this.#received += chunk.length;
      this.#rest = chunk;
    } else if (this.#length !== undefined) {
      this.#received += left;
      this.#rest = chunk.subarray(0, left);
    } else {
      throw new TsgiError(
        "BODY_TOO_LARGE",
        `Cannot read the body: it exceeds ${this.#maximum} bytes`,
      );
    }
  }
}

const ENDED: BodySource = {
  next() {
    throw endedError();
  },
};

function endedError(): TsgiError {
  return new TsgiError("ENDED", "Cannot read the body: the request has ended");
}

async function refuseSize(): Promise<never> {
  throw new TsgiError(
    "ARGUMENT",
    "Cannot read from tsgi.input: the size is not a whole number of bytes",
  );
}

function join(pieces: Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0] as Uint8Array;
  return pieces.length === 0 ? EMPTY : Buffer.concat(pieces);
}
