// tsgi.file_wrapper: a file as a body (PEP 3333, "Optional Platform-Specific File Handling").
import { describe } from "./chunk.ts";
import { TsgiError } from "./errors.ts";
import { destroyStream } from "./node-stream.ts";
import type { Closable, FileLike } from "./types.ts";

const BLOCK_SIZE = 65_536;

/** The body `tsgi.file_wrapper` makes; nothing is read before the server iterates it. */
export class FileBody implements AsyncIterable<Uint8Array>, Closable {
  readonly #file: FileLike;
  readonly #blockSize: number;
  #closed = false;

  constructor(file: FileLike, blockSize: number) {
    this.#file = file;
    this.#blockSize = blockSize;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const file = this.#file;
    if (Symbol.asyncIterator in file) {
      yield* file;
    } else if ("read" in file) {
      for (;;) {
        const block = await this.#read(file);
        if (block.length === 0) return;
        yield block;
      }
    } else {
      yield* file.stream();
    }
  }

  /** Closes the file, where it can be closed. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const file = this.#file as {
      close?: unknown;
      cancel?: unknown;
      locked?: unknown;
    };
    if (destroyStream(file)) return;
    if (typeof file.close === "function") await file.close();
    // A web stream that is being read cannot be cancelled from outside.
    else if (typeof file.cancel === "function" && file.locked === false) {
      await file.cancel();
    }
  }

  async #read(
    file: Exclude<FileLike, Blob | AsyncIterable<Uint8Array>>,
  ): Promise<Uint8Array> {
    if (!("fd" in file)) return file.read(this.#blockSize);
    const buffer = new Uint8Array(this.#blockSize);
    const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
    return buffer.subarray(0, bytesRead);
  }
}

/** @throws {TsgiError} `ARGUMENT` for what is not a file, or a block size below 1 */
export function fileWrapper(
  file: FileLike,
  blockSize: number = BLOCK_SIZE,
): FileBody {
  if (!isFileLike(file)) {
    throw new TsgiError(
      "ARGUMENT",
      `Cannot wrap ${describe(file)}: it has neither read() nor chunks to iterate`,
    );
  }
  if (!Number.isInteger(blockSize) || blockSize < 1) {
    throw new TsgiError(
      "ARGUMENT",
      "Cannot wrap the file: the block size is not a number of bytes",
    );
  }
  return new FileBody(file, blockSize);
}

function isFileLike(file: unknown): file is FileLike {
  if (typeof file !== "object" || file === null) return false;
  return (
    typeof (file as { read?: unknown }).read === "function" ||
    typeof (file as { stream?: unknown }).stream === "function" ||
    Symbol.asyncIterator in file
  );
}
