// From "app.js:name" to the application in it.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { describe } from "../common/chunk.ts";
import type { TsgiError } from "../common/errors.ts";
import type { Application } from "../common/types.ts";
import { failedLoad, loadError } from "./load-error.ts";
import { loadModule, resolveModule } from "./load-module.ts";
import { suggestion } from "./suggest.ts";

const SHAPE = "a function (environ, startResponse)";

/**
 * Loads an application: `"app.js"` for the default export of a file, `"app.js:name"` for another
 * one. The file may be an ES module, CommonJS or TypeScript, with any extension or none.
 *
 * @param onExit told when the process ends before the file has been evaluated
 * @throws {TsgiError} `LOAD`, with the file's own error as its cause where there is one
 */
export async function loadApplication(
  specifier: string,
  onExit: (error: TsgiError) => void = () => {},
): Promise<Application> {
  const { path, name } = split(specifier);
  const file = locate(path);
  const exited = (): void =>
    onExit(loadError(file, "the process ended while it was evaluated"));
  process.once("exit", exited);
  try {
    const exports = await loadModule(file).catch((error) => {
      throw failedLoad(file, error);
    });
    return applicationOf(exports, file, name);
  } finally {
    process.off("exit", exited);
  }
}

/** The last colon separates a name, unless it belongs to the path. */
function split(specifier: string): { path: string; name: string | undefined } {
  const colon = specifier.lastIndexOf(":");
  if (colon <= 0 || existsSync(specifier)) {
    return { path: specifier, name: undefined };
  }
  return {
    path: specifier.slice(0, colon),
    name: specifier.slice(colon + 1) || undefined,
  };
}

function locate(path: string): string {
  const absolute = resolve(path);
  try {
    return resolveModule(absolute);
  } catch {
    const isFolder = statSync(absolute, {
      throwIfNoEntry: false,
    })?.isDirectory();
    throw loadError(
      absolute,
      isFolder
        ? "it is a folder; name a file in it"
        : `there is no such file${suggestion(basename(absolute), neighbours(absolute))}`,
    );
  }
}

function neighbours(path: string): string[] {
  try {
    return readdirSync(dirname(path)).filter((name) => name !== basename(path));
  } catch {
    return [];
  }
}

function applicationOf(
  exports: unknown,
  file: string,
  name: string | undefined,
): Application {
  const found = pick(exports, name ?? "default");
  if (typeof found === "function" && foreignMethod(found) === undefined) {
    return found as Application;
  }
  throw misshapen(exports, found, file, name);
}

/** A CommonJS module is its own default; a compiled or imported one has that one level deeper. */
function pick(exports: unknown, name: string): unknown {
  if (name === "default" && typeof exports === "function") return exports;
  const value = (exports as Exports)?.[name];
  if (typeof value === "function") return value;
  const inner = ((exports as Exports)?.default as Exports)?.[name];
  return typeof inner === "function" ? inner : value;
}

/** What Express, Connect, Koa and Fastify have, or Hono: they want a server that speaks HTTP. */
function foreignMethod(found: unknown): string | undefined {
  const methods = (found ?? {}) as Readonly<Record<string, unknown>>;
  return ["listen", "fetch"].find(
    (name) => typeof methods[name] === "function",
  );
}

type Exports = Readonly<Record<string, unknown>> | undefined;

function misshapen(
  exports: unknown,
  found: unknown,
  file: string,
  name: string | undefined,
): TsgiError {
  const names = Object.keys(exports ?? {}).filter(
    (each) => each !== "__esModule" && each !== "module.exports",
  );
  const what = name === undefined ? "default export" : `export "${name}"`;
  const others = names.filter((each) => each !== (name ?? "default"));
  const fitting = others.filter(
    (each) => typeof (exports as Exports)?.[each] === "function",
  );
  const [better = "default"] = [
    ...fitting.filter((each) => each === "application"),
    ...fitting,
  ];
  const fix =
    fitting.length > 0
      ? `use ${file}${better === "default" ? "" : `:${better}`}`
      : "write: export default (environ, startResponse) => { … }";
  if (found === undefined) {
    const listed =
      names.length > 0
        ? `it exports ${names.map((each) => `"${each}"`).join(", ")}`
        : "it exports nothing";
    return loadError(file, `it has no ${what}, ${listed}; ${fix}`);
  }
  const advice = found instanceof Promise ? "put await in front of it" : fix;
  const method = foreignMethod(found);
  const is =
    method !== undefined
      ? `made for an HTTP server, as its ${method}() shows`
      : found instanceof Promise
        ? "a promise"
        : describe(found);
  return loadError(
    file,
    `its ${what} is ${is}, and an application is ${SHAPE}; ${advice}`,
  );
}
