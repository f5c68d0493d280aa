// The folder of one run: sockets, configuration files, compiled contenders.
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** The root of the checkout. */
export const CHECKOUT: string = join(import.meta.dirname, "../..");

let root: string | undefined;

/** A fresh folder that web servers which have dropped their privileges can write to. */
export function freshFolder(name: string): string {
  if (root === undefined) {
    const made = mkdtempSync(join(tmpdir(), "tsgi-bench-"));
    process.once("exit", () => rmSync(made, { recursive: true, force: true }));
    chmodSync(made, 0o777);
    root = made;
  }
  const folder = mkdtempSync(join(root, `${name}-`));
  chmodSync(folder, 0o777);
  return folder;
}

/** A folder below another one, open to all as well. */
export function subfolder(folder: string, name: string): string {
  const path = join(folder, name);
  mkdirSync(path, { recursive: true });
  chmodSync(path, 0o777);
  return path;
}

/**
 * A file of the checkout with other texts in it. Every replacement must have its place, so that the
 * shipped configurations and the bench cannot drift apart.
 */
export function replaced(
  path: string,
  replacements: Readonly<Record<string, string>>,
): string {
  let text = readFileSync(join(CHECKOUT, path), "utf8");
  for (const [from, to] of Object.entries(replacements)) {
    if (!text.includes(from)) throw new Error(`${path} has no "${from}"`);
    text = text.replaceAll(from, to);
  }
  return text;
}

/** Writes a file and returns its name. */
export function write(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text, { mode: 0o644 });
  return path;
}
