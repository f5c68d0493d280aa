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
    name: "a file read from the working directory",
    line: 'const page = fs.readFileSync("views/page.html", "utf8");',
    says: /^reads a file by a relative path/,
  },
  {
    name: "a file read from the working directory, by its full path",
    line: 'const page = await readFile(path.join(process.cwd(), "page.html"));',
    says: /^reads a file by a relative path/,
  },
  {
    name: "a question for the working directory",
    line: "const folder = process.cwd();",
    says: /^asks for the working directory/,
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

const FS_PROMISES = 'from "node:fs/promises";';
const READERS: readonly (readonly [head: string, line: string])[] = [
  ["", 'const file = await fs.open("data/words.txt");'],
  ["", 'const file = await fs.promises.open("data/words.txt");'],
  ["", 'const file = await fsp.open("data/words.txt");'],
  ["", 'const file = this.fs.readFileSync("data/words.txt");'],
  ["", 'const lines = [...readFileSync("data/words.txt", "utf8")];'],
  ["", 'const file = await require("node:fs/promises").open("words.txt");'],
  ["", 'const text = (await import("fs")).readFileSync("words.txt");'],
  [`import { open } ${FS_PROMISES}`, 'await open("words.txt");'],
  [
    `import { stat,\n  open as openFile } ${FS_PROMISES}`,
    'await openFile("words.txt");',
  ],
  [`import disk ${FS_PROMISES}`, 'await disk.open("words.txt");'],
  [`import * as $disk ${FS_PROMISES}`, 'await $disk.open("words.txt");'],
  [
    'import disk, { promises as slow } from "fs";',
    'await slow.open("words.txt");',
  ],
  ['const disk = require("fs-extra")', 'await disk.open("words.txt");'],
  [
    'const { open: openFile } = require("fs")',
    'openFile("words.txt", () => {});',
  ],
];

for (const [head, line] of READERS) {
  test(`findingsIn takes ${line} for a file that is read after ${JSON.stringify(head)}`, () => {
    const text = `${head}\n${line}\n`;
    const found = findingsIn([{ path: "app.ts", text }], []);
    assert.deepEqual(
      found.map(({ where }) => where),
      [`app.ts:${text.split("\n").indexOf(line) + 1}`],
    );
    assert.match(found[0]?.what ?? "", /^reads a file by a relative path/);
  });
}

const FORKS: readonly (readonly [head: string, line: string])[] = [
  ["", "cluster.fork();"],
  ["", 'childProcess.fork("./worker.js");'],
  ['import { fork } from "node:child_process";', 'fork("./worker.js");'],
  ['import * as cp from "child_process";', 'cp.fork("./worker.js");'],
];

for (const [head, line] of FORKS) {
  test(`findingsIn takes ${line} for another program after ${JSON.stringify(head)}`, () => {
    const text = `${head}\n${line}\n`;
    const [found, ...more] = findingsIn([{ path: "app.ts", text }], []);
    assert.match(found?.what ?? "", /^starts another program/);
    assert.deepEqual(more, []);
  });
}

const HARMLESS: readonly string[] = [
  'const db = new Database();\ndb.open("GET", "x");',
  'const cache = await caches.open("v1");',
  'import { readFile } from "node:fs";\nrequest.open("GET", "x");',
  'import open from "open";\nawait open("page");',
  'const file = await sftp.readFile("words.txt");',
  'import fs from "node:fs";\nconst file = offs.open("words.txt");',
  "const child = logger.fork();",
  'import { fork } from "redux-saga/effects";\nfork(watch);',
  'import { word } from "./word.ts";',
  'const page = await import("./page.ts");',
  'const fs = require("node:fs");',
  'const text = readFileSync("/etc/hostname", "utf8");',
  "const text = readFileSync(file);",
  'open("https://example.org/");',
  "// readFileSync(join(__dirname, name)) was here",
  " * express.static(folder) is what it is like",
];

for (const text of HARMLESS) {
  test(`findingsIn says nothing of ${text.replaceAll("\n", " ")}`, () => {
    assert.deepEqual(findingsIn([{ path: "app.ts", text }], []), []);
  });
}

test("findingsIn names each package that reads files of its own, or is known to, once", () => {
  const text = 'const file = __dirname + "/geo.dat";\nreadFileSync(file);';
  const files = [
    { path: "node_modules/geo/index.js", text },
    { path: "node_modules/geo/more.js", text },
    { path: "node_modules/bindings/bindings.js", text },
    { path: "node_modules/a/index.js", text: "readFileSync(given)" },
    { path: "node_modules/b/index.js", text: "readFileSync(log(__filename))" },
    { path: "node_modules/c/index.js", text: `// ${text.replace("\n", " ")}` },
  ];
  const found = findingsIn(files, []);
  assert.deepEqual(
    found.map(({ where }) => where),
    ["geo", "bindings"],
  );
  assert.match(
    found[0]?.what ?? "",
    /^seems to read files by where its code is/,
  );
});

test("findingsIn names each module that is compiled for a platform", () => {
  const [found] = findingsIn([], ["/srv/app/build/Release/addon.node"]);
  assert.equal(found?.where, "/srv/app/build/Release/addon.node");
  assert.match(found?.what ?? "", /stays outside of the built file/);
});
