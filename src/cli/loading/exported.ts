// What a file exports, and whether that is an application.
import { describe } from "../../common/chunk.ts";
import type { Application } from "../../common/types.ts";
import { loadError } from "../load-error.ts";
import {
  type FunctionInterface,
  functionInterface,
  likelyInterface,
  takesNothing,
} from "./function-interface.ts";
import type { LoadOptions } from "./load-options.ts";

/** A file that is loaded, and its export that was asked for. */
export interface Candidate {
  readonly file: string;
  /** Undefined for the default. */
  readonly name: string | undefined;
  readonly exports: unknown;
  readonly found: unknown;
}

/** An export that can be served. */
export interface KnownExport {
  readonly application: Application;
  /** `"an application of TSGI"` */
  readonly what: string;
  /** Whether it is one of TSGI itself. */
  readonly isOurs: boolean;
}

/** Exports by their names. */
export type Exports = Readonly<Record<string, unknown>> | undefined;

type PlainFunction = (...args: unknown[]) => unknown;

const NAMES: Readonly<Record<FunctionInterface, string>> = {
  tsgi: "an application of TSGI (a function)",
  node: "a listener (req, res) of node:http",
  fetch: "a fetch handler (a function)",
};

const MAKER =
  "an application of TSGI (a function without parameters; if it makes the application, add --factory)";

/** The value of the export, whatever it is, when its promise or its factory has settled. */
export async function exportOf(
  exports: unknown,
  file: string,
  name: string | undefined,
  { factory }: LoadOptions,
): Promise<unknown> {
  const value = pick(exports, name ?? "default");
  if (!factory) return value instanceof Promise ? await value : value;
  const make = value instanceof Promise ? await value : value;
  if (typeof make === "function") return await make();
  throw loadError(
    file,
    `with --factory its ${name === undefined ? "default export" : `export "${name}"`} has to be a function that makes the application, and it is ${describe(make)}`,
  );
}

/**
 * The application that an export is.
 *
 * @param hasListened whether the program listens: that says more than a function of which nothing is known
 */
export async function recogniseExport(
  { file, name, exports, found }: Candidate,
  options: LoadOptions,
  hasListened: boolean,
): Promise<KnownExport | undefined> {
  const { interface: wanted = "auto" } = options;
  if (wanted === "listen") return undefined;
  if (isPlain(found)) {
    if (isClass(found)) return undefined;
    const likely = hasListened ? undefined : likelyInterface(found);
    const told = wanted === "auto" ? functionInterface(found, name) : wanted;
    return knownFunction(found, told ?? likely);
  }
  if (wanted === "tsgi" || isNothing(found ?? exports)) return undefined;
  const { recognise } = await import("./recognise.ts");
  const adapter = wanted === "auto" ? undefined : wanted;
  // module.exports = new Koa() has no default, and is none by being a function.
  const value = found ?? (name === undefined ? exports : undefined);
  const known = await recognise(value, file, adapter);
  return known && { ...known, isOurs: false };
}

async function knownFunction(
  found: PlainFunction,
  speaks: FunctionInterface | undefined,
): Promise<KnownExport | undefined> {
  if (speaks === undefined) return undefined;
  const what = NAMES[speaks];
  if (speaks === "tsgi") {
    // Most likely it makes an application, which would be sent as a body.
    if (takesNothing(found)) {
      return { application: found as Application, what: MAKER, isOurs: true };
    }
    return { application: found as Application, what, isOurs: true };
  }
  const { adapt } = await import("./recognise.ts");
  return { application: await adapt(found, speaks), what, isOurs: false };
}

/** Whether it is a class, which cannot be called. Those of ES5 look like any function. */
export function isClass(value: unknown): boolean {
  return (
    typeof value === "function" &&
    /^class\b/.test(Function.prototype.toString.call(value))
  );
}

/** Whether it is a function and nothing of a framework, which has methods. */
function isPlain(value: unknown): value is PlainFunction {
  return (
    typeof value === "function" && !("handle" in value) && !("fetch" in value)
  );
}

function isNothing(value: unknown): boolean {
  if (typeof value === "function") return false;
  return typeof value !== "object" || value === null;
}

/** A CommonJS module is its own default; a compiled or imported one has that one level deeper. */
function pick(exports: unknown, name: string): unknown {
  const isItself = typeof exports === "function" || exports instanceof Promise;
  if (name === "default" && isItself) return exports;
  const value = (exports as Exports)?.[name];
  if (typeof value === "function") return value;
  const outer = (exports as Exports)?.default as Exports;
  const inner = outer?.[name];
  return typeof inner === "function" || outer?.__esModule ? inner : value;
}
