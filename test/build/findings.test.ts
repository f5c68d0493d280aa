// What a built file cannot have inside, by how the source is written.
import assert from "node:assert/strict";
import { test } from "node:test";
import { findingsIn } from "../../src/build/findings.ts";

const FOUND: readonly {
  readonly name: string;
  readonly line: string;
  readonly says: RegExp;
}[] = [
  {
    name: "a file read from beside the code",
    line: 'const page = readFileSync(join(__dirname, "page.html"));',
    says: /^reads a file by where the code is/,
  },
  {
    name: "a file read by the URL of an ES module",
    line: 'const page = await readFile(new URL("page.html", import.meta.url));',
    says: /^reads a file by where the code is/,
  },
  {
    name: "a folder of static files",
    line: 'app.use(express.static("public"));',
    says: /^serves or renders a folder/,
  },
  {
    name: "a folder of views",
    line: 'app.set("views", "pages");',
    says: /^serves or renders a folder/,
  },
  {
    name: "a thread",
    line: 'const worker = new Worker("./thread.js");',
    says: /^starts another program/,
  },
  {
    name: "a question where the code is",
    line: "const here = import.meta.dirname;",
    says: /^asks where its code is/,
  },
  {
    name: "an import by a name that is made",
    line: "const page = await import(pages.get(name));",
    says: /^imports by a name that is only known when it runs/,
  },
];

for (const { name, line, says } of FOUND) {
  test(`findingsIn tells of ${name}, and where`, () => {
    const text = `// A comment.\n${line}\n`;
    const found = findingsIn([{ path: "src/app.ts", text }], []);
    assert.equal(found.length, 1);
    assert.equal(found[0]?.where, "src/app.ts:2");
    assert.match(found[0]?.what ?? "", says);
  });
}

const HARMLESS: readonly string[] = [
  'import { word } from "./word.ts";',
  'const page = await import("./page.ts");',
  'const fs = require("node:fs");',
  'const text = readFileSync("/etc/hostname", "utf8");',
  "// readFileSync(join(__dirname, name)) was here",
  " * express.static(folder) is what it is like",
];

for (const text of HARMLESS) {
  test(`findingsIn says nothing of ${text}`, () => {
    assert.deepEqual(findingsIn([{ path: "app.ts", text }], []), []);
  });
}

test("findingsIn leaves the inside of packages to the list of those it knows", () => {
  const text = 'readFileSync(__dirname + "/x.node")';
  const files = [
    { path: "node_modules/express/lib/x.js", text },
    { path: "node_modules/bindings/bindings.js", text },
  ];
  const found = findingsIn(files, []);
  assert.deepEqual(
    found.map(({ where }) => where),
    ["bindings"],
  );
});

test("findingsIn names each module that is compiled for a platform", () => {
  const [found] = findingsIn([], ["/srv/app/build/Release/addon.node"]);
  assert.equal(found?.where, "/srv/app/build/Release/addon.node");
  assert.match(found?.what ?? "", /stays outside of the built file/);
});
