import { TsgiError } from "./errors.ts";
import type { Chunk } from "./types.ts";

/** The bytes of a chunk. @throws {TsgiError} `BODY` for anything else than a string or Uint8Array */
export function toBytes(chunk: Chunk): Uint8Array {
  if (typeof chunk === "string") return Buffer.from(chunk);
  if (isBytes(chunk)) return chunk;
  throw new TsgiError(
    "BODY",
    `Cannot send ${describe(chunk)} as a chunk: it is neither a string nor a Uint8Array`,
  );
}

/** Whether `value` is a Uint8Array, of this realm or another (vm, a test runner). */
export function isBytes(value: unknown): value is Uint8Array {
  return (
    value instanceof Uint8Array ||
    (ArrayBuffer.isView(value) &&
      Object.prototype.toString.call(value) === "[object Uint8Array]")
  );
}

/** Names the type of a value for an error message; never its content, and it cannot throw. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value !== "object") return `a ${typeof value}`;
  try {
    return `an object (${Object.prototype.toString.call(value).slice(8, -1)})`;
  } catch {
    // A Symbol.toStringTag that throws, a revoked Proxy.
    return "an object";
  }
}
