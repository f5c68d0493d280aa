// Packages with modules compiled for a platform, by how they are packed.
import assert from "node:assert/strict";
import { test } from "node:test";
import { nativePackages } from "../../src/build/native-packages.ts";

const PACKED: Readonly<Record<string, string>> = {
  "/app/node_modules/sharp/package.json":
    '{"optionalDependencies":{"@img/sharp-linux-x64":"1","@img/sharp-win32-x64":"1"}}',
  "/app/node_modules/@img/sharp-linux-x64/package.json":
    '{"os":["linux"],"cpu":["x64"]}',
  "/app/node_modules/@scope/hash/package.json":
    '{"optionalDependencies":{"@scope/hash-linux":"1"}}',
  "/app/node_modules/@scope/hash/node_modules/@scope/hash-linux/package.json":
    '{"cpu":["x64"]}',
  "/app/node_modules/canvas/package.json":
    '{"binary":{"module_name":"canvas"}}',
  "/app/node_modules/old/package.json": "{}",
  "/app/node_modules/old/binding.gyp": "",
  "/app/node_modules/plain/package.json":
    '{"optionalDependencies":{"not-there":"1","fsevents":"1"}}',
  "/app/node_modules/fsevents/package.json": '{"os":["darwin"]}',
  "/app/node_modules/damaged/package.json": "{",
};

test("nativePackages tells packages with modules for a platform from others", () => {
  const names = ["sharp", "@scope/hash", "canvas", "old", "plain", "damaged"];
  const files = names.flatMap((name) =>
    ["index.js", "lib/more.js"].map((file) => ({
      path: `node_modules/${name}/${file}`,
      text: "",
    })),
  );
  assert.deepEqual(
    nativePackages(files, "/app", (path) => PACKED[path]),
    ["sharp", "@scope/hash", "canvas", "old"],
  );
});

test("nativePackages sees names of modules that are made, where no package for this platform is installed", () => {
  const made = "`./build/addon-" + "$" + "{process.platform}.node`";
  const files = [
    { path: "app.js", text: made },
    { path: "node_modules/a/a.js", text: `require(${made})` },
    { path: "node_modules/b/b.js", text: 'import "./b.node";' },
  ];
  assert.deepEqual(
    nativePackages(files, "/app", () => undefined),
    ["a"],
  );
});
