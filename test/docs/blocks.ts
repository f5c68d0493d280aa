// The code of a document, as files.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after } from "node:test";
import { pathToFileURL } from "node:url";

export const root: string = new URL("../..", import.meta.url).pathname;

/** A fenced block of TypeScript or JavaScript. */
export interface Block {
  /** From the comment in its first line: `// hello.js`. */
  readonly name: string;
  readonly text: string;
}

/** The blocks marked ts or js. Each must name itself, or no test would find it. */
export function codeBlocks(document: string): Block[] {
  const markdown = readFileSync(join(root, document), "utf8");
  const fenced = markdown.matchAll(/^```(?:ts|js)\n(.*?)^```$/gms);
  return [...fenced].map(([, text = ""]) => {
    const name = /^\/\/ ([\w-]+\.(?:ts|js))\n/.exec(text)?.[1];
    if (name === undefined) {
      throw new Error(`a block of ${document} has no name:\n${text}`);
    }
    return { name, text };
  });
}

/** Writes the blocks to a folder of their own; the function it returns imports one, which exports a `T`. */
export function blockModules(
  blocks: readonly Block[],
): <T>(name: string) => Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-docs-"));
  after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  for (const { name, text } of blocks) {
    writeFileSync(join(folder, name), text);
  }
  return (name) => import(pathToFileURL(join(folder, name)).href);
}
