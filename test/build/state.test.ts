// What an application seems to keep in memory, which CGI loses.
import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "acorn";
import { transform } from "esbuild";
import { analyze } from "eslint-scope";
import type { Finding, SourceFile } from "../../src/build/findings.ts";
import { scriptsIn } from "../../src/build/plain-script.ts";
import { stateIn } from "../../src/build/state.ts";

async function found(...files: SourceFile[]): Promise<readonly Finding[]> {
  const tools = { transform, parse, analyze };
  return stateIn(await scriptsIn(tools, files), files);
}

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
  {
    source:
      // biome-ignore lint/suspicious/noTemplateCurlyInString: it is one of the application's
      'let visits = 0; app.get("/", (c) => c.text(`${++visits}`));',
    says: /^"visits" is a variable/,
  },
  {
    source:
      'const users = new Map();\napp.post("/u", c => { users.set(c.id, c) });',
    says: /^"users" is filled/,
  },
  {
    source:
      "let n = 0; export default (environ, startResponse) => { n += 1; return n; };",
    says: /^"n" is a variable/,
  },
  {
    source:
      "const app = express();\napp.use((req, res) => { app.locals.count++; res.end(); });",
    says: /^"app" holds what changes/,
  },
  {
    source:
      "const todos = [{ id: 1 }];\nexport const add = (it) => todos.push(it);",
    says: /^"todos" is filled/,
  },
  {
    source:
      "const store = { items: [] };\nexport const add = (it) => store.items.push(it);",
    says: /^"store" is filled/,
  },
  {
    source:
      "const seen = new Set<string>();\nconst f = (id: string): boolean => { if (seen.has(id)) return true; seen.delete(id); return false };",
    says: /^"seen" is filled/,
  },
  {
    source:
      "const cache = Object.create(null);\nfunction f(key) { return cache[key] ??= make(key) }",
    says: /^"cache" is filled/,
  },
  {
    source: "const byId = {};\nfunction forget(id) { delete byId[id] }",
    says: /^"byId" is filled/,
  },
  {
    source:
      "const store = new Store();\nclass Store { items = []; add(it) { this.items.push(it) } }",
    says: /^makes one Store for all, whose methods change it$/,
  },
  {
    source:
      "export default new Counter();\nclass Counter { #count = 0; next() { return ++this.#count } }",
    says: /^makes one Counter for all/,
  },
  {
    source:
      "exports.users = new Map();\nexports.add = (it) => exports.users.set(it.id, it);",
    says: /^"users" is filled/,
  },
  {
    source:
      "module.exports = { users: [], add(it) { exports.users.push(it) } };",
    says: /^"users" is filled/,
  },
  {
    source:
      "let cache; cache = new Map();\nfunction f(it) { cache.set(it, 1) }",
    says: /^"cache" is filled/,
  },
  {
    source: "let last, before;\nfunction f(it) { [last] = it; }",
    says: /^"last" is a variable/,
  },
  {
    source: "let made = 0;\nclass Item { id = ++made }",
    says: /^"made" is a variable/,
  },
  {
    source:
      "let n = 0;\n@Injectable() class Counter { constructor(@Inject(A) a) { n++ } }",
    says: /^"n" is a variable/,
  },
  {
    source:
      "let n = 010;\nif (off) return;\nmodule.exports = function () { with (this) n++; };",
    says: /^"n" is a variable/,
  },
  {
    source: "let n = await 0;\nexport const f = () => n++;",
    says: /^"n" is a variable/,
  },
];

