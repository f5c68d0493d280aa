// From "app.js:name" to the application in it.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import { suggestion } from "../../common/suggest.ts";
import type { Application } from "../../common/types.ts";
import { loadError } from "../load-error.ts";
import { evaluate } from "./evaluate.ts";
import { loadModule, resolveModule } from "./load-module.ts";
import type { LoadOptions } from "./load-options.ts";

/**
 * Loads an application: `"app.js"` for the default export of a file, `"app.js:name"` for another
 * one. The file may be an ES module, CommonJS or TypeScript, with any extension or none. Its folder
 * becomes the working directory.
 *
 * Besides applications of TSGI it takes those of other interfaces, and programs that listen for
 * HTTP, whose ports are not opened.
 *
 * @throws {TsgiError} `LOAD`, with the file's own error as its cause where there is one
 */
export async function loadApplication(
  specifier: string,
  options: LoadOptions = {},
): Promise<Application> {
  const { file, name } = locateExport(specifier);
  return evaluate({ file, name, load: () => loadModule(file) }, options);
}

/** The file of `"app.js:name"`, and the name of the export, if one is named. @throws {TsgiError} `LOAD` */
export function locateExport(specifier: string): {
  file: string;
  name: string | undefined;
} {
  const { path, name } = splitSpecifier(specifier);
  return { file: locate(path), name };
}

/** The file, and the name of its export. The last colon separates them, unless it belongs to the path. */
export function splitSpecifier(specifier: string): {
  readonly path: string;
  readonly name: string | undefined;
} {
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
