// Source as JavaScript in the form esbuild prints it, without types and JSX, and what its names stand for.
import { SourceMap } from "node:module";
import type { Loader } from "esbuild";
import type { Scope } from "eslint-scope";
import type { Node, Program } from "estree";
import type { Esbuild } from "./bundle.ts";
import type { SourceFile } from "./findings.ts";
import { packageOf } from "./packages.ts";

/** What takes JavaScript apart, which is loaded where somebody builds. */
export type Parser = Pick<typeof import("acorn"), "parse"> &
  Pick<typeof import("eslint-scope"), "analyze">;
type Tools = Parser & Pick<Esbuild, "transform">;

/** As a module, or as CommonJS, which may be sloppy, and return. */
const PARSED = {
  ecmaVersion: "latest",
  allowImportExportEverywhere: true,
  allowAwaitOutsideFunction: true,
  allowReturnOutsideFunction: true,
  locations: true,
  ranges: true,
} as const;
const SCOPED = { ecmaVersion: 2022, sourceType: "module" } as const;

/** A file taken apart. */
export interface Script {
  readonly path: string;
  readonly code: string;
  /** All nodes, each with the one that it is part of. */
  readonly parents: ReadonlyMap<Node, Node>;
  /** That of the module, and then those in it. */
  readonly scopes: readonly Scope[];
  /** The line of the file, from 1, that a node comes from. */
  lineOf(node: Node): number;
}

/** The application's own files, as far as they are JavaScript or what becomes it. */
export async function scriptsIn(
  tools: Tools,
  files: readonly SourceFile[],
): Promise<readonly Script[]> {
  const own = files.filter(({ path }) => packageOf(path) === undefined);
  const scripts = await Promise.all(own.map((file) => scriptOf(tools, file)));
  return scripts.filter((script) => script !== undefined);
}

async function scriptOf(
  tools: Tools,
  { path, text }: SourceFile,
): Promise<Script | undefined> {
  const [, ending] = /\.[cm]?([jt]sx?|f?cgi)$/.exec(path) ?? [];
  if (ending === undefined) return undefined;
  const loader = (ending.endsWith("cgi") ? "ts" : ending) as Loader;
  try {
    const { code, map } = await tools.transform(text, {
      loader,
      // Decorators, which the parser does not know, become calls.
      target: "node20.19",
      tsconfigRaw: { compilerOptions: { experimentalDecorators: true } },
      sourcemap: "external",
      legalComments: "none",
      logLevel: "silent",
    });
    const program = tools.parse(code, PARSED) as Program;
    const parents = new Map<Node, Node>();
    addParts(program, parents);
    const { scopes } = tools.analyze(program, SCOPED);
    const origin = new SourceMap(JSON.parse(map));
    return {
      path,
      code,
      parents,
      scopes: scopes.slice(1),
      lineOf({ loc }) {
        const { line = 1, column = 0 } = loc?.start ?? {};
        const found = origin.findEntry(line - 1, column);
        return "originalLine" in found ? found.originalLine + 1 : line;
      },
    };
  } catch {
    // What can be bundled can be printed, but a look at it is not worth failing for.
    return undefined;
  }
}

function addParts(node: Node, parents: Map<Node, Node>): void {
  for (const part of Object.values(node).flat()) {
    if (typeof part?.type !== "string") continue;
    parents.set(part, node);
    addParts(part, parents);
  }
}
