import assert from "node:assert/strict";
import { test } from "node:test";
import { headEnd, parseHead } from "../../src/client/head.ts";

test("headEnd finds the blank line after LF and CRLF, and after none", () => {
  assert.equal(headEnd("A: b\n\nbody"), 6);
  assert.equal(headEnd("A: b\r\n\r\nbody"), 8);
  assert.equal(headEnd("A: b\n\r\nbody"), 7);
  assert.equal(headEnd("A: b\r\n\nbody"), 7);
  assert.equal(headEnd("\nbody"), 1);
  assert.equal(headEnd("A: b\r\n\r"), -1);
  assert.equal(headEnd(""), -1);
});

test("E5.01 parseHead reads lines ended by LF or CRLF", () => {
  for (const line of ["\n", "\r\n"]) {
    const text = ["Status: 404 Not Here", "X-A:  1 ", "", ""].join(line);
    assert.deepEqual(parseHead(text), {
      status: 404,
      reason: "Not Here",
      headers: [["X-A", "1"]],
    });
  }
});

const heads: [text: string, status: number, reason: string][] = [
  ["A: b\n\n", 200, "OK"],
  ["Location: /a\n\n", 302, "Found"],
  ["location: http://a/\nA: b\n\n", 302, "Found"],
  ["Location: /a\nStatus: 201 Created\n\n", 201, "Created"],
  ["Status: 418\n\n", 418, "I'm a Teapot"],
  ["STATUS: 299 \n\n", 299, ""],
  ["Status: 200 Gr\xfc\xdf\n\n", 200, "Gr\xfc\xdf"],
];
for (const [text, status, reason] of heads) {
  test(`parseHead takes ${JSON.stringify(text)} for ${status} ${reason}`, () => {
    const head = parseHead(text);
    assert.deepEqual([head.status, head.reason], [status, reason]);
  });
}

test("parseHead keeps repeated headers, empty values and their bytes", () => {
  const text = "Set-Cookie: a\nSet-Cookie: b\nEmpty:\nX: \xa0\xe9\n\n";
  assert.deepEqual(parseHead(text).headers, [
    ["Set-Cookie", "a"],
    ["Set-Cookie", "b"],
    ["Empty", ""],
    ["X", "\xa0\xe9"],
  ]);
});

test("parseHead takes a line of a million blanks in one pass", () => {
  const value = `a${" ".repeat(1_000_000)}b`;
  assert.deepEqual(parseHead(`A: ${value} \n\n`).headers, [["A", value]]);
});

const broken: [text: string, message: RegExp][] = [
  ["\n", /it is empty/],
  ["<h1>Hello</h1>\n\n", /"<h1>Hello<\/h1>" is no header/],
  [": value\n\n", /is no header/],
  ["A b: c\n\n", /is no header/],
  ["A: b\n folded\n\n", /" folded" is no header/],
  ["A: b\0c\n\n", /is no header/],
  ["A: b\rC: d\n\n", /is no header/],
  ["Status: 200 OK\nStatus: 404 No\n\n", /two Status lines/],
  ["Status: OK\n\n", /status "OK" is none/],
  ["Status: 100 Continue\n\n", /is none/],
  ["Status: 600 x\n\n", /is none/],
  ["Status: 2000\n\n", /is none/],
];
for (const [text, message] of broken) {
  test(`parseHead refuses ${JSON.stringify(text)}`, () => {
    assert.throws(() => parseHead(text), { code: "PROTOCOL", message });
  });
}
