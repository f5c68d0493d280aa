// Values of environ are bytes as Latin-1 strings, one code unit a byte (docs/specification.md, A2.04).
import { TsgiError } from "../common/errors.ts";

/** The bytes of a Latin-1 string. @throws {TsgiError} `ARGUMENT` for a character above U+00FF */
export function latin1ToBytes(text: string): Uint8Array {
  if (/[^\0-\xff]/.test(text)) {
    throw new TsgiError(
      "ARGUMENT",
      "Cannot turn text into bytes: it has a character above U+00FF",
    );
  }
  return Buffer.from(text, "latin1");
}

/** Bytes as a Latin-1 string, which keeps every one of them. */
export function bytesToLatin1(bytes: Uint8Array): string {
  const { buffer, byteOffset, byteLength } = bytes;
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}
