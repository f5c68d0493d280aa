// From "app.js:name" to the application in it.
import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Application } from "../common/types.ts";
import { type Candidate, exportOf, recogniseExport } from "./exported.ts";
import { ListenTrap } from "./listen-trap.ts";
import { failedLoad, loadError } from "./load-error.ts";
import { loadModule, resolveModule } from "./load-module.ts";
import type { LoadOptions } from "./load-options.ts";
import { suggestion } from "./suggest.ts";

const LISTEN_TIMEOUT = 10_000;

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
  const { path, name } = splitSpecifier(specifier);
  const file = locate(path);
  let uncaught: { readonly error: unknown } | undefined;
  const catching = (error: unknown): void => {
    uncaught = { error };
  };
  const exited = (): void =>
    options.onExit?.(
      uncaught === undefined
        ? loadError(file, "the process ended while it was evaluated")
        : failedLoad(file, uncaught.error),
    );
  // Of a callback, say that of listen(): nobody else tells of it where "exit" ends the process.
  process.once("uncaughtExceptionMonitor", catching);
  process.once("exit", exited);
  const isOurs = options.interface === "tsgi";
  const trap = isOurs ? undefined : trapFor(file, options);
  try {
    // Beforehand: what a module leaves running must not go on unattended for longer than it has to.
    if (options.lint) await import("./validator.ts");
    process.chdir(dirname(file));
    const exports = await loadModule(file);
    const found = await exportOf(exports, file, name, options);
    return await applicationOf({ file, name, exports, found }, trap, options);
  } catch (error) {
    trap?.remove();
    throw failedLoad(file, error);
  } finally {
    process.off("uncaughtExceptionMonitor", catching);
    process.off("exit", exited);
  }
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

async function applicationOf(
  candidate: Candidate,
  trap: ListenTrap | undefined,
  options: LoadOptions,
): Promise<Application> {
  const { onNote = () => {}, listenTimeoutMs = LISTEN_TIMEOUT } = options;
  const hasListened = trap?.first !== undefined;
  const known = await recogniseExport(candidate, options, hasListened);
  if (known !== undefined) {
    onNote(`${candidate.file}: ${known.what}`, "info");
    if (known.isOurs) {
      trap?.remove();
      if (hasListened) onNote(unheard(candidate.file, trap), "warn");
      if (options.lint) {
        const { lint } = await import("./validator.ts");
        return lint(known.application);
      }
    }
    return known.application;
  }
  const listener = await trap?.listened(listenTimeoutMs);
  if (listener === undefined) {
    const { misshapen } = await import("./misshapen.ts");
    throw misshapen(candidate, options);
  }
  const { adapt, listenerOf } = await import("./recognise.ts");
  onNote(`${candidate.file}: a program that listens for HTTP`, "info");
  return adapt(listenerOf(listener.server), "node");
}

function unheard(file: string, trap: ListenTrap | undefined): string {
  return `${file} is an application of TSGI, so nothing reaches the HTTP server for ${trap?.first?.asked.text}; --interface tsgi lets it listen`;
}

function trapFor(file: string, { onNote = () => {} }: LoadOptions): ListenTrap {
  return new ListenTrap(({ text }, first) => {
    if (first === undefined) {
      const message = `${file} asked for ${text}, which is not opened: requests come from the web server`;
      onNote(message, "info");
    } else {
      const message = `${file} asked for ${text}, too: nothing reaches it, since all requests go to the server for ${first.text}`;
      onNote(message, "warn");
    }
  });
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
