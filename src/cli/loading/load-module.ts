// require() loads all kinds of modules, from files with any extension, and at a fraction of the
// price of import(), which is for those that await at their top level.
import { extname } from "node:path";
import { syntaxError } from "../load-error.ts";

/** The file which `require()` takes for `path`. @throws where there is none */
export function resolveModule(path: string): string {
  return requireFor(path).resolve(path);
}

/** The exports of `file`, as require() or import() has them. */
export async function loadModule(file: string): Promise<unknown> {
  const restore = muteRemarks();
  try {
    if (TYPESCRIPT.test(file) && !stripsTypes()) await useTsx(file);
    return await requireOrImport(file).catch(async (error) => {
      if (isTypeScript(error)) {
        await useTsx(file);
        return requireOrImport(file);
      }
      if (isUnresolved(error) && TYPESCRIPT.test(file)) {
        // Node does not know the paths of a tsconfig.json, which tsx does.
        await useTsx(file).catch(() => {
          throw error;
        });
        return requireOrImport(file);
      }
      if (isForeign(file) && syntaxError(error)?.file === file) {
        const { compile } = await import("./load-typescript.ts");
        return orImport(file, await compile(file, error));
      }
      throw error;
    });
  } finally {
    restore();
  }
}

/** Whether this Node runs TypeScript, as far as removing types goes (22.18 and later). */
function stripsTypes(): boolean {
  return Boolean(Reflect.get(process.features, "typescript"));
}

/** What Node, or a Node without type stripping, calls TypeScript by its extension. */
const TYPESCRIPT = /\.(?:[cm]?tsx?|jsx)$/;
const KNOWN: readonly string[] = [".js", ".cjs", ".mjs", ".json", ".node"];
/** Codes of errors that call for a compiler, which does more than strip types. */
const UNSUPPORTED: readonly unknown[] = [
  "ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX",
  "ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING",
];
const AWAITS: readonly unknown[] = [
  "ERR_REQUIRE_ASYNC_MODULE",
  "ERR_REQUIRE_ESM",
];

async function useTsx(file: string): Promise<void> {
  const { registerTsx } = await import("./load-typescript.ts");
  await registerTsx(file);
}

function requireOrImport(file: string): Promise<unknown> {
  return orImport(file, () => requireFor(file)(file));
}

/** Node has parsed a module that awaits by the time it refuses it, so import() needs no extension. */
async function orImport(file: string, load: () => unknown): Promise<unknown> {
  try {
    return load();
  } catch (error) {
    if (!AWAITS.includes((error as NodeJS.ErrnoException)?.code)) throw error;
    const { importModule } = await import("./import-module.ts");
    return await importModule(file);
  }
}

/** In the CommonJS bundle there is a `require`, and node:module would cost 6 % of a start. */
function requireFor(file: string): NodeJS.Require {
  if (typeof require === "function") return require;
  return process.getBuiltinModule("node:module").createRequire(file);
}

/** Whether `error` comes from TypeScript that this Node cannot run, in the file or what it imports. */
function isTypeScript(error: unknown): boolean {
  const { code, message } = (error ?? {}) as NodeJS.ErrnoException;
  if (UNSUPPORTED.includes(code)) return true;
  if (code === "ERR_UNKNOWN_FILE_EXTENSION") {
    return /"\.(?:[cm]?tsx?|jsx)"/.test(message);
  }
  if (code === "ERR_INVALID_TYPESCRIPT_SYNTAX") return false;
  return TYPESCRIPT.test(syntaxError(error)?.file ?? "");
}

function isUnresolved(error: unknown): boolean {
  const { code = "" } = (error ?? {}) as NodeJS.ErrnoException;
  return ["MODULE_NOT_FOUND", "ERR_MODULE_NOT_FOUND"].includes(code);
}

/** Whether the extension says nothing, as `.cgi` does: then TypeScript is what fails to parse. */
function isForeign(file: string): boolean {
  return !TYPESCRIPT.test(file) && !KNOWN.includes(extname(file));
}

/** Keeps Node's remarks about how it loads a file out of the web server's log. */
function muteRemarks(): () => void {
  const { emitWarning } = process;
  process.emitWarning = (...args: readonly unknown[]): void => {
    if (REMARKS.test(args.map(textOf).join(" "))) return;
    Reflect.apply(emitWarning, process, args);
  };
  return () => {
    process.emitWarning = emitWarning;
  };
}

const REMARKS =
  /MODULE_TYPELESS_PACKAGE_JSON|using require\(\)|Type Stripping|stripTypeScriptTypes/;

function textOf(value: unknown): string {
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}
