// Whose code is in a built file.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Metafile } from "esbuild";
import { packageOf, packagesIn } from "../../src/build/packages.ts";

const PATHS: readonly (readonly [string, string | undefined])[] = [
  ["src/app.ts", undefined],
  ["node_modules/express/lib/express.js", "express"],
  ["node_modules/@hono/node-server/dist/index.js", "@hono/node-server"],
  ["node_modules/express/node_modules/debug/src/index.js", "debug"],
  ["../node_modules/.pnpm/koa@3.0.0/node_modules/koa/lib/a.js", "koa"],
  ["src/my_node_modules.ts", undefined],
];

for (const [path, name] of PATHS) {
  test(`packageOf finds ${name ?? "none"} in ${path}`, () => {
    assert.equal(packageOf(path), name);
  });
}

test("packagesIn adds up the files of each package, the largest first", () => {
  const inputs = {
    "src/app.ts": { bytesInOutput: 10 },
    "node_modules/express/index.js": { bytesInOutput: 20 },
    "node_modules/express/lib/router.js": { bytesInOutput: 30 },
    "node_modules/ms/index.js": { bytesInOutput: 5 },
  };
  const outputs = { "app.js": { inputs } };
  assert.deepEqual(packagesIn({ outputs } as unknown as Metafile), [
    { name: "express", files: 2, bytes: 50 },
    { name: undefined, files: 1, bytes: 10 },
    { name: "ms", files: 1, bytes: 5 },
  ]);
});
