// Required by `tsgi bench --cold` before everything else: tells what each module takes to load, by
// a hook for CommonJS, and by marks in their text for ES modules, where Node has a hook for those (22.15).
import { writeFileSync } from "node:fs";

/** What one module took by itself, without those it loaded. */
export interface LoadTime {
  /** A path, or `"node:http"`. */
  readonly name: string;
  readonly ms: number;
}

/** The parts of node:module which Node does not document, or not in each version. */
interface Loader {
  _load(request: string, parent: unknown, isMain: boolean): unknown;
  _resolveFilename(request: string, parent: unknown, isMain: boolean): string;
  registerHooks?(hooks: { load: LoadHook }): unknown;
}

type LoadHook = (url: string, context: unknown, next: NextLoad) => Loaded;
type NextLoad = (url: string, context: unknown) => Loaded;

interface Loaded {
  readonly format?: string;
  readonly source?: unknown;
}

/** Something that goes on, and since when nothing inside it has. */
interface Activity {
  readonly name: string;
  readonly kind: "evaluates" | "compiles";
  since: number;
}

/** The innermost last. */
const stack: Activity[] = [];
const times = new Map<string, number>();

function enter(name: string, kind: Activity["kind"] = "evaluates"): void {
  pause();
  // Node tells when it reads an ES module; it goes on to compile it until something else begins.
  if (stack.at(-1)?.kind === "compiles") stack.pop();
  stack.push({ name, kind, since: performance.now() });
}

/** One that awaits at its top level may end after those that asked for it. */
function leave(name: string): void {
  pause();
  const at = stack.findLastIndex((activity) => activity.name === name);
  if (at >= 0) stack.length = at;
  const outer = stack.at(-1);
  if (outer !== undefined) outer.since = performance.now();
}

/** Counts what the innermost has taken by now. */
function pause(): void {
  const inner = stack.at(-1);
  if (inner === undefined) return;
  const ms = performance.now() - inner.since;
  times.set(inner.name, (times.get(inner.name) ?? 0) + ms);
}

function watchCommonJs(loader: Loader): void {
  const { _load } = loader;
  loader._load = function (request, parent, isMain) {
    const name = nameOf(loader, request, parent, isMain);
    enter(name);
    try {
      return Reflect.apply(_load, this, [request, parent, isMain]);
    } finally {
      leave(name);
    }
  };
}

function nameOf(
  loader: Loader,
  request: string,
  parent: unknown,
  isMain: boolean,
): string {
  try {
    const name = loader._resolveFilename(request, parent, isMain);
    return name.startsWith("/") || name.startsWith("node:")
      ? name
      : `node:${name}`;
  } catch {
    return request;
  }
}

const MARKS = "tsgiLoadTimes";

function watchModules(loader: Loader): void {
  Object.defineProperty(globalThis, MARKS, { value: { enter, leave } });
  const { fileURLToPath } = process.getBuiltinModule("node:url");
  loader.registerHooks?.({
    load(url, context, next) {
      if (!url.startsWith("file:")) return next(url, context);
      const name = fileURLToPath(url);
      enter(name, "compiles");
      const found = next(url, context);
      if (found.format !== "module") return found;
      const text = Buffer.from(found.source as Uint8Array).toString();
      if (text.startsWith("#!")) return found;
      const mark = (what: string): string =>
        `globalThis.${MARKS}.${what}(${JSON.stringify(name)});`;
      const source = `${mark("enter")}${text}\n;${mark("leave")}`;
      return { ...found, source };
    },
  });
}

const { BENCH_COLD_RECORD: file } = process.env;
if (file !== undefined) {
  delete process.env.BENCH_COLD_RECORD;
  const { Module } = process.getBuiltinModule("node:module");
  watchModules(Module as unknown as Loader);
  watchCommonJs(Module as unknown as Loader);
  process.on("exit", () => {
    pause();
    const found: LoadTime[] = [...times].map(([name, ms]) => ({ name, ms }));
    writeFileSync(file, JSON.stringify(found));
  });
}
