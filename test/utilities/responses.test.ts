import assert from "node:assert/strict";
import { test } from "node:test";
import {
  bytes,
  demoApp,
  type Header,
  html,
  json,
  redirect,
  text,
} from "../../src/index.ts";
import { request } from "../support/in-process.ts";

const RESPONSES = [
  [text("grün"), "text/plain; charset=utf-8", "grün"],
  [html("<p>ü"), "text/html; charset=utf-8", "<p>ü"],
  [json({ a: "ü" }), "application/json", '{"a":"ü"}'],
  [bytes(Buffer.from("ab")), "application/octet-stream", "ab"],
] as const;

for (const [application, type, body] of RESPONSES) {
  test(`G3.09 ${type} has its length in bytes`, async () => {
    const answer = await request(application);
    assert.equal(answer.status, "200 OK");
    assert.equal(answer.header("Content-Type"), type);
    const length = String(Buffer.byteLength(body));
    assert.equal(answer.header("Content-Length"), length);
    assert.equal(answer.text, body);
    // Once made, it answers as often as it is called.
    assert.equal((await request(application)).text, body);
  });
}

test("G3.09 text takes a status and headers, and a Content-Type instead of its own", async () => {
  const headers: Header[] = [
    ["content-type", "text/csv"],
    ["X-A", "1"],
  ];
  const answer = await request(text("a,b", { status: 404, headers }));
  assert.equal(answer.status, "404 Not Found");
  assert.equal(answer.header("Content-Type"), "text/csv");
  assert.equal(answer.header("X-A"), "1");
  assert.equal(headers.length, 2);
});

test("G3.09 a status without a body gets none", async () => {
  const answer = await request(text("gone", { status: 204 }));
  assert.deepEqual(answer.headers, [["Status", "204 No Content"]]);
  assert.equal(answer.errors, "");
});

test("G3.09 HEAD is told the length, and sent nothing", async () => {
  const answer = await request(text("four"), { method: "HEAD" });
  assert.equal(answer.header("Content-Length"), "4");
  assert.equal(answer.text, "");
});

test("G3.09 json refuses what JSON has no form for", () => {
  const loop: unknown[] = [];
  loop.push(loop);
  for (const value of [undefined, () => {}, 1n, loop]) {
    assert.throws(() => json(value), { code: "ARGUMENT" });
  }
});

test("G3.08 redirect states status and location", async () => {
  for (const code of [301, 302, 303, 307, 308]) {
    const answer = await request(redirect("/there?x=1", code));
    assert.match(answer.status ?? "", new RegExp(`^${code} `));
    assert.equal(answer.header("Location"), "/there?x=1");
  }
  assert.equal((await request(redirect("/"))).status, "302 Found");
});

test("G3.08 redirect percent-encodes what is not ASCII", async () => {
  const location = "/gr\u00fcn?q=\ud83d\ude00&b=\ud800&c=%20";
  const answer = await request(redirect(location));
  assert.equal(
    answer.header("Location"),
    "/gr%C3%BCn?q=%F0%9F%98%80&b=%EF%BF%BD&c=%20",
  );
});

test("G3.08 redirect refuses other codes, and locations that break a header", () => {
  for (const code of [200, 300, 304, 404]) {
    assert.throws(() => redirect("/", code), { code: "ARGUMENT" });
  }
  for (const location of ["", "/a b", "/a\r\nSet-Cookie: x", "/\0", "/\x7f"]) {
    assert.throws(() => redirect(location), { code: "ARGUMENT" });
  }
});

test("G1.14 demoApp shows the variables, sorted", async () => {
  const answer = await request(demoApp, { target: "/a?b=c" });
  const [hello, , ...lines] = answer.text.trimEnd().split("\n");
  assert.equal(hello, "Hello world!");
  assert.ok(lines.includes('PATH_INFO = "/a"'));
  assert.ok(lines.includes('QUERY_STRING = "b=c"'));
  assert.ok(lines.includes("tsgi.version = [1,0]"));
  assert.deepEqual(lines, lines.toSorted());
});
