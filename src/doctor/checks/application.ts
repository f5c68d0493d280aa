// What the application needs: its own files, packages, and native code for this machine.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Context } from "../context.ts";
import { foldersAbove } from "../facts/access.ts";
import { importsOf, type MissingImport } from "../facts/imports.ts";
import { type NativeModule, nativeModules } from "../facts/native.ts";
import type { NodeFacts } from "../facts/node.ts";
import type { Found } from "../finding.ts";
import type { Machine } from "../machine.ts";
import { quoted } from "../shell.ts";

/** Imports against files and node_modules; all that is missing at once. */
export function checkApplication(
  { machine, program }: Context,
  node: NodeFacts | undefined,
): Found[] {
  const { application } = program ?? {};
  if (application === undefined || machine.facts(application) === undefined)
    return [];
  const { packages, missing, files } = importsOf(machine, application);
  const found = [
    ...missingPackages(
      application,
      missing.filter((each) => each.package !== undefined),
    ),
    ...missing.filter((each) => each.package === undefined).map(missingFile),
  ];
  if (node === undefined) return found;
  const isTyped = files.some((file) => /\.[cm]?tsx?$/.test(file));
  if (isTyped && !node.stripsTypes && !hasTsx(machine, application)) {
    found.push({
      code: "TYPESCRIPT_UNREADABLE",
      where: application,
      what: `Node ${node.version} runs no TypeScript, and tsx is not installed`,
      repair: `cd ${quoted(dirname(application))} && npm install tsx`,
    });
  }
  const native = packages.flatMap((folder) => nativeModules(machine, folder));
  return [...found, ...native.flatMap((module) => unfit(module, node))];
}

/** It comes with TSGI; who left optional packages out has none. */
function hasTsx(machine: Machine, application: string): boolean {
  const own = fileURLToPath(new URL("../../../package.json", import.meta.url));
  return [application, own].some((file) =>
    foldersAbove(machine.realPath(file) ?? file).some(
      (folder) => machine.facts(join(folder, "node_modules/tsx")) !== undefined,
    ),
  );
}

function missingPackages(
  application: string,
  missing: readonly MissingImport[],
): Found[] {
  const names = [
    ...new Set(missing.map((each) => each.package as string)),
  ].sort();
  const [first] = missing;
  if (first === undefined) return [];
  const folder = dirname(first.importer.replace(/\/node_modules\/.*$/, "/app"));
  const isDeep = missing.every((each) =>
    each.importer.includes("/node_modules/"),
  );
  return [
    {
      code: "PACKAGES_MISSING",
      where: application,
      what: isDeep
        ? `node_modules is not whole: ${names.join(", ")} (needed by ${first.importer})`
        : `not installed: ${names.join(", ")}`,
      repair: isDeep
        ? `cd ${quoted(folder)} && npm ci, or upload node_modules again`
        : `cd ${quoted(dirname(application))} && npm install ${names.join(" ")}`,
    },
  ];
}

function missingFile({ importer, specifier, similar }: MissingImport): Found {
  if (similar !== undefined) {
    return {
      code: "IMPORT_CASE",
      where: importer,
      what: `it imports ${specifier}, and the file is called ${similar}`,
      repair: `spell the import as the file, ${similar.slice(similar.lastIndexOf("/") + 1)}`,
    };
  }
  return {
    code: "IMPORT_MISSING",
    where: importer,
    what: `it imports ${specifier}, and there is no such file`,
    repair: `upload ${specifier}, or correct the import`,
  };
}

function unfit(module: NativeModule, node: NodeFacts): Found[] {
  const { file, platform, arch, abi, glibc, musl } = module;
  const [, name = "it"] =
    /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file) ?? [];
  const repair = `on this machine: npm rebuild ${name}`;
  const system = platform === "linux" && musl ? "Linux with musl" : platform;
  const isForeign =
    platform !== node.platform || (arch !== undefined && arch !== node.arch);
  if (isForeign || (musl && node.glibc !== undefined)) {
    const built =
      platform === undefined
        ? "nothing that can be told"
        : `${system}${arch ? `, ${arch}` : ""}`;
    return [
      {
        code: "NATIVE_PLATFORM",
        where: file,
        what: `it was built for ${built}, and Node here is for ${node.platform}, ${node.arch}`,
        repair,
      },
    ];
  }
  if (abi !== undefined && abi !== node.abi) {
    return [
      {
        code: "NATIVE_ABI",
        where: file,
        what: `it was built for NODE_MODULE_VERSION ${abi}, and Node ${node.version} has ${node.abi}`,
        repair,
      },
    ];
  }
  if (
    glibc !== undefined &&
    node.glibc !== undefined &&
    isNewer(glibc, node.glibc)
  ) {
    return [
      {
        code: "NATIVE_GLIBC",
        where: file,
        what: `it needs GLIBC ${glibc.join(".")}, and this system has ${node.glibc.join(".")}`,
        repair,
      },
    ];
  }
  return [];
}

function isNewer(
  [a, b]: readonly [number, number],
  [c, d]: readonly [number, number],
): boolean {
  return a > c || (a === c && b > d);
}
