import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeRecord } from "../../src/fastcgi/encoder.ts";
import { decodePairs, encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { assertWire, cutAt, decodeRecords, hex } from "../support/wire.ts";

const MANY = 1000;

const streams = [
  {
    name: "C4.02 decodePairs reads the example of the specification",
    wire: hex(
      "0b 02",
      "'SERVER_PORT80'",
      "0b 0e",
      "'SERVER_ADDR199.170.183.42'",
    ),
    variables: { SERVER_PORT: "80", SERVER_ADDR: "199.170.183.42" },
  },
  {
    name: "decodePairs reads no pairs",
    wire: hex(),
    variables: {},
  },
  {
    name: "C4.02 decodePairs reads a name of 1 byte length and a value of 4",
    wire: hex("01 80000080", "'A'", `'${"v".repeat(128)}'`),
    variables: { A: "v".repeat(128) },
  },
  {
    name: "C4.02 decodePairs reads a name of 4 bytes length and a value of 1",
    wire: hex("80000080 01", `'${"N".repeat(128)}'`, "'v'"),
    variables: { ["N".repeat(128)]: "v" },
  },
  {
    name: "C4.02 decodePairs reads 4 bytes of length for both",
    wire: hex(
      "80000080 80000081",
      `'${"N".repeat(128)}'`,
      `'${"v".repeat(129)}'`,
    ),
    variables: { ["N".repeat(128)]: "v".repeat(129) },
  },
  {
    name: "C4.03 decodePairs accepts the long form of a short length",
    wire: hex("80000001 80000000", "'A'", "01 80000002", "'Bxy'"),
    variables: { A: "", B: "xy" },
  },
  {
    name: "C4.05 decodePairs keeps empty values and drops empty names",
    wire: hex("01 00", "'X'", "00 01", "'x'", "00 00", "01 01", "'Yy'"),
    variables: { X: "", Y: "y" },
  },
  {
    name: "C4.06 A2.14 decodePairs joins repeated headers, cookies in their way",
    wire: encodePairs([
      ["HTTP_COOKIE", "a=1"],
      ["HTTP_X_DUP", "one"],
      ["HTTP_COOKIE", "b=2"],
      ["HTTP_X_DUP", ""],
      ["HTTP_X_DUP", "three"],
    ]),
    variables: { HTTP_COOKIE: "a=1; b=2", HTTP_X_DUP: "one, , three" },
  },
  {
    name: "C4.06 decodePairs takes the last of what is not a header",
    wire: encodePairs([
      ["SCRIPT_NAME", "/app/foo"],
      ["SCRIPT_NAME", "/app"],
      ["COOKIE", "1"],
      ["COOKIE", "2"],
    ]),
    variables: { SCRIPT_NAME: "/app", COOKIE: "2" },
  },
  {
    name: "C4.07 A2.04 decodePairs makes every byte one Latin-1 code unit",
    wire: hex("01 05", "'A'", "00 7f 80 ff 0a", "02 00", "c3 a9"),
    variables: { A: "\0\x7f\x80\xff\n", "\xc3\xa9": "" },
  },
];

for (const { name, wire, variables } of streams) {
  test(name, () => {
    assert.deepEqual({ ...decodePairs(wire, MANY) }, variables);
  });
}

test("C4.01 decodePairs reads the same wherever a stream was cut into records", () => {
  const stream = encodePairs([
    ["A", "1"],
    ["HTTP_COOKIE", "c".repeat(130)],
    ["B".repeat(129), ""],
  ]);
  const whole = { ...decodePairs(stream, MANY) };
  assert.equal(Object.keys(whole).length, 3);
  for (let first = 0; first <= stream.length; first++) {
    for (let second = first; second <= stream.length; second += 7) {
      const records = cutAt(stream, [first, second]).map((content) =>
        encodeRecord(FCGI.PARAMS, 1, content),
      );
      const contents = decodeRecords(records).map(({ content }) => content);
      const variables = decodePairs(Buffer.concat(contents), MANY);
      assert.deepEqual({ ...variables }, whole, `at ${first} and ${second}`);
    }
  }
});

test("A2.01 D2.05 decodePairs has room for any name and pollutes nothing", () => {
  const names = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  const wire = encodePairs(names.map((name) => [name, "x"]));
  const variables = decodePairs(wire, MANY);
  assert.equal(Object.getPrototypeOf(variables), null);
  assert.deepEqual(Object.keys(variables), names);
  assert.equal(({} as Record<string, unknown>).x, undefined);
});

test("decodePairs reads a view into a larger buffer", () => {
  const wire = hex("ff ff", "01 01", "'Aa'", "ff");
  const view = new Uint8Array(wire.buffer, wire.byteOffset + 2, 4);
  assert.deepEqual({ ...decodePairs(view, MANY) }, { A: "a" });
});

const malformed = [
  { name: "a value that runs past the end", wire: hex("01 02", "'Aa'") },
  { name: "a name that runs past the end", wire: hex("05 00", "'A'") },
  { name: "lengths and nothing else", wire: hex("01 01") },
  { name: "a name's length alone", wire: hex("01") },
  { name: "half a name's length", wire: hex("80 00 00") },
  { name: "half a value's length", wire: hex("01 80 00") },
  {
    name: "lengths of 50 and 50 in ten bytes",
    wire: hex("32 32 03 04 05 06 07 08 09 0a"),
  },
  { name: "the longest name", wire: hex("ffffffff 01", "'Aa'") },
  { name: "the longest value", wire: hex("01 ffffffff", "'Aa'") },
  { name: "the longest of both", wire: hex("ffffffff ffffffff", "'Aa'") },
  { name: "a length of 31 bits", wire: hex("c0000001 01", "'Aa'") },
  {
    name: "a length whose sign a shift would turn",
    wire: hex("80 ffffffff", "'Aa'"),
  },
];

for (const { name, wire } of malformed) {
  test(`C4.08 D3.07 decodePairs refuses ${name}, also behind a pair`, () => {
    for (const before of [hex(), hex("01 01", "'Xx'")]) {
      const bytes = Buffer.concat([before, wire]);
      assert.throws(() => decodePairs(bytes, MANY), {
        name: "TsgiError",
        code: "PROTOCOL",
        message: `Cannot decode the params: the pair at byte ${before.length} runs past their end`,
      });
    }
  });
}

test("decodePairs leaves what stands in front of an error where it was to go", () => {
  const variables: Record<string, string | undefined> = { Z: "z" };
  const wire = hex("01 01", "'Aa'", "01 05", "'Bb'");
  assert.throws(() => decodePairs(wire, MANY, variables), { code: "PROTOCOL" });
  assert.deepEqual(variables, { Z: "z", A: "a" });
});

test("C4.04 decodePairs reserves no memory for a length it has not checked", () => {
  const wire = hex("ffffffff ffffffff", "'Aa'");
  const before = process.memoryUsage().arrayBuffers;
  for (let i = 0; i < 100; i++) {
    assert.throws(() => decodePairs(wire, MANY), { code: "PROTOCOL" });
  }
  assert.ok(process.memoryUsage().arrayBuffers - before < 1024 * 1024);
});

test("D3.08 decodePairs accepts as many pairs as it is told, repeated ones counted", () => {
  const wire = encodePairs(Array(4).fill(["A", "x"]));
  assert.deepEqual({ ...decodePairs(wire, 4) }, { A: "x" });
  assert.throws(() => decodePairs(wire, 3), {
    name: "TsgiError",
    code: "LIMIT",
    message: "Cannot accept the params: there are more than 3",
  });
});

const lengths = [
  { length: 0, wire: hex("00") },
  { length: 1, wire: hex("01") },
  { length: 127, wire: hex("7f") },
  { length: 128, wire: hex("80 00 00 80") },
  { length: 1000, wire: hex("80 00 03 e8") },
  { length: 65_536, wire: hex("80 01 00 00") },
  { length: 33_554_431, wire: hex("81 ff ff ff") },
];

for (const { length, wire } of lengths) {
  test(`C4.02 encodePairs and decodePairs agree on a length of ${length}`, () => {
    const value = "v".repeat(length);
    const encoded = encodePairs([["A", value]]);
    assertWire(encoded.subarray(1, 1 + wire.length), wire);
    assert.equal(encoded.length, 1 + wire.length + 1 + length);
    assert.ok(decodePairs(encoded, MANY).A === value);
    if (length === 0) return;
    const named = encodePairs([[value, ""]]);
    assertWire(named.subarray(0, wire.length), wire);
    assert.ok(decodePairs(named, MANY)[value] === "");
  });
}

test("encodePairs writes what the specification prints", () => {
  assertWire(
    encodePairs(
      new Map([
        ["FCGI_MAX_CONNS", ""],
        ["FCGI_MPXS_CONNS", "1"],
      ]),
    ),
    hex("0e 00", "'FCGI_MAX_CONNS'", "0f 01", "'FCGI_MPXS_CONNS1'"),
  );
});
