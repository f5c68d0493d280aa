// Stop 1 of a request: bytes become records (FastCGI 1.0, section 3.3). No I/O: bytes are pushed
// in and records asked for, so whoever wants to pause stops asking.
import { TsgiError } from "../common/errors.ts";
import { FCGI, type FcgiRecord } from "./protocol.ts";

const NOTHING = new Uint8Array(0);

/** Joins what has arrived in pieces, and copies nothing else. */
export class RecordDecoder {
  #bytes: Uint8Array = NOTHING;
  #offset = 0;
  /** What has arrived of a record whose end has not; joined once when it does. */
  #pieces: Uint8Array[] = [];
  #pending = 0;
  #needed = 0;

  /** Whether part of a record is waiting for the rest. */
  get isPartial(): boolean {
    return this.#pending > 0 || this.#offset < this.#bytes.length;
  }

  /** Adds bytes as they came. They are kept by reference and must not change. */
  push(bytes: Uint8Array): void {
    if (this.#pending === 0 && this.#offset === this.#bytes.length) {
      this.#bytes = bytes;
      this.#offset = 0;
      return;
    }
    if (this.#pending === 0) this.#setAside(FCGI.HEADER_LENGTH);
    this.#pieces.push(bytes);
    this.#pending += bytes.length;
  }

  /**
   * The next whole record, undefined until more bytes are pushed. Its content is a view of them.
   *
   * @throws {TsgiError} `PROTOCOL` for another version than 1; the stream cannot be read any further
   */
  next(): FcgiRecord | undefined {
    if (this.#pending > 0) {
      if (this.#pending < this.#needed) return undefined;
      this.#bytes = Buffer.concat(this.#pieces, this.#pending);
      this.#offset = 0;
      this.#pieces = [];
      this.#pending = 0;
    }
    const bytes = this.#bytes;
    const start = this.#offset;
    const available = bytes.length - start;
    if (available === 0) return this.#release();
    if (bytes[start] !== FCGI.VERSION_1) {
      throw new TsgiError(
        "PROTOCOL",
        `Cannot read FastCGI version ${bytes[start]}: only version 1 exists`,
      );
    }
    if (available < FCGI.HEADER_LENGTH) {
      return this.#setAside(FCGI.HEADER_LENGTH);
    }
    const type = bytes[start + 1] as number;
    const requestId = uint16(bytes, start + 2);
    const contentLength = uint16(bytes, start + 4);
    const paddingLength = bytes[start + 6] as number;
    const length = FCGI.HEADER_LENGTH + contentLength + paddingLength;
    if (available < length) return this.#setAside(length);

    this.#offset = start + length;
    const content = start + FCGI.HEADER_LENGTH;
    return {
      type,
      requestId,
      content:
        contentLength === 0
          ? NOTHING
          : bytes.subarray(content, content + contentLength),
    };
  }

  /** An idle connection keeps no bytes. */
  #release(): undefined {
    this.#bytes = NOTHING;
    this.#offset = 0;
  }

  #setAside(needed: number): undefined {
    if (this.#offset < this.#bytes.length) {
      this.#pieces.push(this.#bytes.subarray(this.#offset));
      this.#pending = this.#bytes.length - this.#offset;
    }
    this.#needed = needed;
    this.#release();
  }
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] as number) << 8) | (bytes[at + 1] as number);
}
