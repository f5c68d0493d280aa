// Stop 2 of a request: a PARAMS stream becomes variables (FastCGI 1.0, section 3.4). A pair, even
// a length, may be cut anywhere between records, so only the whole stream is decoded.
import { TsgiError } from "../common/errors.ts";
import { emptyVariables, type Variables } from "../common/variables.ts";

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
  const text = latin1(bytes);
  let offset = 0;
  let count = 0;
  while (offset < bytes.length) {
    const start = offset;
    const nameLength = lengthAt(bytes, offset);
    offset += lengthSize(bytes, offset);
    const valueLength = lengthAt(bytes, offset);
    offset += lengthSize(bytes, offset);
    const value = offset + nameLength;
    const end = value + valueLength;
    if (end > bytes.length) {
      throw new TsgiError(
        "PROTOCOL",
        `Cannot decode the params: the pair at byte ${start} runs past their end`,
      );
    }
    if (++count > maximum) {
      throw new TsgiError(
        "LIMIT",
        `Cannot accept the params: there are more than ${maximum}`,
      );
    }
    const name = text.slice(offset, value);
    if (name !== "") add(variables, name, text.slice(value, end));
    offset = end;
  }
  return variables;
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
  const earlier = variables[name];
  if (earlier === undefined || !name.startsWith("HTTP_")) {
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
  const { buffer, byteOffset, length } = bytes;
  return Buffer.from(buffer, byteOffset, length).toString("latin1");
}
