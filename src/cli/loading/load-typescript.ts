// TypeScript which Node does not run by itself: tsx for what has the extension, and for a file
// like app.cgi, which nobody takes for TypeScript, a compiler.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { failedLoad, loadError, syntaxError } from "../load-error.ts";

/** What {@link compile} uses of a module of node:module. Node documents it no further. */
interface Compiling {
  filename: string;
  paths: string[];
  exports: unknown;
  _compile(source: string, filename: string): void;
}

/** node:module, with what Node 20 has not. */
type Stripping = typeof import("node:module") & {
  stripTypeScriptTypes?: (source: string) => string;
};

/** Makes Node load TypeScript by tsx from now on. @throws {TsgiError} `LOAD` where it is not installed */
export async function registerTsx(file: string): Promise<void> {
  const tsx = resolveTsx(file, "tsx");
  if (tsx === undefined) {
    throw loadError(
      file,
      `Node ${process.versions.node} does not run this TypeScript by itself; npm install tsx, or compile it to JavaScript`,
    );
  }
  await import(pathToFileURL(tsx).href);
}

/**
 * Compiles a file that does not parse as JavaScript.
 *
 * @returns what evaluates it, for its exports
 * @throws `error`, which JavaScript has failed with, or what is wrong with it as TypeScript
 */
export async function compile(
  file: string,
  error: unknown,
): Promise<() => unknown> {
  const code = await javaScript(file, error);
  const { Module, createRequire } = process.getBuiltinModule("node:module");
  return () => {
    const module = new Module(file) as unknown as Compiling;
    module.filename = file;
    module.paths = createRequire(file).resolve.paths("tsx") ?? [];
    module._compile(code, file);
    return module.exports;
  };
}

async function javaScript(file: string, error: unknown): Promise<string> {
  const source = readFileSync(file, "utf8");
  const { createRequire, stripTypeScriptTypes } = process.getBuiltinModule(
    "node:module",
  ) as Stripping;
  // Present as well where an option has switched it off.
  const isOn = Boolean(Reflect.get(process.features, "typescript"));
  if (isOn && stripTypeScriptTypes !== undefined) {
    try {
      return stripTypeScriptTypes(source);
    } catch (refusal) {
      const { code } = refusal as NodeJS.ErrnoException;
      if (code !== "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX") {
        throw furthest(file, error, refusal);
      }
    }
  }
  const manifest = resolveTsx(file, "tsx/package.json");
  if (manifest === undefined) {
    const why = failedLoad(file, error).message;
    throw loadError(file, `${why}; if that is TypeScript: npm install tsx`);
  }
  await registerTsx(file);
  const { transformSync } = createRequire(manifest)("esbuild");
  const url = JSON.stringify(pathToFileURL(file).href);
  const compiled = (format: "cjs" | "esm"): string =>
    transformSync(source, {
      loader: "ts",
      format,
      platform: "node",
      sourcefile: file,
      sourcemap: "inline",
      ...(format === "cjs" && { define: { "import.meta.url": url } }),
    }).code;
  try {
    // As CommonJS, since import in a module that is required would not ask tsx.
    return compiled("cjs");
  } catch (refusal) {
    const text = syntaxError(refusal)?.text ?? "";
    if (/top-level await/i.test(text)) return compiled("esm");
    throw furthest(file, error, refusal);
  }
}

/** Of the two parsers, believe the one that got further. */
function furthest(file: string, error: unknown, refusal: unknown): unknown {
  const { message, stack = "" } = refusal as Error;
  const [, stripped] = /^:([0-9]+)\n/.exec(stack) ?? [];
  const { line = Number(stripped), text = message } =
    syntaxError(refusal) ?? {};
  const reached = syntaxError(error)?.line ?? 0;
  if (!(line > reached)) return error;
  return loadError(`${file}:${line}`, text);
}

/** tsx as this package has it, else as the application has. */
function resolveTsx(file: string, request: string): string | undefined {
  const { createRequire } = process.getBuiltinModule("node:module");
  for (const from of [import.meta.url, file]) {
    try {
      return createRequire(from).resolve(request);
    } catch {
      // Not there: on to the next place.
    }
  }
  return undefined;
}
