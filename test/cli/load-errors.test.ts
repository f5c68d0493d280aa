// What loadApplication says of an application it cannot load.
import assert from "node:assert/strict";
import { cpSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { CGI_VARIABLES, type Files, folder, run } from "./command.ts";
import { load } from "./loading.ts";

const DIST = fileURLToPath(new URL("../../dist", import.meta.url));

for (const [what, specifier, files, message] of [
  [
    "a missing file",
    "ap.js",
    { "app.js": "" },
    "Cannot load <root>/ap.js: there is no such file (did you mean app.js?)",
  ],
  [
    "a missing folder",
    "no/app.js",
    {},
    "Cannot load <root>/no/app.js: there is no such file",
  ],
  [
    "a folder",
    "lib",
    { "lib/app.js": "" },
    "Cannot load <root>/lib: it is a folder; name a file in it",
  ],
  [
    "a missing default",
    "app.mjs",
    { "app.mjs": "export const application = () => {}, limit = 1;" },
    'Cannot load <root>/app.mjs: it has no default export, it exports "application", "limit", and does not listen for HTTP; use <root>/app.mjs:application',
  ],
  [
    "a missing export",
    "app.mjs:app",
    { "app.mjs": "export default () => {};" },
    'Cannot load <root>/app.mjs: it has no export "app", it exports "default", and does not listen for HTTP; use <root>/app.mjs',
  ],
  [
    "a file without exports",
    "app.mjs",
    { "app.mjs": "export {};" },
    "Cannot load <root>/app.mjs: it has no default export, it exports nothing, and does not listen for HTTP; export what a framework has made (export default app), or write: export default (environ, startResponse) => { … }",
  ],
  [
    "an object",
    "app.mjs",
    { "app.mjs": "export default {};" },
    "Cannot load <root>/app.mjs: its default export is an object (Object), and an application is a function (environ, startResponse), a function (req, res), an object with fetch(), what Express, Connect, Koa, Fastify, Nest, Hono or H3 make, or a program that listens for HTTP; write: export default (environ, startResponse) => { … }",
  ],
  [
    "a router of Express",
    "app.mjs",
    {
      "app.mjs":
        "export default Object.assign((req, res, next) => {}, { handle() {}, use() {} });",
    },
    "Cannot load <root>/app.mjs: its default export is a router, which needs an application around it; export that: express().use(router)",
  ],
  [
    "a class",
    "app.mjs",
    { "app.mjs": "export default class App { fetch() {} }" },
    "Cannot load <root>/app.mjs: its default export is a class, and an application is a function (environ, startResponse), a function (req, res), an object with fetch(), what Express, Connect, Koa, Fastify, Nest, Hono or H3 make, or a program that listens for HTTP; export an instance: new App()",
  ],
  [
    "a promise of nothing",
    "app.mjs",
    { "app.mjs": "export default Promise.resolve(null);" },
    "Cannot load <root>/app.mjs: its default export is null, and an application is a function (environ, startResponse), a function (req, res), an object with fetch(), what Express, Connect, Koa, Fastify, Nest, Hono or H3 make, or a program that listens for HTTP; write: export default (environ, startResponse) => { … }",
  ],
  [
    "a promise that is rejected",
    "app.mjs",
    { "app.mjs": 'export default Promise.reject(new Error("boom"));' },
    "Cannot load <root>/app.mjs: it threw Error: boom",
  ],
  [
    "an object beside an application",
    "app.mjs",
    { "app.mjs": "export default {}; export const app = { fetch() {} };" },
    "Cannot load <root>/app.mjs: its default export is an object (Object), and an application is a function (environ, startResponse), a function (req, res), an object with fetch(), what Express, Connect, Koa, Fastify, Nest, Hono or H3 make, or a program that listens for HTTP; use <root>/app.mjs:app",
  ],
  [
    "a text by name",
    "app.mjs:name",
    { "app.mjs": 'export const name = "x";' },
    'Cannot load <root>/app.mjs: its export "name" is a string, and an application is a function (environ, startResponse), a function (req, res), an object with fetch(), what Express, Connect, Koa, Fastify, Nest, Hono or H3 make, or a program that listens for HTTP; write: export default (environ, startResponse) => { … }',
  ],
  [
    "a missing package",
    "app.mjs",
    { "app.mjs": 'import "@some/pack/sub.js"; export default () => {};' },
    "Cannot load <root>/app.mjs: it needs the package @some/pack, which is not installed; in <root>: npm install @some/pack",
  ],
  [
    "a missing package of TypeScript, which may be a path alias",
    "app.mts",
    { "app.mts": 'import "@lib/greet"; export default () => {};' },
    'Cannot load <root>/app.mts: it needs the package @lib/greet, which is not installed; in <root>: npm install @lib/greet; if it is none, "paths" of the nearest tsconfig.json has to lead to a file that exists',
  ],
  [
    "a path alias",
    "app.mts",
    { "app.mts": 'import "@/lib/greet"; export default () => {};' },
    'Cannot load <root>/app.mts: it imports @/lib/greet, which is no package; "paths" of the nearest tsconfig.json has to lead to a file that exists',
  ],
  [
    "a missing package of CommonJS",
    "app.cjs",
    { "app.cjs": 'require("./lib.cjs");', "lib.cjs": 'require("pack");' },
    "Cannot load <root>/app.cjs: <root>/lib.cjs needs the package pack, which is not installed; in <root>: npm install pack",
  ],
  [
    "a missing import",
    "app.mjs",
    { "app.mjs": 'import "./lib.js"; export default () => {};' },
    "Cannot load <root>/app.mjs: it imports <root>/lib.js, and there is no such file",
  ],
  [
    "an import without the extension of TypeScript",
    "app.mjs",
    { "app.mjs": 'import "./lib.js"; export default () => {};', "lib.ts": "" },
    "Cannot load <root>/app.mjs: it imports <root>/lib.js, and there is no such file, but <root>/lib.ts: Node wants the full name in an import",
  ],
  [
    "a syntax error",
    "app.mjs",
    { "app.mjs": "\nlet a = ;\nexport default 1;" },
    "Cannot load <root>/app.mjs:2: Unexpected token ';'",
  ],
  [
    "a syntax error of CommonJS",
    "app.cgi",
    { "app.cgi": "#!/x\n\nlet a = ;" },
    "Cannot load <root>/app.cgi:3: Unexpected token ';'",
  ],
  [
    "a syntax error of an import",
    "app.mjs",
    { "app.mjs": 'import "./lib.mjs";', "lib.mjs": "\nlet a = ;" },
    "Cannot load <root>/app.mjs: <root>/lib.mjs:2: Unexpected token ';'",
  ],
  [
    "an import of what is not exported",
    "app.mjs",
    { "app.mjs": '\nimport { no } from "node:fs";' },
    "Cannot load <root>/app.mjs:2: The requested module 'node:fs' does not provide an export named 'no'",
  ],
  [
    "an error of its own",
    "app.mjs",
    { "app.mjs": '\nthrow new TypeError("boom\\nmore");' },
    "Cannot load <root>/app.mjs: it threw TypeError: boom",
  ],
  [
    "a text it throws",
    "app.mjs",
    { "app.mjs": 'throw "boom";' },
    "Cannot load <root>/app.mjs: it threw boom",
  ],
  [
    "an end of the process",
    "app.mjs",
    { "app.mjs": "process.exit(0);" },
    "Cannot load <root>/app.mjs: the process ended while it was evaluated",
  ],
  [
    "an error in the callback of listen()",
    "app.mjs",
    {
      "app.mjs":
        'import { createServer } from "node:http"; createServer().listen(80, () => { throw new Error("boom"); });',
    },
    "Cannot load <root>/app.mjs: it threw Error: boom",
  ],
  [
    "an await without end",
    "app.mjs",
    { "app.mjs": "await new Promise(() => {});" },
    "Cannot load <root>/app.mjs: the process ended while it was evaluated",
  ],
] as const satisfies readonly (readonly [string, string, Files, string])[]) {
  test(`loadApplication tells of ${what}`, async (t) => {
    const root = folder(t, files);
    const told = await load(t, specifier, root);
    assert.equal(told.message?.replaceAll(root, "<root>"), message);
    assert.equal(told.code, "LOAD");
  });
}

test("loadApplication hints at package.json where an ES module is taken for CommonJS", async (t) => {
  const root = folder(t, {
    "package.json": '{ "type": "commonjs" }',
    "app.js": 'import "node:fs";\nexport default () => {};',
  });
  const { message } = await load(t, "app.js", root);
  assert.match(
    message ?? "",
    /app\.js:1: Cannot use import .*write "type": "module" in its package\.json/,
  );
});

test("loadApplication believes the parser that got further", async (t) => {
  const root = folder(t, {
    "app.cgi": "#!/x\nconst a: string = 'a';\n\nlet b = ;",
  });
  const { message } = await load(t, "app.cgi", root);
  assert.match(message ?? "", /app\.cgi:4: /);
});

test("loadApplication keeps the file's own error, its stack down to where Node comes in", async (t) => {
  const root = folder(t, {
    "app.cjs": 'require("./lib.cjs");',
    "lib.cjs": 'function inner() { throw new Error("boom"); }\ninner();',
  });
  const { stack = "" } = await load(t, "app.cjs", root);
  const frames = stack.replaceAll(root, "<root>").split("\n");
  assert.deepEqual(frames, [
    "Error: boom",
    "    at inner (<root>/lib.cjs:1:26)",
    "    at Object.<anonymous> (<root>/lib.cjs:2:1)",
    "    at Object.<anonymous> (<root>/app.cjs:1:1)",
  ]);
});

test("loadApplication asks for tsx where that is missing", async (t) => {
  const root = folder(t, {
    "app.ts": "enum A {}",
    "app.cgi": "enum A {}",
    // Whatever the folders above have.
    "node_modules/tsx/package.json": '{ "exports": {} }',
  });
  for (const name of readdirSync(DIST)) {
    if (name.endsWith(".cjs")) cpSync(join(DIST, name), join(root, name));
  }
  for (const name of ["app.ts", "app.cgi"]) {
    const { status, stderr } = await run(
      t,
      process.execPath,
      ["-e", 'require("./tsgi-cgi.cjs").main(["node", ...process.argv])', name],
      { cwd: root, env: CGI_VARIABLES },
    );
    assert.match(stderr, /Cannot load .*npm install tsx/);
    assert.equal(status, 66);
  }
});
