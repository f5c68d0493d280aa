// tsgi.file_wrapper: a file as a body (PEP 3333, "Optional Platform-Specific File Handling").
import { describe, toBytes } from "./chunk.ts";
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

  [Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    return this.upTo(Number.POSITIVE_INFINITY);
  }

  /** The file from its present position, for at most `limit` bytes: the end is not always wanted. */
  async *upTo(limit: number): AsyncGenerator<Uint8Array> {
    const file = this.#file;
    let left = limit;
    if (isStream(file)) {
      if (left === 0) return;
      for await (const chunk of chunksOf(file)) {
        const bytes = toBytes(chunk);
        yield bytes.subarray(0, left);
        left -= bytes.length;
        if (left <= 0) return;
      }
    } else {
      while (left > 0) {
        const block = await readBlock(file, Math.min(this.#blockSize, left));
        if (block.length === 0) return;
        yield block;
        left -= block.length;
      }
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

type Stream = Blob | AsyncIterable<Uint8Array>;

function isStream(file: FileLike): file is Stream {
  return Symbol.asyncIterator in file || !("read" in file);
}

function chunksOf(file: Stream): AsyncIterable<Uint8Array> {
  return Symbol.asyncIterator in file ? file : file.stream();
}

async function readBlock(
  file: Exclude<FileLike, Stream>,
  size: number,
): Promise<Uint8Array> {
  if (!("fd" in file)) return file.read(size);
  const buffer = new Uint8Array(size);
  const { bytesRead } = await file.read(buffer, 0, size, null);
  return buffer.subarray(0, bytesRead);
}

function isFileLike(file: unknown): file is FileLike {
  if (typeof file !== "object" || file === null) return false;
  return (
    typeof (file as { read?: unknown }).read === "function" ||
    typeof (file as { stream?: unknown }).stream === "function" ||
    Symbol.asyncIterator in file
  );
}