for (const { source, says } of KEPT) {
  test(`stateIn finds what is kept by ${source.split("\n")[0]}`, async () => {
    const text = `// A comment.\n${source}`;
    const [first, ...others] = await found({ path: "app.ts", text });
    assert.equal(first?.where, "app.ts:2");
    assert.match(first.what, says);
    assert.deepEqual(others, []);
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
  "let count = 0;\nfunction f() {\n  let count = 0;\n  count++;\n}",
  "let count = 0;\nconst f = (count) => { count++; return `count++` };",
  "let count = 0;\nconst f = ({ a, count }) => count++;",
  "let count = 0;\nwhile (count < 3) { count++; }",
  "let sum = 0;\n[1, 2].forEach((it) => { sum += it; });",
  "const byName = {};\nfor (const it of all) byName[it.name] = it;",
  "const byName = {};\nall.forEach((it) => { byName[it.name] = it; });",
  "let port;\n(() => { port = 80; })();",
  "const a = []; /* a.push(1) */\nfunction f() { return 'a.push(1)' + /a.push(1)/ } // a.push(2)",
  "const limit = 1;\nlet total = 2;\nfunction f(sum) { sum += total; return { total: sum } }",
  "const prisma = new PrismaClient();\nexport const f = (id) => prisma.user.delete({ where: { id } });",
  "const app = new Hono();\nexport function routes() { app.delete('/x', (c) => c.text('')); }",
  "enum Word { A, B }\nexport const f = (): Word => Word.A;",
  "class Point { x = 0; move() { this.x++ } }\nexport const f = () => new Point().move();",
  "class Shop { items; constructor() { this.items = [] } all() { return this.items } }\nexport const shop = new Shop();",
  "const owner = new WeakMap();\nexport const f = (it) => owner.set(it, 1);",
  "let total = 0; { let total = 0; exports.f = () => { let n = 0; n++ } }",
  "const users = new Map();\nfor (const [users] of all) { queue(() => users.push(1)) }",
  "const names = Array.from(all).length;\nexport const f = (it) => names.add(it);",
  "const server = createServer();\nexport function start() { server.timeout = 3; }",
];

for (const text of HARMLESS) {
  test(`stateIn finds nothing in ${JSON.stringify(text)}`, async () => {
    assert.deepEqual(await found({ path: "app.ts", text }), []);
  });
}

test("stateIn finds what another file fills, or makes of a class", async () => {
  const findings = await found(
    { path: "state.ts", text: "export const users = new Map();" },
    {
      path: "app.ts",
      text: 'import { users } from "./state.ts";\nexport const add = (it) => users.set(it.id, it);',
    },
    {
      path: "store.js",
      text: "export class Store { add(it) { this.last = it } }",
    },
    { path: "main.js", text: "export const store = new Store();" },
    { path: "other.js", text: "const users = new Map();" },
  );
  assert.deepEqual(
    findings.map(({ where }) => where),
    ["state.ts:1", "main.js:1"],
  );
});

test("stateIn finds what another file fills by another name, or as a part of all", async () => {
  const state = "export const users = new Map();";
  const common = "const users = new Map();\nmodule.exports = { users };";
  const files: readonly (readonly [string, string])[] = [
    [
      state,
      "import { users as all } from './state';\nexport const f = (it) => all.set(it, 1);",
    ],
    [
      state,
      "import * as state from './state';\nexport const f = (it) => state.users.set(it, 1);",
    ],
    [
      common,
      "const state = require('./state');\nexports.f = (it) => state.users.set(it, 1);",
    ],
    [
      common,
      "const { users: all } = require('./state');\nexports.f = (it) => all.set(it, 1);",
    ],
    [
      "exports.users = {};",
      "const { users } = require('./state');\nexports.f = (it) => { users[it] = 1 };",
    ],
    [
      "const users = [];\nexport default users;",
      "import users from './state';\nexport const f = (it) => users.push(it);",
    ],
  ];
  for (const [text, other] of files) {
    const findings = await found(
      { path: "state.js", text },
      { path: "app.js", text: other },
    );
    const places = findings.map(({ where }) => where);
    assert.deepEqual(places, ["state.js:1"], other);
  }
});

test("stateIn names packages that remember things, and does not look into others", async () => {
  const text = "let visits = 0;\nfunction f() {\n  visits++;\n}";
  const findings = await found(
    { path: "node_modules/express-session/index.js", text },
    { path: "node_modules/express/index.js", text },
  );
  assert.deepEqual(
    findings.map(({ where }) => where),
    ["express-session"],
  );
});
