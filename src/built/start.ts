// From a built file to the program in it: that for CGI, or that for FastCGI and the command line.
// No class: what old syntax makes of private members costs a start half a millisecond.
import { readFileSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { constants, Script } from "node:vm";
import { TsgiError } from "../common/errors.ts";
import { fail } from "./answer.ts";
import type { Built } from "./built.ts";
import { type CodeCache, findCode, USUAL } from "./code-cache.ts";
import {
  type Contents,
  expectedLength,
  findPart,
  partText,
  readContents,
} from "./container.ts";

const PARAMETERS = "exports, require, module, __filename, __dirname, __fileUrl";

/** A built file that was found to be whole, and what was compiled of it. */
interface Start {
  readonly file: string;
  readonly text: string;
  readonly contents: Contents;
  /** Where its parts begin. */
  readonly begin: number;
  readonly cache: CodeCache | undefined;
  readonly scripts: Map<string, Script>;
}

/**
 * Runs the program of the built file for how the process was started. Ends the process where the
 * file is not whole.
 *
 * @param require that of the file
 * @param source its text, as far as Node tells it
 */
export function start(
  file: string,
  require: NodeJS.Require,
  source: string,
): void {
  forgetPreload();
  // Where something has changed the text that Node was given, the file has it.
  const opened = open(file, source) ?? open(file, readFileSync(file, "utf8"));
  if (opened === undefined) {
    fail(
      "DAMAGED",
      `Cannot start ${file}: it has another length than it was built with, so its upload was cut, or it was edited; upload it again, in binary mode`,
    );
  }
  const { contents, scripts } = opened;
  const { REQUEST_METHOD, GATEWAY_INTERFACE, TSGI_RESIDE } = process.env;
  // Before any argument: in CGI, words of the URL are arguments (RFC 3875, section 4.4).
  const isCgi =
    REQUEST_METHOD !== undefined &&
    GATEWAY_INTERFACE !== undefined &&
    TSGI_RESIDE === undefined;
  const cache = isCgi ? findCode(contents, statSync(file)) : undefined;
  const start: Start = { ...opened, cache };
  const modules = new Map<string, unknown>();
  /** What the bundles of the runner require: each other, and builtins. */
  const requireThere = (id: string): unknown => {
    if (id[0] !== ".") return require(id);
    if (!modules.has(id)) {
      const code = part(start, id);
      modules.set(id, evaluate(start, id, code, requireThere));
    }
    return modules.get(id);
  };
  if (cache !== undefined) keepLater(cache, scripts, requireThere);
  let application: string;
  let program: { main(built: Built): unknown };
  try {
    application = part(start, "app");
    const id = isCgi ? "./built-cgi.cjs" : "./built-fcgi.cjs";
    program = requireThere(id) as typeof program;
  } catch (error) {
    if (!TsgiError.is(error)) throw error;
    fail("DAMAGED", error.message);
  }
  program.main({
    file,
    contents,
    part: (name) => part(start, name),
    evaluate: () => evaluate(start, "app", application, require),
  });
}

/** Undefined where it does not have the length it was built with. */
function open(file: string, source: string): Omit<Start, "cache"> | undefined {
  const text = withOwnLineEnds(source);
  const found = readContents(text);
  if (found === undefined) return undefined;
  const { contents, start: begin } = found;
  if (expectedLength(contents, begin) !== text.length) return undefined;
  return { file, text, contents, begin, scripts: new Map() };
}

function withOwnLineEnds(text: string): string {
  const isConverted = text[text.indexOf("\n") - 1] === "\r";
  return isConverted ? text.replace(/\r\n/g, "\n") : text;
}

/** @throws {TsgiError} `DAMAGED` */
function part(
  { text, contents, begin, cache, file }: Start,
  name: string,
): string {
  const found = findPart(text, contents, begin, name);
  // What was compiled of it is kept by the time of the file, so that it was whole then.
  if (found && (cache?.code?.has(name) || found.isWhole())) {
    return partText(found);
  }
  throw new TsgiError(
    "DAMAGED",
    `Cannot start ${file}: its part ${name} was altered after it was built; upload it again, in binary mode`,
  );
}

/** The exports of a part, or what it returns: a promise of them, where it awaits. */
function evaluate(
  { file, contents, cache, scripts }: Start,
  name: string,
  code: string,
  require: unknown,
): unknown {
  const isApplication = name === "app";
  // Of ours a stack shows nothing; those of the application are in the file itself.
  const filename = isApplication ? file : `${file}/tsgi/${name.slice(2)}`;
  const source = `(function (${PARAMETERS}) {${code}\n})`;
  // What import() needs to find modules is lost in compiled code (Node 20).
  const imports = isApplication && contents.imports === true;
  const importModuleDynamically = constants.USE_MAIN_CONTEXT_DEFAULT_LOADER;
  const cachedData = cache?.code?.get(name);
  const script = imports
    ? new Script(source, { filename, importModuleDynamically })
    : new Script(source, { filename, cachedData });
  if (!imports) scripts.set(name, script);
  const module = { exports: {} };
  const url = isApplication && contents.url ? urlOf(file) : "";
  const result = script.runInThisContext()(
    module.exports,
    require,
    module,
    filename,
    dirname(file),
    url,
  );
  return result === undefined ? module.exports : result;
}

/** After the first request that went well: by then all it takes has been compiled. */
function keepLater(
  cache: CodeCache,
  scripts: ReadonlyMap<string, Script>,
  requireThere: (id: string) => unknown,
): void {
  process.once("exit", (status) => {
    if (status !== 0) return;
    const isFresh = [...scripts].every(([name, script]) => {
      return script.cachedDataRejected === false || !USUAL.includes(name);
    });
    if (isFresh) return;
    const { keepCode } = requireThere("./built-keep-code.cjs") as {
      keepCode(cache: CodeCache, scripts: unknown): void;
    };
    keepCode(cache, scripts);
  });
}

function urlOf(file: string): string {
  return process.getBuiltinModule("node:url").pathToFileURL(file).href;
}

/** Processes this one forks would run this file before their own (see the preamble). */
function forgetPreload(): void {
  const index = process.execArgv.indexOf("-r");
  if (index >= 0) process.execArgv.splice(index, 2);
}
