// docs/middleware.md has a section for all of tsgi/middleware, and its code does what it says.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import * as exported from "../../src/middleware/index.ts";
import { codeBlocks, root } from "./blocks.ts";
import { typeErrors } from "./types.ts";

const page = readFileSync(join(root, "docs/middleware.md"), "utf8");

test("docs/middleware.md has a section and a row for each middleware", () => {
  for (const [name, value] of Object.entries(exported)) {
    if (typeof value !== "function") continue;
    assert.match(page, new RegExp(`^## ${name}$`, "m"));
    assert.ok(page.includes(`[\`${name}\`](#${name.toLowerCase()})`), name);
  }
});

test("docs/middleware.md has code that compiles", () => {
  const files = new Map(
    codeBlocks("docs/middleware.md")
      // The recipes are JavaScript, and run by tests of their own.
      .filter(({ name }) => name.endsWith(".ts"))
      .map(({ name, text }) => [join(root, "docs", name), text]),
  );
  assert.deepEqual(typeErrors(files), []);
});
