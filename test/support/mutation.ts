// Bytes that were sound once.
import fc from "fast-check";
import { wireCaptures, wireSetups } from "./fixtures.ts";

/** What real servers sent on a connection, where it is not long. */
export const transcripts: readonly Uint8Array[] = wireSetups
  .flatMap(wireCaptures)
  .map(({ wire }) => wire)
  .filter(({ length }) => length <= 4096);

/** The same bytes with one to eight changes. */
export function mutated(sound: fc.Arbitrary<Uint8Array>): fc.Arbitrary<Buffer> {
  const changes = fc.array(change, { minLength: 1, maxLength: 8 });
  return fc
    .tuple(sound, changes)
    .map(([bytes, all]) =>
      all.reduce<Buffer>(
        (changed, one) => (changed.length === 0 ? changed : one(changed)),
        Buffer.from(bytes),
      ),
    );
}

/** One change of a byte, a range or the whole, as a function of the bytes. */
const change: fc.Arbitrary<(bytes: Buffer) => Buffer> = fc.oneof(
  fc.tuple(fc.nat(), fc.nat(255)).map(([at, byte]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    changed[at % bytes.length] = byte;
    return changed;
  }),
  fc.tuple(fc.nat(), fc.nat(7)).map(([at, bit]) => (bytes: Buffer) => {
    const changed = Buffer.from(bytes);
    const index = at % bytes.length;
    changed[index] = (changed[index] as number) ^ (1 << bit);
    return changed;
  }),
  fc
    .tuple(fc.nat(), fc.uint8Array({ maxLength: 16 }))
    .map(([at, inserted]) => (bytes: Buffer) => {
      const index = at % bytes.length;
      return Buffer.concat([
        bytes.subarray(0, index),
        inserted,
        bytes.subarray(index),
      ]);
    }),
  fc.tuple(fc.nat(), fc.nat(16)).map(([at, length]) => (bytes: Buffer) => {
    const index = at % bytes.length;
    const rest = bytes.subarray(index + length);
    return Buffer.concat([bytes.subarray(0, index), rest]);
  }),
  fc.nat().map((at) => (bytes: Buffer) => {
    const index = at % bytes.length;
    return Buffer.concat([bytes, bytes.subarray(index)]);
  }),
);
