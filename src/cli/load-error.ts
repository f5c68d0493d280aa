// What went wrong with somebody else's file, in one line: the file, the reason, and what to do.
import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { TsgiError } from "../common/errors.ts";

/** How the files of this package, or its bundle, begin in a stack; and the program that loads that. */
const OURS = [`${dirname(import.meta.url)}/`, "/bin/tsgi-cgi:"];

/** A TsgiError `LOAD` without a stack: ours would say nothing, that of the cause does. */
export function loadError(
  file: string,
  reason: string,
  options?: ErrorOptions,
): TsgiError {
  const message = `Cannot load ${file}: ${reason}`;
  const error = new TsgiError("LOAD", message, options);
  error.stack = `TsgiError: ${message}`;
  return error;
}

/** Why evaluating `file` failed. */
export function failedLoad(file: string, cause: unknown): TsgiError {
  if (TsgiError.is(cause) && cause.code === "LOAD") return cause;
  trimStack(cause);
  const { code, path } = (cause ?? {}) as NodeJS.ErrnoException;
  if (code === "EACCES" && path === file) {
    // Not the error itself: its stack would be shown, and tell nothing.
    return loadError(file, "this user may not read it", { cause: { code } });
  }
  const syntax = syntaxError(cause);
  if (syntax === undefined)
    return loadError(file, reasonFor(file, cause), { cause });
  const place = `${syntax.file}:${syntax.line}`;
  const { text } = syntax;
  return syntax.file === file
    ? loadError(place, `${text}${moduleHint(text)}`, { cause })
    : loadError(file, `${place}: ${text}${moduleHint(text)}`, { cause });
}

/** Whether the stack of a load error's cause tells more than its message. */
export function isOwnError(cause: unknown): cause is Error {
  return (
    cause instanceof Error &&
    missingModule(cause) === undefined &&
    syntaxError(cause) === undefined
  );
}

/** Where a module does not parse, and why; undefined for other errors. */
export function syntaxError(
  error: unknown,
): { file: string; line: number; text: string } | undefined {
  if (!(error instanceof Error)) return undefined;
  const { name, message } = error;
  // esbuild's, by way of tsx.
  const [, path, row, what] =
    /^(.+):([0-9]+):[0-9]+: ERROR: (.*)$/m.exec(message) ?? [];
  if (path !== undefined)
    return { file: path, line: Number(row), text: `${what}` };
  if (name !== "SyntaxError") return undefined;
  const [, file, line] = firstLine(error) ?? decorated(error) ?? [];
  if (file === undefined) return undefined;
  return {
    file: file.startsWith("file:") ? fileURLToPath(file) : file,
    line: Number(line),
    text: message,
  };
}

/** Cuts a stack where Node, and this package, come in. */
function trimStack(error: unknown): void {
  if (!(error instanceof Error) || error.stack === undefined) return;
  const lines = error.stack.split("\n");
  const ours = lines.findIndex((line) =>
    OURS.some((start) => line.includes(start)),
  );
  const theirs = lines.slice(0, ours < 0 ? lines.length : ours);
  error.stack = theirs
    .filter((line) => !line.includes("(node:internal/"))
    .join("\n");
}

const PATHS =
  '"paths" of the nearest tsconfig.json has to lead to a file that exists';

function reasonFor(file: string, cause: unknown): string {
  if (!(cause instanceof Error)) return `it threw ${String(cause)}`;
  const missing = missingModule(cause);
  if (missing === undefined) {
    return `it threw ${cause.name}: ${cause.message.split("\n", 1)[0]}`;
  }
  const { specifier, importer } = missing;
  const who = importer === file ? "it" : importer;
  if (/^(?:[./]|file:)/.test(specifier)) {
    return `${who} imports ${specifier}, and there is no such file${typeScriptHint(specifier)}`;
  }
  if (/^[@~]\//.test(specifier)) {
    return `${who} imports ${specifier}, which is no package; ${PATHS}`;
  }
  const name = /^(?:@[^/]+\/)?[^/]+/.exec(specifier)?.[0];
  const alias = /\.[cm]?tsx?$/.test(importer)
    ? `; if it is none, ${PATHS}`
    : "";
  return `${who} needs the package ${name}, which is not installed; in ${dirname(importer)}: npm install ${name}${alias}`;
}

function missingModule(
  error: Error,
): { specifier: string; importer: string } | undefined {
  const { code, requireStack } = error as NodeJS.ErrnoException & {
    requireStack?: readonly string[];
  };
  if (code !== "MODULE_NOT_FOUND" && code !== "ERR_MODULE_NOT_FOUND") {
    return undefined;
  }
  const [, specifier, from] =
    /'([^']+)'(?: imported from (.+))?/.exec(error.message) ?? [];
  const importer = from ?? requireStack?.[0];
  if (specifier === undefined || importer === undefined) return undefined;
  return { specifier, importer };
}

/** Node strips types, but does not look for extensions. */
function typeScriptHint(specifier: string): string {
  const path = specifier.replace(/\.js$/, "");
  return existsSync(`${path}.ts`)
    ? `, but ${path}.ts: Node wants the full name in an import`
    : "";
}

/** The words of an ES module, in what extension or package.json call CommonJS. */
function moduleHint(text: string): string {
  return /outside a module|top.level|Unexpected token 'export'/i.test(text)
    ? '; for an ES module write "type": "module" in its package.json, or name it .mjs (.mts)'
    : "";
}

function firstLine(error: Error): RegExpExecArray | null {
  return /^((?:file:\/\/)?\/.*):([0-9]+)\n/.exec(error.stack ?? "");
}

/**
 * For an ES module Node keeps the place to itself, until the error ends the process or, which is
 * what helps here, passes through node:vm.
 */
function decorated(error: Error): RegExpExecArray | null {
  const stack = error.stack;
  try {
    process
      .getBuiltinModule("node:vm")
      .runInNewContext("throw error", { error });
  } catch {
    // It is the same error.
  }
  const found = firstLine(error);
  if (found === null) error.stack = stack;
  return found;
}
