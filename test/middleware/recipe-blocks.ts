// The recipes of docs/middleware.md as modules, in a folder where they find their packages.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";
import { codeBlocks, root } from "../docs/blocks.ts";

/** Removed after the tests of the file that asks for it. */
export function recipeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-recipes-"));
  after(() => rmSync(folder, { recursive: true }));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const adapters = pathToFileURL(join(root, "src/adapters/index.ts")).href;
  for (const { name, text } of codeBlocks("docs/middleware.md")) {
    const source = text.replaceAll('"tsgi/adapters"', JSON.stringify(adapters));
    writeFileSync(join(folder, name), source);
  }
  return folder;
}

/** Imports one of them, which exports a `T`. */
export async function recipe<T>(folder: string, name: string): Promise<T> {
  return await import(pathToFileURL(join(folder, name)).href);
}
