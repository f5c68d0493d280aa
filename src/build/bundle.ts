// An application and its packages as one script of CommonJS.
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join } from "node:path";
import type {
  BuildFailure,
  BuildOptions,
  BuildResult,
  Metafile,
  Plugin,
} from "esbuild";
import { TsgiError } from "../common/errors.ts";
import { asciiSource } from "./ascii-source.ts";

/** esbuild, which is loaded where somebody builds. */
export type Esbuild = Pick<typeof import("esbuild"), "build" | "transform">;

/** What comes of an application. */
export interface Bundle {
  /** The script; as the body of a function it exports, or returns a promise of what it exports. */
  readonly code: string;
  readonly map: string | undefined;
  /** Of the packages in it, as far as they ask for being named. */
  readonly licences: string;
  readonly awaits: boolean;
  /** What is in it, and where from. */
  readonly metafile: Metafile;
  /** Modules for a platform, by their paths, which stay outside. */
  readonly addons: readonly string[];
  readonly warnings: readonly string[];
}

const OUTPUT = "app.js";

/**
 * Bundles the application in `file`. The working directory of its map is the folder of the nearest
 * package.json, `root`.
 *
 * @throws {TsgiError} `LOAD`, with what is wrong and where
 */
export async function bundle(
  esbuild: Esbuild,
  file: string,
  root: string,
  withMap: boolean,
): Promise<Bundle> {
  const addons: string[] = [];
  const common = options(file, root, withMap, addons);
  try {
    const result = await esbuild.build({ ...common, format: "cjs" });
    return bundleOf(result, addons, false);
  } catch (error) {
    if (!awaits(error)) throw failed(file, error);
  }
  addons.length = 0;
  try {
    const result = await esbuild.build({ ...common, format: "esm" });
    return bundleOf(result, addons, true);
  } catch (error) {
    throw failed(file, error);
  }
}

function options(
  file: string,
  root: string,
  withMap: boolean,
  addons: string[],
): BuildOptions & { write: false; metafile: true } {
  return {
    entryPoints: [file],
    absWorkingDir: root,
    outfile: OUTPUT,
    bundle: true,
    write: false,
    metafile: true,
    platform: "node",
    target: "node20.19",
    charset: "ascii",
    sourcemap: withMap ? "external" : false,
    sourcesContent: false,
    legalComments: "external",
    logLevel: "silent",
    define: {
      "import.meta.url": "__fileUrl",
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
    },
    // Files like app.cgi are found by their name alone.
    loader: { ".cgi": "ts", ".fcgi": "ts", ".node": "copy" },
    plugins: [leaveAddons(addons), lendH3],
  };
}

/** What is compiled for a platform cannot be in a script. */
function leaveAddons(addons: string[]): Plugin {
  return {
    name: "addons",
    setup({ onResolve }) {
      onResolve({ filter: /\.node$/ }, ({ path, resolveDir }) => {
        const file = path.startsWith(".") ? join(resolveDir, path) : path;
        addons.push(file);
        return { path, external: true };
      });
    },
  };
}

/** An application of H3 1 is served by a function of that package, which is not beside a built file. */
const lendH3: Plugin = {
  name: "h3",
  setup({ onLoad }) {
    onLoad({ filter: /\/node_modules\/h3\/dist\/index\.mjs$/ }, ({ path }) => ({
      contents: `${readFileSync(path, "utf8")}\n${LEND_H3}`,
    }));
  },
};
const LEND_H3 = 'globalThis[Symbol.for("tsgi.h3")] = { toNodeListener };';

function bundleOf(
  result: BuildResult<{ write: false; metafile: true }>,
  addons: readonly string[],
  awaits: boolean,
): Bundle {
  const textOf = (end: string): string | undefined =>
    result.outputFiles.find(({ path }) => path.endsWith(end))?.text;
  const code = withoutMapComment(textOf(`/${OUTPUT}`) ?? "");
  return {
    code: asciiSource(requireBuiltins(awaits ? asFunction(code) : code)),
    map: textOf(".map"),
    licences: textOf(".LEGAL.txt") ?? "",
    awaits,
    metafile: result.metafile,
    addons: [...new Set(addons)],
    warnings: result.warnings.map(placed),
  };
}

/** Builtins do not need Node's loader of ES modules, which takes longer to start than they do. */
function requireBuiltins(code: string): string {
  return code.replace(/\bimport\("([\w:/]+)"\)/g, (text, id: string) =>
    isBuiltin(id)
      ? `Promise.resolve().then(() => (m => Object.create(m, { default: { value: m } }))(require("${id}")))`
      : text,
  );
}

/** Names the files of an ES module as `require` has them, and its exports as a value to return. */
function asFunction(code: string): string {
  const required = code.replace(
    /^import (?:(\* as (\w+)|\w+|\{[^}]*\})(?:, (\{[^}]*\}))? from )?("[^"]*");$/gm,
    (_, first = "", namespace, second, id) => {
      const value = `require(${id})`;
      if (first === "") return `${value};`;
      if (namespace) return `const ${namespace} = ${value};`;
      if (first.startsWith("{")) return `const ${named(first)} = ${value};`;
      const outer = `const ${first} = (m => m?.__esModule ? m.default : m)(${value});`;
      return second ? `${outer} const ${named(second)} = ${value};` : outer;
    },
  );
  const body = required.replace(
    /^export \{([^}]*)\};$/gm,
    (_, names: string) => `return { ${exported(names)} };`,
  );
  // On the same line, so that the lines of the map are right.
  return `return (async () => {${body}})();`;
}

/** `{ a as b }` as a pattern. */
function named(names: string): string {
  return names.replaceAll(/ as /g, ": ");
}

/** `a as b` as properties, read when somebody asks for them. */
function exported(names: string): string {
  return names
    .split(",")
    .map((each) => each.trim())
    .filter((each) => each !== "")
    .map((each) => {
      const [inner = "", outer = inner] = each.split(" as ");
      return `get ${outer}() { return ${inner}; }`;
    })
    .join(", ");
}

function withoutMapComment(code: string): string {
  return code.replace(/\n\/\/# sourceMappingURL=.*\n?$/, "\n");
}

function awaits(error: unknown): boolean {
  const { errors = [] } = error as Partial<BuildFailure>;
  return (
    errors.length > 0 &&
    errors.every(({ text }) => /^Top-level await/.test(text))
  );
}

function failed(file: string, error: unknown): TsgiError {
  const { errors = [], message } = error as BuildFailure;
  const told = errors.map(placed).join("\n  ");
  return new TsgiError("LOAD", `Cannot build ${file}: ${told || message}`);
}

function placed({
  text,
  location,
}: {
  text: string;
  location: { file: string; line: number } | null;
}): string {
  return location ? `${location.file}:${location.line}: ${text}` : text;
}

/** The folder of the nearest package.json above, or that of the file. */
export function projectOf(
  file: string,
  exists: (path: string) => boolean,
): string {
  const own = dirname(file);
  for (let folder = own; ; folder = dirname(folder)) {
    if (exists(join(folder, "package.json"))) return folder;
    if (folder === dirname(folder)) return own;
  }
}
