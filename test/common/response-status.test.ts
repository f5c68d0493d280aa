// What may be a status, and what becomes of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import { headerBlock, responseHead } from "../../src/common/response.ts";
import type { Status } from "../../src/common/types.ts";
import { request, TEXT } from "../support/in-process.ts";

const statusLine = (status: unknown): string =>
  headerBlock(responseHead(status as Status, [], 65_536));

for (const status of [
  "200 OK",
  "404 Not Found",
  "200 Émile",
  "299 ~!\xa0\xff",
  "500 a",
  "599 The Last",
]) {
  test(`A7.01 ${JSON.stringify(status)} is a status`, () => {
    assert.equal(statusLine(status), `Status: ${status}\r\n\r\n`);
  });
}

for (const status of [
  "",
  "200",
  "200OK",
  "20X OK",
  " 200 OK",
  "200 OK ",
  "200  OK",
  "200 OK\t",
  "200\tOK",
  "200 OK\r\nX: y",
  "200 OK\n",
  "200 OK\r",
  "200 O\0K",
  "200 O\x7fK",
  "2000 OK",
  "20 OK",
  "٢٠٠ OK",
  "２００ OK",
  "200 \u010a",
]) {
  test(`A7.01 E3.06 E5.12 ${JSON.stringify(status)} is refused`, () => {
    assert.throws(() => statusLine(status), {
      code: "STATUS",
      message: /^Cannot use status "/,
    });
  });
}

for (const status of [
  200,
  null,
  undefined,
  {},
  ["200 OK"],
  new String("200 OK"),
  { toString: () => "200 OK" },
]) {
  test(`A7.01 D1.06 ${Object.prototype.toString.call(status)} is no status`, () => {
    assert.throws(() => statusLine(status), { code: "STATUS" });
  });
}

test("A7.01 E3.37 no control character is allowed in a reason", () => {
  for (let code = 0; code < 0x100; code++) {
    const status = `200 a${String.fromCharCode(code)}b`;
    if (code >= 0x20 && code !== 0x7f) statusLine(status);
    else assert.throws(() => statusLine(status), { code: "STATUS" }, status);
  }
});

test("A7.02 a reason may be empty", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 ", TEXT);
    return "x";
  });
  assert.match(answer.head ?? "", /\r\nStatus: 200 \r\n\r\n$/);
});

test("A7.03 the code is 200 to 599", () => {
  for (let code = 0; code < 1000; code++) {
    const status = `${String(code).padStart(3, "0")} Some reason`;
    if (code >= 200 && code < 600) statusLine(status);
    else assert.throws(() => statusLine(status), { code: "STATUS" }, status);
  }
});

test("E3.06 a bad status that nobody catches is answered with 500, and named in the log", async () => {
  for (const status of ["200", "20X OK", "200OK"]) {
    const answer = await request((_environ, startResponse) => {
      startResponse(status as Status, TEXT);
      return "x";
    });
    assert.equal(answer.status, "500 Internal Server Error");
    assert.ok(
      answer.errors.includes(`Cannot use status "${status}"`),
      answer.errors,
    );
  }
});
