// What an application seems to keep in memory, which CGI loses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { stateIn } from "../../src/build/state.ts";

const KEPT: readonly { readonly source: string; readonly says: RegExp }[] = [
  {
    source: "let visits = 0;\nexport default () => {\n  visits++;\n};",
    says: /^"visits" is a variable of the module that functions assign to$/,
  },
  {
    source: "export let last;\nfunction keep(it) {\n  last = it;\n}",
    says: /^"last" is a variable/,
  },
  {
    source: "var $sum = 0;\nfunction add(it) {\n  $sum += it;\n}",
    says: /^"\$sum" is a variable/,
  },
  {
    source:
      "const sessions = new Map();\nfunction keep(id, it) {\n  sessions.set(id, it);\n}",
    says: /^"sessions" is filled while the program runs$/,
  },
  {
    source:
      "const seen: string[] = [];\nfunction see(it) {\n  seen.push(it);\n}",
    says: /^"seen" is filled/,
  },
  {
    source:
      "const byName = {};\nfunction keep(name, it) {\n  byName[name] = it;\n}",
    says: /^"byName" is filled/,
  },
  {
    source: "setInterval(sweep, 60_000);",
    says: /^a timer runs again and again$/,
  },
];

for (const { source, says } of KEPT) {
  test(`stateIn finds what is kept by ${source.split("\n")[0]}`, () => {
    const found = stateIn([{ path: "app.ts", text: `\n${source}` }]);
    assert.equal(found.length, 1);
    assert.equal(found[0]?.where, "app.ts:2");
    assert.match(found[0]?.what ?? "", says);
  });
}

const HARMLESS: readonly string[] = [
  "let name = 'tea';\nconst other = name;",
  "let a = 1;\nfunction f() {\n  return b.a = 2;\n}",
  "let a = 1;\nfunction f() {\n  return a === 2;\n}",
  "let a = 1;\nconst f = () => {\n  g((a) => 2);\n};",
  "const types = new Map([['a', 1]]);\nfunction f() {\n  return types.get('a');\n}",
  "const routes = {};\nroutes.home = 1;",
  "function f() {\n  let count = 0;\n  count++;\n}",
];

for (const text of HARMLESS) {
  test(`stateIn finds nothing in ${JSON.stringify(text)}`, () => {
    assert.deepEqual(stateIn([{ path: "app.ts", text }]), []);
  });
}

test("stateIn names packages that remember things, and does not look into others", () => {
  const text = "let visits = 0;\nfunction f() {\n  visits++;\n}";
  const found = stateIn([
    { path: "node_modules/express-session/index.js", text },
    { path: "node_modules/express/index.js", text },
  ]);
  assert.deepEqual(
    found.map(({ where }) => where),
    ["express-session"],
  );
});
