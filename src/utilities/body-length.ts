// What can be known of a body before it is sent.
import { toBytes } from "../common/chunk.ts";
import { fileWrapper } from "../common/file-wrapper.ts";
import type {
  Closable,
  Environ,
  FileLike,
  ResponseBody,
} from "../common/types.ts";

/** Bytes of a body that is all there: a chunk, or an array of chunks. Undefined for all others. */
export function bodyLength(body: ResponseBody): number | undefined {
  if (typeof body === "string") return Buffer.byteLength(body);
  if (body instanceof Uint8Array) return body.length;
  if (!Array.isArray(body)) return undefined;
  return body.reduce<number>((sum, chunk) => sum + toBytes(chunk).length, 0);
}

/** A file as a body: by the server's own `tsgi.file_wrapper` where it has one. `blockSize` is in bytes. @throws {TsgiError} `ARGUMENT` for what is not a file */
export function wrapFile(
  environ: Pick<Environ, "tsgi.file_wrapper">,
  file: FileLike,
  blockSize?: number,
): AsyncIterable<Uint8Array> & Closable {
  return (environ["tsgi.file_wrapper"] ?? fileWrapper)(file, blockSize);
}
