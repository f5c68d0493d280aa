// What the files of an application import, as far as their text tells: statements at the start of a line,
// which run whenever the file is loaded. What stands in functions and in try is left out: it may be optional.
import { builtinModules } from "node:module";
import { basename, dirname, join } from "node:path";
import type { Machine } from "../machine.ts";
import { foldersAbove } from "./access.ts";

/** One import that leads nowhere. */
export interface MissingImport {
  readonly importer: string;
  readonly specifier: string;
  /** The package's name; undefined for a file of the application. */
  readonly package?: string | undefined;
  /** A file whose name differs by case alone. */
  readonly similar?: string | undefined;
}

/** An application's own files, and what is missing of what they import. */
export interface Imports {
  readonly files: readonly string[];
  /** Folders of packages that it needs, those which they need too. */
  readonly packages: readonly string[];
  readonly missing: readonly MissingImport[];
}

/** Files and packages to look at; more of either is a hint that this went astray. */
const MOST = 5_000;
const STATEMENT =
  /^(?:import\s*(?:[\w$*{][^"'();]*?\sfrom\s*)?|export\s[^"'();]*?\sfrom\s*)(["'])([^"'\n]+)\1|^(?:(?:const|let|var)\s[^=;()]*=\s*)?require\((["'])([^"'\n]+)\3\)/gm;
const ENDINGS = [
  "",
  ".js",
  ".cjs",
  ".mjs",
  ".ts",
  ".cts",
  ".mts",
  ".tsx",
  ".json",
  ".node",
  "/index.js",
  "/index.cjs",
  "/index.ts",
  "/package.json",
];

/** Follows the imports of `entry`. */
export function importsOf(machine: Machine, entry: string): Imports {
  const files = new Set<string>([existing(machine, entry) ?? entry]);
  const packages = new Map<string, string>();
  const missing: MissingImport[] = [];
  for (const file of files) {
    if (files.size > MOST) break;
    for (const specifier of specifiersOf(machine, file)) {
      if (/^\.{0,2}\//.test(specifier)) {
        const path = specifier.startsWith("/")
          ? specifier
          : join(dirname(file), specifier);
        const target = existing(machine, path);
        if (target === undefined) {
          missing.push({
            importer: file,
            specifier,
            similar: similarTo(machine, path),
          });
        } else if (/\.(?:[cm]?[jt]sx?)$/.test(target)) files.add(target);
        continue;
      }
      const name = packageName(specifier);
      if (name === undefined || packages.has(name)) continue;
      const folder = packageFolder(machine, name, file);
      if (folder === undefined) {
        missing.push({ importer: file, specifier, package: name });
      } else packages.set(name, folder);
    }
  }
  const deep = dependenciesOf(machine, [...packages.values()]);
  return {
    files: [...files],
    packages: deep.packages,
    missing: [...missing, ...deep.missing],
  };
}

/** The names that a file's statements import. */
function specifiersOf(machine: Machine, file: string): string[] {
  const text = machine.bytes(file)?.toString("utf8") ?? "";
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replaceAll("\r\n", "\n");
  const found = [...code.matchAll(STATEMENT)]
    .filter(([statement]) => !/^(?:import|export)\s+type\s/.test(statement))
    .map(([, , imported, , required]) => imported ?? required ?? "");
  return [...new Set(found)];
}

/** What the packages need in turn, by their package.json. */
function dependenciesOf(
  machine: Machine,
  roots: readonly string[],
): { packages: string[]; missing: MissingImport[] } {
  const packages = new Set(roots);
  const missing: MissingImport[] = [];
  for (const folder of packages) {
    if (packages.size > MOST) break;
    const file = join(folder, "package.json");
    const { dependencies = {}, optionalDependencies = {} } = manifest(
      machine,
      file,
    );
    for (const name of Object.keys(dependencies)) {
      if (name in optionalDependencies) continue;
      const target = packageFolder(machine, name, file);
      if (target !== undefined) packages.add(target);
      else missing.push({ importer: file, specifier: name, package: name });
    }
  }
  return { packages: [...packages], missing };
}

function manifest(
  machine: Machine,
  file: string,
): { dependencies?: object; optionalDependencies?: object } {
  try {
    return JSON.parse(machine.bytes(file)?.toString("utf8") ?? "{}");
  } catch {
    return {};
  }
}

/** Undefined for what Node has itself, for imports by `#` and for URLs. */
function packageName(specifier: string): string | undefined {
  if (specifier.startsWith("#") || /^\w+:/.test(specifier)) return undefined;
  // Paths of a tsconfig.json.
  if (/^[@~]\//.test(specifier)) return undefined;
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
  return name === undefined || builtinModules.includes(specifier)
    ? undefined
    : name;
}

/** As Node looks for it: in each node_modules from the importer upwards, links followed. */
function packageFolder(
  machine: Machine,
  name: string,
  importer: string,
): string | undefined {
  const real = machine.realPath(importer) ?? importer;
  const itself = ownName(machine, real);
  if (itself?.name === name) return itself.folder;
  for (const folder of foldersAbove(real).reverse()) {
    if (basename(folder) === "node_modules") continue;
    const target = join(folder, "node_modules", name);
    if (machine.facts(target)?.kind === "folder")
      return machine.realPath(target);
  }
  return undefined;
}

/** A package may import itself by its name. */
function ownName(
  machine: Machine,
  importer: string,
): { name: unknown; folder: string } | undefined {
  for (const folder of foldersAbove(importer).reverse()) {
    const file = join(folder, "package.json");
    if (machine.facts(file) === undefined) continue;
    const { name } = manifest(machine, file) as { name?: unknown };
    return { name, folder };
  }
  return undefined;
}

function existing(machine: Machine, path: string): string | undefined {
  const asTypeScript = path.replace(/\.([cm]?)js$/, ".$1ts");
  return [...ENDINGS.map((ending) => path + ending), asTypeScript].find(
    (each) => machine.facts(each)?.kind === "file",
  );
}

function similarTo(machine: Machine, path: string): string | undefined {
  const wanted = basename(path).toLowerCase();
  const name = machine
    .names(dirname(path))
    ?.find((each) =>
      ENDINGS.some((ending) => each.toLowerCase() === wanted + ending),
    );
  return name === undefined ? undefined : join(dirname(path), name);
}
