// How Node takes the file: by its extension, and the package.json above it.
import { dirname, extname, join } from "node:path";
import type { Context } from "../context.ts";
import { foldersAbove } from "../facts/access.ts";
import type { Found } from "../finding.ts";
import type { Machine } from "../machine.ts";
import { create } from "../repair.ts";
import { quoted } from "../shell.ts";

const KNOWN = ["", ".js", ".cjs", ".mjs", ".ts", ".cts", ".mts"];
/** A statement that only an ES module may have, at the start of a line. */
const MODULE_SYNTAX =
  /^(?:import\s*(?:["'{*]|[\w$]+[\s,])|export\s+(?:default|const|let|class|function|async|\{|\*))/m;

/** The traps of `"type"`. */
export function checkModuleType({ machine, program }: Context): Found[] {
  if (program?.application === undefined) return [];
  const { file, application, runner } = program;
  const scope = packageScope(machine, application);
  if (scope?.json === undefined && scope !== undefined) {
    return [
      {
        code: "PACKAGE_JSON_BROKEN",
        where: scope.path,
        what: `Node cannot read it: ${scope.mistake}`,
        repair: `correct it; cd ${quoted(dirname(scope.path))} && node -p 'require("./package.json")' tells when it is right`,
      },
    ];
  }
  if (runner !== "node" || application !== file) return [];
  const extension = extname(file);
  if (KNOWN.includes(extension)) return [];
  if (MODULE_SYNTAX.test(machine.text(file) ?? "")) {
    return [
      {
        code: "EXTENSION_UNKNOWN",
        where: file,
        what: `it is an ES module, and Node loads none that is called ${extension}`,
        repair: `sed -i '1s|.*|#!/usr/bin/env tsgi-cgi|' ${quoted(file)}`,
      },
    ];
  }
  if (scope?.json?.type !== "module") return [];
  const beside = join(dirname(file), "package.json");
  return [
    {
      code: "TYPE_MODULE_ABOVE",
      where: file,
      what: `${scope.path} has "type": "module", under which Node loads nothing that is called ${extension}`,
      ...(scope.path === beside
        ? { repair: `sed -i '1s|.*|#!/usr/bin/env tsgi-cgi|' ${quoted(file)}` }
        : {
            repair: `echo '{ "type": "commonjs" }' > ${quoted(beside)}`,
            fix: create(beside, '{ "type": "commonjs" }\n', dirname(file)),
          }),
    },
  ];
}

/** The package.json that Node reads for a file. `json` is undefined where it is none. */
function packageScope(
  machine: Machine,
  file: string,
):
  | { path: string; json: { type?: unknown } | undefined; mistake: string }
  | undefined {
  const real = machine.realPath(file) ?? file;
  for (const folder of foldersAbove(real).reverse()) {
    if (folder.endsWith("/node_modules")) return undefined;
    const path = join(folder, "package.json");
    const text = machine.bytes(path)?.toString("utf8");
    if (text === undefined) continue;
    try {
      return { path, json: JSON.parse(text) ?? {}, mistake: "" };
    } catch (error) {
      return { path, json: undefined, mistake: (error as Error).message };
    }
  }
  return undefined;
}
