// Packages that are more than JavaScript. How they load the rest is often by a name they make of the
// platform's, which no bundler follows; how they are packed tells, too.
import { join, resolve } from "node:path";
import type { ReadFile } from "./decorator-metadata.ts";
import type { SourceFile } from "./findings.ts";
import { packageOf } from "./packages.ts";

interface Manifest {
  readonly binary?: unknown;
  readonly gypfile?: unknown;
  readonly cpu?: unknown;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** A path that ends with the name of such a module, and has something in it that is made. */
const MADE_NAME = /`[^`\n]*\$\{[^`\n]*\.node`/;

/** The names of those among these files. @param root the folder their paths begin at */
export function nativePackages(
  files: readonly SourceFile[],
  root: string,
  read: ReadFile,
): readonly string[] {
  const folders = new Map<string, string>();
  const natives = new Set<string>();
  for (const { path, text } of files) {
    const name = packageOf(path);
    if (name === undefined) continue;
    if (MADE_NAME.test(text)) natives.add(name);
    const end = path.lastIndexOf(`node_modules/${name}`);
    const modules = path.slice(0, end + "node_modules".length);
    folders.set(name, resolve(root, modules, name));
  }
  for (const [name, folder] of folders) {
    if (isNative(folder, name, read)) natives.add(name);
  }
  return [...natives];
}

function isNative(folder: string, name: string, read: ReadFile): boolean {
  const { binary, gypfile, optionalDependencies } = manifest(folder, read);
  if (typeof binary === "object" || gypfile === true) return true;
  if (read(join(folder, "binding.gyp")) !== undefined) return true;
  // Beside it, or inside of it where there are versions of it.
  const beside = resolve(folder, ...name.split("/").map(() => ".."));
  return Object.keys(optionalDependencies ?? {}).some((each) =>
    [beside, join(folder, "node_modules")].some(
      (modules) => manifest(join(modules, each), read).cpu !== undefined,
    ),
  );
}

function manifest(folder: string, read: ReadFile): Manifest {
  try {
    return JSON.parse(read(join(folder, "package.json")) ?? "{}");
  } catch {
    return {};
  }
}
