import assert from "node:assert/strict";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { FolderWatch, isSource } from "../../src/cli/watch.ts";
import { folder } from "./tsgi.ts";

for (const name of ["app.js", "views", "page.html", "log.ts", "db", "a.json"]) {
  test(`isSource takes ${name} for one`, () => {
    assert.ok(isSource(name));
  });
}

for (const name of [
  ...["node_modules", ".git", ".env", ".app.js.swp", "app.js~", "app.log"],
  ...["upload.tmp", "data.db", "data.sqlite", "data.sqlite3-wal"],
]) {
  test(`isSource takes ${name} for none`, () => {
    assert.ok(!isSource(name));
  });
}

/** Watches a folder. @returns waits for the next change */
function watching(t: TestContext, root: string): () => Promise<void> {
  let changed: () => void = () => {};
  const watch = new FolderWatch(root, () => changed());
  t.after(() => watch.close());
  return () =>
    new Promise((resolve) => {
      changed = resolve;
    });
}

test("FolderWatch notices files, in folders old and new", async (t) => {
  const root = folder(t);
  mkdirSync(join(root, "old/deep"), { recursive: true });
  const change = watching(t, root);
  for (const action of [
    () => writeFileSync(join(root, "app.js"), "1"),
    () => writeFileSync(join(root, "app.js"), "2"),
    () => rmSync(join(root, "app.js")),
    () => writeFileSync(join(root, "old/deep/a.js"), "1"),
    () => mkdirSync(join(root, "new")),
    () => writeFileSync(join(root, "new/a.js"), "1"),
    () => rmSync(join(root, "new"), { recursive: true }),
    () => mkdirSync(join(root, "new")),
    () => writeFileSync(join(root, "new/a.js"), "1"),
  ]) {
    const noticed = change();
    action();
    await noticed;
  }
});

test("FolderWatch takes changes that come together for one", async (t) => {
  const root = folder(t);
  let count = 0;
  let changed: () => void = () => {};
  const watch = new FolderWatch(root, () => {
    count++;
    changed();
  });
  t.after(() => watch.close());
  const noticed = new Promise<void>((resolve) => {
    changed = resolve;
  });
  for (let file = 0; file < 100; file++) {
    writeFileSync(join(root, `${file}.js`), "x");
  }
  await noticed;
  assert.equal(count, 1);
});

test("FolderWatch refuses a folder that is missing", (t) => {
  const path = join(folder(t), "missing");
  assert.throws(() => new FolderWatch(path, () => {}), { code: "ENOENT" });
});
