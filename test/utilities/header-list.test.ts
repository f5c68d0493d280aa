import assert from "node:assert/strict";
import { test } from "node:test";
import {
  appendHeader,
  getHeader,
  getHeaders,
  type Header,
  hasHeader,
  isHopByHop,
  removeHeader,
  setHeader,
} from "../../src/index.ts";

function sample(): Header[] {
  return [
    ["Vary", "Accept"],
    ["X-A", "1"],
    ["vary", "Cookie"],
  ];
}

test("G3.03 G1.08 getHeader joins, getHeaders lists, in any case", () => {
  assert.equal(getHeader(sample(), "VARY"), "Accept, Cookie");
  assert.deepEqual(getHeaders(sample(), "vary"), ["Accept", "Cookie"]);
  assert.equal(getHeader(sample(), "X-B"), undefined);
  assert.equal(getHeader(new Map([["X-A", ""]]), "x-a"), "");
});

test("G3.03 hasHeader looks for a name in any case", () => {
  assert.equal(hasHeader(sample(), "x-a"), true);
  assert.equal(hasHeader(sample(), "x-b"), false);
});

test("G3.03 setHeader replaces all of a name where the first was", () => {
  const headers = sample();
  setHeader(headers, "VARY", "*");
  setHeader(headers, "X-B", "2");
  assert.deepEqual(headers, [
    ["VARY", "*"],
    ["X-A", "1"],
    ["X-B", "2"],
  ]);
});

test("G3.03 appendHeader keeps the others", () => {
  const headers = sample();
  appendHeader(headers, "X-A", "2");
  assert.deepEqual(getHeaders(headers, "x-a"), ["1", "2"]);
});

test("G3.03 removeHeader removes every one of a name, in place", () => {
  const headers = sample();
  removeHeader(headers, "vary");
  assert.deepEqual(headers, [["X-A", "1"]]);
});

test("G1.06 isHopByHop knows the eight names, in any case", () => {
  const names =
    "Connection Keep-Alive Proxy-Authenticate Proxy-Authorization TE Trailers Transfer-Encoding Upgrade";
  for (const name of names.split(" ")) {
    assert.ok(isHopByHop(name), name);
    assert.ok(isHopByHop(name.toLowerCase()), name);
    assert.ok(isHopByHop(name.toUpperCase()), name);
  }
  for (const name of ["Date", "Content-Type", "X-Connection"]) {
    assert.ok(!isHopByHop(name), name);
  }
});
