import assert from "node:assert/strict";
import { test } from "node:test";
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  cutAt,
  decodeRecords,
  decodeRows,
  hex,
  inPieces,
  type Row,
} from "../support/wire.ts";

const records: { name: string; wire: Uint8Array; rows: Row[] }[] = [
  {
    name: "C1.01 RecordDecoder reads version, type, id, length, padding and content",
    wire: hex("01 05 0001 0003 00 00", "'abc'"),
    rows: [[FCGI.STDIN, 1, "abc"]],
  },
  {
    name: "C1.01 RecordDecoder reads the numbers big endian",
    wire: hex("01 04 0102 0104 00 00", `'${"x".repeat(0x104)}'`),
    rows: [[FCGI.PARAMS, 0x0102, "x".repeat(0x104)]],
  },
  {
    name: "C1.01 RecordDecoder ignores the reserved byte",
    wire: hex("01 05 0001 0001 00 ff", "'x'"),
    rows: [[FCGI.STDIN, 1, "x"]],
  },
  {
    name: "C1.03 RecordDecoder reads all records of one piece, in order",
    wire: hex(
      "01 01 0001 0008 00 00",
      "0001 01 0000000000",
      "01 04 0001 0003 00 00",
      "01 01",
      "'A'",
      "01 04 0001 0000 00 00",
      "01 05 0001 0000 00 00",
    ),
    rows: [
      [FCGI.BEGIN_REQUEST, 1, "\0\x01\x01\0\0\0\0\0"],
      [FCGI.PARAMS, 1, "\x01\x01A"],
      [FCGI.PARAMS, 1, ""],
      [FCGI.STDIN, 1, ""],
    ],
  },
  {
    name: "C1.04 RecordDecoder skips padding, whatever is in it",
    wire: hex("01 05 0001 0003 05 00", "'abc'", "de ad be ef 01"),
    rows: [[FCGI.STDIN, 1, "abc"]],
  },
  {
    name: "C1.04 RecordDecoder skips 255 bytes of padding behind no content",
    wire: hex(
      "01 05 0001 0000 ff 00",
      "01".repeat(255),
      "01 02 0001 0000 00 00",
    ),
    rows: [
      [FCGI.STDIN, 1, ""],
      [FCGI.ABORT_REQUEST, 1, ""],
    ],
  },
  {
    name: "C1.08 RecordDecoder reads ids of 16 bits",
    wire: hex(
      "01 05 ffff 0001 00 00",
      "'a'",
      "01 05 0100 0001 00 00",
      "'b'",
      "01 05 8000 0001 00 00",
      "'c'",
    ),
    rows: [
      [FCGI.STDIN, 0xffff, "a"],
      [FCGI.STDIN, 0x0100, "b"],
      [FCGI.STDIN, 0x8000, "c"],
    ],
  },
  {
    name: "C2.01 RecordDecoder reads management records, whose id is 0",
    wire: hex("01 09 0000 0010 00 00", "0e 00", "'FCGI_MAX_CONNS'"),
    rows: [[FCGI.GET_VALUES, 0, "\x0e\0FCGI_MAX_CONNS"]],
  },
  {
    name: "C1.10 RecordDecoder leaves types it does not know to others",
    wire: hex("01 63 0001 0001 00 00", "'x'", "01 00 0001 0000 01 00", "00"),
    rows: [
      [99, 1, "x"],
      [0, 1, ""],
    ],
  },
];

for (const { name, wire, rows } of records) {
  test(`${name}, however the bytes arrive`, () => {
    for (let size = 1; size <= wire.length; size++) {
      const pieces = inPieces(wire, size);
      assert.deepEqual(decodeRows(pieces), rows, `in pieces of ${size}`);
    }
  });
}

test("C1.02 RecordDecoder reads the same at every cut in two and in three", () => {
  const wire = hex(
    "01 01 0001 0008 00 00",
    "0001 00 0000000000",
    "01 04 0001 0004 04 00",
    "01 02",
    "'Ab'",
    "00 00 00 00",
    "01 05 0001 0000 00 00",
  );
  const whole = decodeRows([wire]);
  assert.equal(whole.length, 3);
  for (let first = 0; first <= wire.length; first++) {
    for (let second = first; second <= wire.length; second++) {
      const pieces = cutAt(wire, [first, second]);
      assert.deepEqual(decodeRows(pieces), whole, `at ${first} and ${second}`);
    }
  }
});

