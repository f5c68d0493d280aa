import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TsgiError } from "../../src/common/errors.ts";
import { headerBlock, responseHead } from "../../src/common/response.ts";
import { check } from "../support/property.ts";

const LIMIT = 65_536;
const TCHAR = "!#$%&'*+-.^_`|~0123456789ABCabcXYZxyz";
/** A header block, whole: fields, the status last, one blank line. */
const BLOCK =
  /^(?:[!#$%&'*+\-.^_`|~0-9A-Za-z]+: (?:[^\0-\x20\x7f](?:[\t\x20-\x7e\x80-\xff]*[^\0-\x20\x7f])?)?\r\n)*Status: [2-5][0-9]{2} (?:[^\0-\x20\x7f](?:[\x20-\x7e\x80-\xff]*[^\0-\x20\x7f])?)?\r\n\r\n$/;

const visible = fc.constantFrom(...'aZ09:;,=/"\\\x80\x9f\xe9\xff');
const words = fc
  .array(fc.string({ unit: visible, minLength: 1, maxLength: 8 }))
  .map((parts) => parts.join(" "));
const name = fc
  .string({ unit: fc.constantFrom(...TCHAR), minLength: 1, maxLength: 12 })
  .map((token) => `X-${token}`);
const blanks = fc.string({ unit: fc.constantFrom(" ", "\t"), maxLength: 3 });
const code = fc.integer({ min: 200, max: 599 });

/** Strings with all that could break a line, or turn into it when encoded. */
const hostile = fc.string({
  unit: fc.constantFrom(
    ..."ab: 0\t\r\n\0\x7f\x1b\x85\xff",
    "\u0100",
    "\u010a",
    "\u010d",
    "\u2028",
    "\ud800",
    "\u{1f600}",
  ),
  maxLength: 12,
});

test("A7.11 A7.12 B3.01 headerBlock says what startResponse was given, the status last", (t) => {
  const fields = fc.array(fc.tuple(name, blanks, words, blanks));
  check(
    t,
    fc.property(code, words, fields, (number, reason, given) => {
      const headers = given.map(
        ([key, before, value, after]) =>
          [key, before + value + after] as [string, string],
      );
      const status = `${number} ${reason}`;
      const block = headerBlock(responseHead(status, headers, LIMIT));
      const lines = given.map(([key, , value]) => `${key}: ${value}`);
      // RFC 9110, section 15.3.6: a 205 states that nothing follows.
      if (number === 205) lines.push("Content-Length: 0");
      const expected = [...lines, `Status: ${status}`, "", ""];
      assert.equal(block, expected.join("\r\n"));
      assert.match(block, BLOCK);
    }),
  );
});

test("D1.01 D1.03 responseHead lets nothing through that could break a line", (t) => {
  const status = fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom("200 OK", "404 ") },
    { weight: 1, arbitrary: hostile.map((reason) => `200 ${reason}`) },
    { weight: 1, arbitrary: hostile },
  );
  const key = fc.oneof(name, hostile);
  const fields = fc.array(fc.tuple(key, fc.oneof(words, hostile)), {
    maxLength: 4,
  });
  check(
    t,
    fc.property(
      status,
      fields,
      fc.integer({ min: 1, max: 200 }),
      (...given) => {
        const block = blockOf(...given);
        if (block === undefined) return;
        assert.match(block, BLOCK);
        assert.ok(block.length <= given[2]);
        assert.equal(Buffer.from(block, "latin1").toString("latin1"), block);
      },
    ),
  );
});

test("A7.07 D1.03 responseHead refuses what Latin-1 cannot say, wherever it is", (t) => {
  const wide = fc.integer({ min: 0x100, max: 0xffff }).map(String.fromCharCode);
  check(
    t,
    fc.property(wide, words, words, (character, before, after) => {
      const text = before + character + after;
      assert.equal(blockOf(`200 ${text}`, [], LIMIT), undefined);
      assert.equal(blockOf("200 OK", [[text, "x"]], LIMIT), undefined);
      assert.equal(blockOf("200 OK", [["X", text]], LIMIT), undefined);
    }),
  );
});

/** The header block, undefined where the application is told what is wrong. */
function blockOf(
  status: string,
  headers: [string, string][],
  limit: number,
): string | undefined {
  try {
    return headerBlock(responseHead(status, headers, limit));
  } catch (error) {
    assert.ok(TsgiError.is(error), String(error));
    assert.match(error.code, /^(STATUS|HEADER|CONTENT_LENGTH)$/);
    return undefined;
  }
}
