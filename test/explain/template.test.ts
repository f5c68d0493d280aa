import assert from "node:assert/strict";
import { test } from "node:test";
import { Template } from "../../src/explain/template.ts";

for (const [text, line, expected] of [
  ["it failed", "10:00 it failed again", {}],
  ["it failed", "it worked", undefined],
  ["a … b", "a, whatever, b", undefined],
  ["a … b", "a whatever b", {}],
  ["a … b", "b a", undefined],
  ["socket <path> (", "socket /run/x y.sock (13)", { path: "/run/x y.sock" }],
  ["exec of '<file>' failed", "exec of '' failed", { file: "" }],
  ["no <file>", 'no "a', { file: "" }],
  ["at <file>", "at /srv/a.cgi, line 3", { file: "/srv/a.cgi" }],
  ["<one>-<two>", "1-2 3", { one: "1", two: "2" }],
  ["a<x>a", "aa", { x: "" }],
  ["__proto__ <x>", "__proto__ 1", { x: "1" }],
] as const) {
  test(`Template ${text} in ${line}`, () => {
    assert.deepEqual(new Template(text).fit(line)?.values, expected);
  });
}

test("Template weighs what it says itself", () => {
  assert.equal(new Template("ab … <x> cd").fit("ab 1 2 cd")?.weight, 7);
});

test("Template takes a time that grows with the line's length alone", () => {
  const template = new Template("a…a…a…a…a…a…a…a…b");
  assert.equal(template.fit("a".repeat(1_000_000)), undefined);
});