test("C1.05 RecordDecoder reads 65,535 bytes of content and 255 of padding", () => {
  const content = Buffer.alloc(65_535, "0123456789abcdef_");
  const header = hex("01 05 0001 ffff ff 00");
  const wire = Buffer.concat([header, content, Buffer.alloc(255, 0xff)]);
  const next = hex("01 05 0001 0000 00 00");
  for (const size of [1, 8, 255, 4096, 65_535, 65_536, wire.length + 8]) {
    const pieces = inPieces(Buffer.concat([wire, next]), size);
    const [large, end, ...rest] = decodeRecords(pieces);
    assert.deepEqual(large?.content, content, `in pieces of ${size}`);
    assert.equal(end?.content.length, 0);
    assert.deepEqual(rest, []);
  }
});

const refused = [
  { name: "version 0", wire: hex("00 01 0001 0008 00 00") },
  { name: "version 2", wire: hex("02 01 0001 0008 00 00") },
  { name: "an HTTP request", wire: hex("'GET / HTTP/1.1'", "0d 0a") },
  { name: "a TLS hello", wire: hex("16 03 01 00 c8 01 00 00 c4") },
];

for (const { name, wire } of refused) {
  test(`C1.06 D3.04 RecordDecoder refuses ${name}, also behind a record`, () => {
    const record = hex("01 05 0001 0001 02 00", "'x'", "00 00");
    for (const before of [hex(), record]) {
      const bytes = Buffer.concat([before, wire]);
      for (let size = 1; size <= bytes.length; size++) {
        assert.throws(
          () => decodeRecords(inPieces(bytes, size)),
          { name: "TsgiError", code: "PROTOCOL" },
          `in pieces of ${size}`,
        );
      }
    }
  });
}

test("C1.06 RecordDecoder refuses a wrong version at its first byte, and for good", () => {
  const decoder = new RecordDecoder();
  decoder.push(hex("48"));
  const refusal = {
    code: "PROTOCOL",
    message: "Cannot read FastCGI version 72: only version 1 exists",
  };
  assert.throws(() => decoder.next(), refusal);
  decoder.push(hex("01 05 0001 0000 00 00"));
  assert.throws(() => decoder.next(), { code: "PROTOCOL" });
});

test("D3.02 D3.03 RecordDecoder.isPartial tells a record cut off anywhere", () => {
  const wire = hex("01 05 0001 0003 02 00", "'abc'", "00 00");
  for (let length = 0; length <= wire.length; length++) {
    const decoder = new RecordDecoder();
    for (const piece of inPieces(wire.subarray(0, length), 3)) {
      decoder.push(piece);
      decoder.next();
    }
    const cut = length > 0 && length < wire.length;
    assert.equal(decoder.isPartial, cut, `after ${length} bytes`);
  }
});

test("RecordDecoder.next keeps its place between pushes", () => {
  const decoder = new RecordDecoder();
  const next = () => decoder.next()?.requestId;
  const one = hex("01 05 0001 0001 00 00", "'a'");
  const two = hex("01 05 0002 0001 00 00", "'b'");
  assert.equal(next(), undefined);
  decoder.push(Buffer.concat([one, two, two.subarray(0, 4)]));
  assert.equal(next(), 1);
  decoder.push(two.subarray(4));
  decoder.push(one);
  assert.deepEqual([next(), next(), next(), next()], [2, 2, 1, undefined]);
  assert.equal(decoder.isPartial, false);
});

test("RecordDecoder.push accepts no bytes at all", () => {
  const decoder = new RecordDecoder();
  for (const piece of [hex(), hex("01 05 0001"), hex(), hex("0000 00 00")]) {
    decoder.push(piece);
  }
  assert.equal(decoder.next()?.type, FCGI.STDIN);
  decoder.push(hex());
  assert.equal(decoder.next(), undefined);
});

test("RecordDecoder.next gives a view of a whole record, not a copy", () => {
  const wire = hex("01 05 0001 0003 00 00", "'abc'");
  const [record] = decodeRecords([wire]);
  assert.equal(record?.content.buffer, wire.buffer);
});
