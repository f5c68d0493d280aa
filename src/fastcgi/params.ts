// Stop 2 of a request: a PARAMS stream becomes variables (FastCGI 1.0, section 3.4). A pair, even
// a length, may be cut anywhere between records, so only the whole stream is decoded.
import { TsgiError } from "../common/errors.ts";
import {
  emptyVariables,
  isReserved,
  isVariableName,
  type Variables,
} from "../common/variables.ts";

/**
 * Decodes name-value pairs to Latin-1 strings.
 *
 * nginx sends a repeated header as repeated pairs: those of HTTP_* are joined, with `; ` for
 * cookies and `, ` for the rest; of any other name the last one counts.
 *
 * @param maximum pairs to accept
 * @param variables where to put them; after an error those in front of it are there
 * @throws {TsgiError} `PROTOCOL` where a length runs past the end, `LIMIT` above `maximum` pairs
 */
export function decodePairs(
  bytes: Uint8Array,
  maximum: number,
  variables: Variables = emptyVariables(),
): Variables {
  decodeInto(variables, bytes, maximum);
  return variables;
}

/**
 * Decodes as {@link decodePairs} does.
 *
 * @returns whether an environ may have every one of them
 */
export function decodeInto(
  variables: Variables,
  bytes: Uint8Array,
  maximum: number,
): boolean {
  const text = latin1(bytes);
  let isClean = true;
  let offset = 0;
  let count = 0;
  while (offset < bytes.length) {
    const start = offset;
    const nameLength = lengthAt(bytes, offset);
    offset += lengthSize(bytes, offset);
    const valueLength = lengthAt(bytes, offset);
    offset += lengthSize(bytes, offset);
    const end = offset + nameLength + valueLength;
    if (end > bytes.length) {
      throw new TsgiError(
        "PROTOCOL",
        `Cannot decode the params: the pair at byte ${start} runs past their end`,
      );
    }
    if (count === maximum) {
      throw new TsgiError(
        "LIMIT",
        `Cannot accept the params: there are more than ${maximum}`,
      );
    }
    const given = text.slice(offset, offset + nameLength);
    const known = expected[count] === given;
    const name = known ? (expected[count] as string) : given;
    const value = text.slice(offset + nameLength, end);
    if (!known) isClean = expect(count, name) && isClean;
    if (value.includes("\0")) isClean = false;
    if (name !== "") add(variables, name, value);
    offset = end;
    count++;
  }
  return isClean;
}

/**
 * The names of the params before, in their order, which a web server keeps from request to request.
 * A constant needs no hashing and no check: this halves the time of decoding (bench/micro/params.ts).
 */
const expected: string[] = [];
/** How many to remember, and how long ones: the peer chooses both. */
const REMEMBERED = 64;

/** @returns whether an environ may have that name */
function expect(position: number, name: string): boolean {
  if (isReserved(name) || !isVariableName(name)) return false;
  if (position < REMEMBERED && name.length <= REMEMBERED) {
    while (expected.length < position) expected.push("");
    expected[position] = name;
  }
  return true;
}

/** Encodes pairs of Latin-1 strings, each length in its shortest form. */
export function encodePairs(
  pairs: Iterable<readonly [name: string, value: string]>,
): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [name, value] of pairs) {
    parts.push(encodeLength(name.length), encodeLength(value.length));
    parts.push(Buffer.from(name, "latin1"), Buffer.from(value, "latin1"));
  }
  return Buffer.concat(parts);
}

function add(variables: Variables, name: string, value: string): void {
  const earlier = name.startsWith("HTTP_") ? variables[name] : undefined;
  if (earlier === undefined) {
    variables[name] = value;
  } else {
    const separator = name === "HTTP_COOKIE" ? "; " : ", ";
    variables[name] = earlier + separator + value;
  }
}

function lengthSize(bytes: Uint8Array, at: number): 1 | 4 {
  return at < bytes.length && (bytes[at] as number) >= 0x80 ? 4 : 1;
}

/** Infinity where the stream ends inside the length. */
function lengthAt(bytes: Uint8Array, at: number): number {
  const size = lengthSize(bytes, at);
  if (at + size > bytes.length) return Number.POSITIVE_INFINITY;
  if (size === 1) return bytes[at] as number;
  // No shift by 24: the result would be negative.
  return (
    ((bytes[at] as number) & 0x7f) * 0x1_00_00_00 +
    (((bytes[at + 1] as number) << 16) |
      ((bytes[at + 2] as number) << 8) |
      (bytes[at + 3] as number))
  );
}

function encodeLength(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length);
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(length + 0x8000_0000);
  return bytes;
}

function latin1(bytes: Uint8Array): string {
  if (bytes instanceof Buffer) return bytes.toString("latin1");
  const { buffer, byteOffset, length } = bytes;
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}
