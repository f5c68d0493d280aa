// loadApplication as both front ends have it: the ES module of tsgi-fcgi, the bundle of tsgi-cgi.
import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { CGI_VARIABLES, type Files, folder, run } from "./command.ts";
import { load } from "./loading.ts";

const MODULE = '{ "type": "module" }';
const COMMONJS = '{ "type": "commonjs" }';
const SHEBANG = "#!/usr/bin/env tsgi-cgi\n";

const esm = `${SHEBANG}import { sep } from "node:path";
import { word } from "./lib.mjs";
export default (environ, startResponse) => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return word + sep; };`;
const awaiting = `${SHEBANG}const { word } = await import("./lib.mjs");
export default (environ, startResponse) => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return word + "/"; };`;
const cjs = `${SHEBANG}const { word } = require("./lib.cjs");
module.exports = (environ, startResponse) => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return word + "/"; };`;
const typed = `${SHEBANG}import { word } from "./lib.ts";
export default (environ: object, startResponse: (status: string, headers: string[][]) => void): string => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return word + "/"; };`;
const typedAwaiting = `${SHEBANG}const word: string = await Promise.resolve("word");
export default (environ: object, startResponse: (status: string, headers: string[][]) => void): string => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return word + "/"; };`;
const typedCjs = `${SHEBANG}module.exports = (environ: object, startResponse: (status: string, headers: string[][]) => void): string => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return "word/"; };`;
const compiled = `${SHEBANG}enum Word { Word = "word/" }
export default (environ: object, startResponse: (status: string, headers: string[][]) => void): string => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return Word.Word; };`;

const LIBRARY: Files = {
  "lib.mjs": 'export const word = "word";',
  "lib.cjs": 'exports.word = "word";',
  "lib.ts": 'export const word: string = "word";',
};

const kinds: readonly (readonly [
  what: string,
  files: readonly string[],
  content: string,
  manifests: readonly string[],
])[] = [
  [
    "an ES module",
    ["app.js", "app.mjs", "app.cgi", "app"],
    esm,
    ["{}", MODULE],
  ],
  ["an ES module", ["app.mjs", "app.fcgi", "app"], esm, [COMMONJS]],
  [
    "an ES module that awaits",
    ["app.js", "app.cgi", "app"],
    awaiting,
    [MODULE],
  ],
  ["an ES module that awaits", ["app.mjs", "app.cgi"], awaiting, ["{}"]],
  ["CommonJS", ["app.js", "app.cjs", "app.cgi", "app"], cjs, ["{}", COMMONJS]],
  ["CommonJS", ["app.cjs", "app.cgi", "app"], cjs, [MODULE]],
  ["TypeScript", ["app.ts", "app.mts", "app.cgi", "app"], typed, [MODULE]],
  ["TypeScript", ["app.ts", "app.cgi"], typed, ["{}"]],
  ["TypeScript that awaits", ["app.ts", "app.cgi"], typedAwaiting, [MODULE]],
  ["CommonJS in TypeScript", ["app.cts", "app.cgi"], typedCjs, ["{}"]],
  [
    "TypeScript with enum",
    ["app.ts", "app.mts", "app.cgi"],
    compiled,
    [MODULE],
  ],
];

for (const [what, names, content, manifests] of kinds) {
  for (const manifest of manifests) {
    for (const name of names) {
      const where = `${name} below ${manifest}`;
      const files = { ...LIBRARY, [name]: content, "package.json": manifest };
      test(`loadApplication loads ${what}, ${where}`, async (t) => {
        const root = folder(t, files);
        const told = await load(t, join(root, name));
        assert.deepEqual(told, { body: "word/", stderr: "" });
      });
      test(`tsgi-cgi loads ${what}, ${where}`, async (t) => {
        const root = folder(t, files);
        const { status, stdout, stderr } = await run(
          t,
          "tsgi-cgi",
          [join(root, name)],
          { env: CGI_VARIABLES },
        );
        assert.equal(stderr, "");
        assert.match(stdout, /Status: 200 OK\r\n\r\nword\/$/);
        assert.equal(status, 0);
      });
    }
  }
}

const answer =
  '(environ, startResponse) => { startResponse("200 OK", [["Content-Type", "text/plain"]]); return "word/"; }';

for (const [what, specifier, files] of [
  [
    "a named export",
    "app.mjs:other",
    { "app.mjs": `export const other = ${answer};` },
  ],
  [
    "a named export of CommonJS",
    "app.cjs:other",
    { "app.cjs": `exports.other = ${answer};` },
  ],
  [
    "the default by name",
    "app.mjs:default",
    { "app.mjs": `export default ${answer};` },
  ],
  [
    "what a compiler makes of a default",
    "app.cjs",
    { "app.cjs": `exports.__esModule = true; exports.default = ${answer};` },
  ],
  [
    "a path with a colon",
    "a:b.mjs",
    { "a:b.mjs": `export default ${answer};` },
  ],
  [
    "a path with colons, and a name",
    "a:b.mjs:other",
    { "a:b.mjs": `export const other = ${answer};` },
  ],
  [
    "a path with a blank and a percent sign",
    "a b%20.mjs",
    { "a b%20.mjs": `await 1; export default ${answer};` },
  ],
  ["a folder", "app", { "app/index.js": `module.exports = ${answer};` }],
  [
    "a file named without its extension",
    "app",
    { "app.js": `module.exports = ${answer};` },
  ],
  [
    "a file that imports a package",
    "app.mjs",
    {
      "app.mjs": 'export { default } from "pack";',
      "node_modules/pack/package.json": '{ "main": "main.cjs" }',
      "node_modules/pack/main.cjs": `module.exports = ${answer};`,
    },
  ],
] as const satisfies readonly (readonly [string, string, Files])[]) {
  test(`loadApplication loads ${what}`, async (t) => {
    const told = await load(t, specifier, folder(t, files));
    assert.deepEqual(told, { body: "word/", stderr: "" });
  });
}

test("loadApplication follows a symbolic link to where the file's imports are", async (t) => {
  const root = folder(t, {
    "srv/app.mjs": esm,
    "srv/lib.mjs": LIBRARY["lib.mjs"] ?? "",
  });
  symlinkSync(join(root, "srv/app.mjs"), join(root, "app.cgi"));
  assert.deepEqual(await load(t, "app.cgi", root), {
    body: "word/",
    stderr: "",
  });
});
