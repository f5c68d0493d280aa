// TSGI as `npm install` leaves it, and a node, where any user can reach them.
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The root of the checkout. */
export const CHECKOUT: string = join(import.meta.dirname, "../../..");

export interface Installation {
  /** A folder of this process which any user may enter; removed when the process ends. */
  readonly root: string;
  /** The folder of `node`. */
  readonly bin: string;
  /** A node_modules folder with `tsgi` and what it depends on, nothing else. */
  readonly modules: string;
}

let made: Installation | undefined;

/** One for all tests of a process. */
export function installation(): Installation {
  if (made === undefined) {
    const root = mkdtempSync(join(tmpdir(), "tsgi-"));
    process.once("exit", () => rmSync(root, { recursive: true, force: true }));
    chmodSync(root, 0o755);
    const [bin, modules] = [join(root, "bin"), join(root, "node_modules")];
    made = { root, bin, modules };
    installNode(made.bin);
    installPackage(made.modules);
  }
  return made;
}

/** Adds packages of the checkout, with what they depend on. */
export function install(packages: readonly string[]): void {
  const { modules } = installation();
  const found = new Set(packages);
  for (const name of packages) dependencies(packageFolder(name), found);
  for (const name of found) copyPackage(name, modules);
}

/** `node`, copied where others could not reach the original. */
function installNode(bin: string): void {
  mkdirSync(bin);
  const node = join(bin, "node");
  if (isReachable(process.execPath)) symlinkSync(process.execPath, node);
  else cpSync(process.execPath, node);
}

function installPackage(modules: string): void {
  const target = join(modules, "tsgi");
  for (const path of ["package.json", "bin", "dist"]) {
    cpSync(join(CHECKOUT, path), join(target, path), { recursive: true });
  }
  mkdirSync(join(modules, ".bin"));
  for (const name of readdirSync(join(CHECKOUT, "bin"))) {
    if (!name.startsWith("tsgi")) continue;
    symlinkSync(`../tsgi/bin/${name}`, join(modules, ".bin", name));
  }
  for (const name of dependencies(CHECKOUT, new Set())) {
    copyPackage(name, modules);
  }
}

function copyPackage(name: string, modules: string): void {
  const target = join(modules, name);
  if (existsSync(target)) return;
  cpSync(packageFolder(name), target, { recursive: true });
}

function packageFolder(name: string): string {
  return join(CHECKOUT, "node_modules", name);
}

/** The packages which the one in `folder` needs, and those they need. */
function dependencies(folder: string, found: Set<string>): Set<string> {
  const file = readFileSync(join(folder, "package.json"), "utf8");
  for (const name of Object.keys(JSON.parse(file).dependencies ?? {})) {
    const own = join(folder, "node_modules", name);
    // What is inside of a package is copied with it.
    if (folder !== CHECKOUT && existsSync(own)) dependencies(own, found);
    else if (!found.has(name)) {
      found.add(name);
      dependencies(packageFolder(name), found);
    }
  }
  return found;
}

/** Whether others may enter every folder on the way. */
function isReachable(path: string): boolean {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
