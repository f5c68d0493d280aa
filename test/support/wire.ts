// Bytes as the FastCGI specification prints them, and every way in which they may arrive.
import assert from "node:assert/strict";
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import type { FcgiRecord } from "../../src/fastcgi/protocol.ts";

/** A record as a table shows it. */
export type Row = readonly [type: number, requestId: number, content: string];

/** `hex("01 05 0001 0003 05 00", "'abc'", "00 00 00 00 00")`: digits, and Latin-1 in quotes. */
export function hex(...parts: string[]): Buffer {
  return Buffer.concat(
    parts.map((part) => {
      const text = /^'(.*)'$/s.exec(part)?.[1];
      if (text !== undefined) return Buffer.from(text, "latin1");
      const digits = part.replaceAll(" ", "");
      assert.match(digits, /^([0-9a-f]{2})*$/i, `not hexadecimal: ${part}`);
      return Buffer.from(digits, "hex");
    }),
  );
}

/** The bytes as {@link hex} reads them, a record a line; for messages and comparisons. */
export function show(bytes: Uint8Array): string {
  const lines: string[] = [];
  let rest = Buffer.from(bytes);
  while (rest.length > 0) {
    const length = rest.length < 8 ? 0 : rest.readUInt16BE(4);
    const end = rest.length < 8 ? 0 : 8 + length + (rest[6] as number);
    if (end === 0 || end > rest.length)
      return [...lines, pairs(rest)].join("\n");
    const digits = rest.toString("hex", 0, 8);
    const header = digits.replace(
      /(..)(..)(....)(....)(..)(..)/,
      "$1 $2 $3 $4 $5 $6",
    );
    const content = rest.subarray(8, 8 + length);
    const padding = rest.subarray(8 + length, end);
    lines.push([header, quoted(content), pairs(padding)].join(" ").trimEnd());
    rest = rest.subarray(end);
  }
  return lines.join("\n");
}

/** Compares bytes, and shows records where they differ. */
export function assertWire(actual: Uint8Array, expected: Uint8Array): void {
  assert.equal(show(actual), show(expected));
}

/** The bytes in pieces of one size, the last one shorter. */
export function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += size) {
    pieces.push(bytes.subarray(at, at + size));
  }
  return pieces;
}

/** The bytes cut at some offsets, in any order, beyond the end too. */
export function cutAt(
  bytes: Uint8Array,
  offsets: readonly number[],
): Uint8Array[] {
  const cuts = offsets.map((offset) => offset % (bytes.length + 1));
  const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
  return edges
    .slice(1)
    .map((edge, index) => bytes.subarray(edges[index], edge));
}

/** The bytes in pieces of any size, most of them small. */
export function inRandomPieces(
  bytes: Uint8Array,
  random: () => number,
): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const size = 1 + Math.floor(random() ** 4 * bytes.length);
    pieces.push(bytes.subarray(at, at + size));
    at += size;
  }
  return pieces;
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** All records of the pieces, each asked for as soon as it may be there. */
export function decodeRecords(pieces: Iterable<Uint8Array>): FcgiRecord[] {
  const decoder = new RecordDecoder();
  const records: FcgiRecord[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    for (;;) {
      const record = decoder.next();
      if (record === undefined) break;
      records.push(record);
    }
  }
  return records;
}

/** {@link decodeRecords} as rows of a table. */
export function decodeRows(pieces: Iterable<Uint8Array>): Row[] {
  return decodeRecords(pieces).map(({ type, requestId, content }) => [
    type,
    requestId,
    Buffer.from(content).toString("latin1"),
  ]);
}

function quoted(content: Uint8Array): string {
  const text = Buffer.from(content).toString("latin1");
  return /^[\x20-\x26\x28-\x7e]+$/.test(text) ? `'${text}'` : pairs(content);
}

function pairs(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex").replace(/..\B/g, "$& ");
}
