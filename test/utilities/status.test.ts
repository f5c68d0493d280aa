import assert from "node:assert/strict";
import { STATUS_CODES } from "node:http";
import { test } from "node:test";
import {
  formatHttpDate,
  statusHasNoBody,
  statusLine,
} from "../../src/index.ts";

// node:http keeps older names for these.
const RENAMED = [413, 422];
const UNASSIGNED = [509];

test("G3.01 statusLine knows every code node:http knows", () => {
  for (const [code, reason] of Object.entries(STATUS_CODES)) {
    if (RENAMED.includes(Number(code)) || UNASSIGNED.includes(Number(code))) {
      continue;
    }
    const line = statusLine(Number(code));
    assert.equal(line.toLowerCase(), `${code} ${reason}`.toLowerCase());
  }
});

test("G3.01 statusLine names others by their class", () => {
  assert.equal(statusLine(299), "299 Successful");
  assert.equal(statusLine(499), "499 Client Error");
  assert.equal(statusLine(599), "599 Server Error");
  for (const code of [99, 600, 200.5, Number.NaN]) {
    assert.throws(() => statusLine(code), { code: "STATUS" });
  }
});

test("G3.02 statusHasNoBody holds for 1xx, 204 and 304", () => {
  assert.deepEqual(
    [100, 199, 200, 204, 205, 304, 404].filter(statusHasNoBody),
    [100, 199, 204, 304],
  );
});

test("G1.09 formatHttpDate is an IMF-fixdate", () => {
  const time = Date.UTC(1994, 10, 6, 8, 49, 37, 999);
  assert.equal(formatHttpDate(time), "Sun, 06 Nov 1994 08:49:37 GMT");
  assert.equal(formatHttpDate(new Date(time)), formatHttpDate(time));
  assert.throws(() => formatHttpDate(Number.NaN), { code: "ARGUMENT" });
});
