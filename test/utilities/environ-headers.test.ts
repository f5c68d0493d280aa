import assert from "node:assert/strict";
import { test } from "node:test";
import Negotiator from "negotiator";
import {
  headersFromEnviron,
  parseCookies,
  parseQuery,
} from "../../src/index.ts";
import { encodePath } from "../../src/utilities/path.ts";
import { environOf } from "../support/in-process.ts";

test("G2.09 headersFromEnviron lists the headers, content headers among them", async () => {
  const environ = await environOf({
    method: "POST",
    headers: [
      ["Content-Type", "text/plain"],
      ["X-Foo-Bar", "1"],
      ["X-Foo-Bar", "2"],
    ],
    body: "abc",
  });
  const headers = headersFromEnviron(environ);
  assert.deepEqual(
    new Map(headers.sort()),
    new Map([
      ["content-length", "3"],
      ["content-type", "text/plain"],
      ["x-foo-bar", "1, 2"],
    ]),
  );
  assert.equal(new Headers(headers).get("X-Foo-Bar"), "1, 2");
});

test("G2.09 headersFromEnviron suits negotiator", async () => {
  const environ = await environOf({
    headers: [["Accept", "text/html;q=0.5, application/json"]],
  });
  const headers = Object.fromEntries(headersFromEnviron(environ));
  const found = new Negotiator({ headers }).mediaType([
    "text/html",
    "application/json",
  ]);
  assert.equal(found, "application/json");
});

test("G2.10 parseQuery decodes UTF-8, percent-encoded or not", () => {
  const query = parseQuery({
    QUERY_STRING: encodePath("a=1&a=2&b=%C3%BC+x&c=ü"),
  });
  assert.deepEqual(query.getAll("a"), ["1", "2"]);
  assert.equal(query.get("b"), "ü x");
  assert.equal(query.get("c"), "ü");
});

test("G2.11 parseCookies takes the first of a name, and has no prototype", () => {
  const cookies = parseCookies({
    HTTP_COOKIE: encodePath('a=1; a=2; __proto__=x; b=%C3%BC; c="q"; d=ü'),
  });
  assert.equal(Object.getPrototypeOf(cookies)?.toString, undefined);
  assert.equal(cookies.a, "1");
  assert.equal(cookies.b, "ü");
  assert.equal(cookies.d, "ü");
  assert.equal(cookies.toString, undefined);
  assert.equal(Object.keys(parseCookies({})).length, 0);
});
