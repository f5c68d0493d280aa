// What decoding costs in copies and in memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { decodeRecords, hex, inPieces } from "../support/wire.ts";

test("RecordDecoder keeps no bytes once it is asked in vain", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  const decoder = new RecordDecoder();
  const bytes = (() => {
    const wire = Uint8Array.from(hex("01 05 0001 0001 00 00", "'a'"));
    decoder.push(wire);
    return new WeakRef(wire);
  })();
  assert.equal(decoder.next()?.requestId, 1);
  assert.equal(decoder.next(), undefined);
  // A WeakRef holds its object until the next turn of the event loop.
  await setImmediate();
  collect();
  assert.equal(bytes.deref(), undefined);
  assert.equal(decoder.next(), undefined);
});

test("C1.02 RecordDecoder copies no byte more than twice, however the bytes arrive", (t) => {
  let copied = 0;
  const concat = Buffer.concat.bind(Buffer);
  t.mock.method(Buffer, "concat", (list: Uint8Array[], length?: number) => {
    const joined = concat(list, length);
    copied += joined.length;
    return joined;
  });
  const cases = [
    { length: 65_535, count: 1, size: 1 },
    { length: 1024, count: 20, size: 1 },
    { length: 1024, count: 500, size: 1000 },
    { length: 65_535, count: 10, size: 65_536 },
  ];
  for (const { length, count, size } of cases) {
    const record = Buffer.alloc(FCGI.HEADER_LENGTH + length);
    record.set([1, FCGI.STDIN, 0, 1, length >> 8, length & 0xff]);
    const wire = concat(Array(count).fill(record));
    copied = 0;
    assert.equal(decodeRecords(inPieces(wire, size)).length, count);
    assert.ok(copied > 0 && copied <= 2 * wire.length, `${copied} bytes`);
  }
});
