// tsgi.input: the body of a request as an application reads it (docs/specification.md, section 5).
import { TsgiError } from "./errors.ts";
import type { Input } from "./types.ts";

/** Where a front end's body bytes come from. A chunk is never written to again. */
export interface BodySource {
  /** The next chunk, a promise where it has yet to arrive, undefined at the end. */
  next(): Uint8Array | undefined | Promise<Uint8Array | undefined>;
}

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
  readonly #source: BodySource;
  readonly #maximum: number;
  readonly #length: number | undefined;
  #received = 0;
  #rest: Uint8Array = EMPTY;
  #last: Promise<unknown> | undefined;
  #failure: unknown;
  #interrupt: ((reason: unknown) => void) | undefined;

  constructor(source: BodySource, limits: BodyLimits) {
    this.#source = source;
    this.#length = limits.length;
    this.#maximum = limits.maximum;
  }

  read(size = -1): Promise<Uint8Array> {
    return this.#inTurn(size, async () => {
      if (size >= 0 && size <= this.#rest.length) return this.#take(size);
      const chunks: Uint8Array[] = [];
      let length = 0;
      while (size < 0 || length < size) {
        const chunk = await this.#chunk();
        if (chunk.length === 0) break;
        const wanted = size < 0 ? chunk.length : size - length;
        if (chunk.length > wanted) this.#rest = chunk.subarray(wanted);
        chunks.push(chunk.length > wanted ? chunk.subarray(0, wanted) : chunk);
        length += Math.min(chunk.length, wanted);
      }
      return join(chunks);
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
    return {
      next: async () => {
        const value = await this.#inTurn(-1, () => this.#chunk());
        return value.length > 0
          ? { done: false, value }
          : { done: true, value: undefined };
      },
    };
  }

  /** Makes every read that waits, and every later one, reject with `reason`. */
  abort(reason: TsgiError): void {
    this.#failure ??= reason;
    this.#interrupt?.(reason);
  }

  #inTurn<T>(size: number, action: () => Promise<T>): Promise<T> {
    if (!Number.isInteger(size) || size < -1) {
      const error = new TsgiError(
        "ARGUMENT",
        "Cannot read from tsgi.input: the size is not a whole number of bytes",
      );
      return Promise.reject(error);
    }
    const turn = this.#last === undefined ? action() : this.#after(action);
    // An abandoned read must not end the process when the request is aborted.
    turn.catch(() => {});
    this.#last = turn;
    return turn;
  }

  async #after<T>(action: () => Promise<T>): Promise<T> {
    await this.#last?.catch(() => {});
    return action();
  }

  async #line(size: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let length = 0;
    while (size < 0 || length < size) {
      const chunk = await this.#chunk();
      if (chunk.length === 0) break;
      const feed = chunk.indexOf(LINE_FEED);
      let end = feed < 0 ? chunk.length : feed + 1;
      if (size >= 0) end = Math.min(end, size - length);
      this.#rest = chunk.subarray(end);
      pieces.push(chunk.subarray(0, end));
      length += end;
      if (feed >= 0 && end === feed + 1) break;
    }
    return join(pieces);
  }

  #take(size: number): Uint8Array {
    const taken = this.#rest.subarray(0, size);
    this.#rest = this.#rest.subarray(size);
    return taken;
  }

  /** What is at hand, else the next chunk of the source; empty at the end. */
  async #chunk(): Promise<Uint8Array> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#rest.length > 0) return this.#take(this.#rest.length);
    if (this.#received === this.#length) return EMPTY;
    try {
      const chunk = await this.#pull();
      if (chunk === undefined) {
        if (this.#length === undefined) return EMPTY;
        throw new TsgiError(
          "INCOMPLETE_BODY",
          `Cannot read the body: it ended after ${this.#received} of ${this.#length} bytes`,
        );
      }
      return this.#limited(chunk);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
  }

  #limited(chunk: Uint8Array): Uint8Array {
    const left = (this.#length ?? this.#maximum) - this.#received;
    this.#received += Math.min(chunk.length, left);
    if (chunk.length <= left) return chunk;
    if (this.#length !== undefined) return chunk.subarray(0, left);
    throw new TsgiError(
      "BODY_TOO_LARGE",
      `Cannot read the body: it exceeds ${this.#maximum} bytes`,
    );
  }

  #pull(): Promise<Uint8Array | undefined> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject;
      Promise.resolve(this.#source.next()).then(resolve, reject);
    });
  }
}

function join(chunks: Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0] as Uint8Array;
  return chunks.length === 0 ? EMPTY : Buffer.concat(chunks);
}
