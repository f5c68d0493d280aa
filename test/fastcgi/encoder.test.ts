import assert from "node:assert/strict";
import { test } from "node:test";
import {
  beginRequest,
  encodeRecord,
  encodeStream,
  endOfStream,
  endRequest,
  paddingFor,
  recordHeader,
  unknownType,
} from "../../src/fastcgi/encoder.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { assertWire, decodeRecords, decodeRows, hex } from "../support/wire.ts";

const bytes = (text: string) => Buffer.from(text, "latin1");

const records = [
  {
    name: "encodeRecord writes header, content and padding",
    actual: encodeRecord(FCGI.STDOUT, 1, bytes("abc")),
    wire: hex("01 06 0001 0003 05 00", "'abc'", "00 00 00 00 00"),
  },
  {
    name: "C6.03 encodeRecord pads nothing that needs no padding",
    actual: encodeRecord(FCGI.STDOUT, 1, bytes("12345678")),
    wire: hex("01 06 0001 0008 00 00", "'12345678'"),
  },
  {
    name: "C1.08 encodeRecord writes ids and lengths of 16 bits",
    actual: encodeRecord(FCGI.STDERR, 0xffff, bytes("x".repeat(0x108))),
    wire: hex("01 07 ffff 0108 00 00", `'${"x".repeat(0x108)}'`),
  },
  {
    name: "endOfStream writes an empty record without padding",
    actual: endOfStream(FCGI.STDOUT, 0x0102),
    wire: hex("01 06 0102 0000 00 00"),
  },
  {
    name: "recordHeader announces content and padding that follow",
    actual: recordHeader(FCGI.STDOUT, 300, 65_535, 1),
    wire: hex("01 06 012c ffff 01 00"),
  },
  {
    name: "C6.09 endRequest writes the example of the specification",
    actual: endRequest(1, 0, FCGI.REQUEST_COMPLETE),
    wire: hex("01 03 0001 0008 00 00", "00000000 00 000000"),
  },
  {
    name: "C6.09 endRequest writes appStatus 938 big endian",
    actual: endRequest(1, 938, FCGI.REQUEST_COMPLETE),
    wire: hex("01 03 0001 0008 00 00", "000003aa 00 000000"),
  },
  {
    name: "C6.09 endRequest writes the highest appStatus and a protocol status",
    actual: endRequest(0xffff, 0xffff_ffff, FCGI.UNKNOWN_ROLE),
    wire: hex("01 03 ffff 0008 00 00", "ffffffff 03 000000"),
  },
  {
    name: "C2.06 unknownType names the type on id 0",
    actual: unknownType(200),
    wire: hex("01 0b 0000 0008 00 00", "c8 00000000000000"),
  },
  {
    name: "beginRequest writes the example of the specification",
    actual: beginRequest(1, FCGI.RESPONDER, false),
    wire: hex("01 01 0001 0008 00 00", "0001 00 0000000000"),
  },
  {
    name: "beginRequest writes the flag of a kept connection",
    actual: beginRequest(2, FCGI.FILTER, true),
    wire: hex("01 01 0002 0008 00 00", "0003 01 0000000000"),
  },
  {
    name: "encodeStream writes nothing for no bytes, which would end the stream",
    actual: encodeStream(FCGI.STDOUT, 1, bytes("")),
    wire: hex(),
  },
];

for (const { name, actual, wire } of records) {
  test(name, () => assertWire(actual, wire));
}

test("C6.02 encodeStream splits 66,000 bytes into 65,535 and 465", () => {
  const content = Buffer.alloc(66_000, "0123456789abcdef_");
  assertWire(
    encodeStream(FCGI.STDOUT, 300, content),
    Buffer.concat([
      hex("01 06 012c ffff 01 00"),
      content.subarray(0, 65_535),
      hex("00"),
      hex("01 06 012c 01d1 07 00"),
      content.subarray(65_535),
      hex("00 00 00 00 00 00 00"),
    ]),
  );
});

const splits = [
  { length: 1, contents: [1] },
  { length: 65_534, contents: [65_534] },
  { length: 65_535, contents: [65_535] },
  { length: 65_536, contents: [65_535, 1] },
  { length: 131_070, contents: [65_535, 65_535] },
  { length: 131_071, contents: [65_535, 65_535, 1] },
];

for (const { length, contents } of splits) {
  test(`C6.02 encodeStream and RecordDecoder agree on ${length} bytes`, () => {
    const content = Buffer.alloc(length, "0123456789abcdef_");
    const decoded = decodeRecords([encodeStream(FCGI.STDIN, 7, content)]);
    assert.deepEqual(
      decoded.map((record) => record.content.length),
      contents,
    );
    const joined = Buffer.concat(decoded.map((record) => record.content));
    assert.ok(joined.equals(content));
    assert.ok(decoded.every((record) => record.requestId === 7));
  });
}

test("encodeRecord and RecordDecoder agree on every type and on ids at the edges", () => {
  for (let type = 0; type <= 255; type++) {
    for (const id of [0, 1, 0xff, 0x100, 0xffff]) {
      const decoded = decodeRows([encodeRecord(type, id, bytes("x"))]);
      assert.deepEqual(decoded, [[type, id, "x"]]);
    }
  }
});

test("C6.03 paddingFor fills up to a multiple of eight", () => {
  for (const length of [0, 1, 7, 8, 9, 465, 65_535]) {
    const padding = paddingFor(length);
    assert.ok(padding >= 0 && padding < 8, `${length}`);
    assert.equal((length + padding) % 8, 0, `${length}`);
  }
});

test("D1.14 C6.03 every byte of padding and every reserved byte is zero", () => {
  for (let i = 0; i < 1000; i++) {
    // What Node's pool held before is what allocUnsafe would show.
    Buffer.allocUnsafe(64).fill(0xee);
    const length = 1 + (i % 31);
    const record = encodeRecord(FCGI.STDOUT, 1, Buffer.alloc(length, "x"));
    assert.equal(record[7], 0);
    assert.ok(record.subarray(8 + length).every((byte) => byte === 0));
    assert.equal(recordHeader(FCGI.STDOUT, 1, length)[7], 0);
    assert.equal(endOfStream(FCGI.STDOUT, 1)[7], 0);
    const end = endRequest(1, 0, FCGI.REQUEST_COMPLETE);
    assert.deepEqual([...end.subarray(13)], [0, 0, 0]);
    assert.ok(
      unknownType(99)
        .subarray(9)
        .every((byte) => byte === 0),
    );
  }
});
