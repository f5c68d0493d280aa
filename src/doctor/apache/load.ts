// A whole configuration: includes followed, variables replaced, conditions decided.
import { dirname, isAbsolute, join } from "node:path";
import type { Machine } from "../machine.ts";
import { expand } from "./glob.ts";
import { type Directive, type Mistake, parseApache } from "./parse.ts";

/** What Apache has been told. */
export interface ApacheConfig {
  /** The file all begins with. */
  readonly file: string;
  /** Without includes and conditions: what they stand for is in their place. */
  readonly directives: readonly Directive[];
  /** As `cgid_module`; undefined where none was seen loading, for then they may be built in. */
  readonly modules: ReadonlySet<string> | undefined;
  /** What the environment gets from Debian's file `envvars`. */
  readonly environment: ReadonlyMap<string, string>;
  readonly mistakes: readonly Mistake[];
}

/** Where distributions have it. */
export const APACHE_FILES = [
  "/etc/apache2/apache2.conf",
  "/etc/httpd/conf/httpd.conf",
  "/etc/apache2/httpd.conf",
  "/usr/local/apache2/conf/httpd.conf",
  "/usr/local/etc/apache24/httpd.conf",
] as const;

/** Files that may include each other; more is a circle. */
const DEEPEST = 16;
/** Built into every Apache, or into those of Debian. */
const BUILT_IN = [
  "core",
  "so_module",
  "http_module",
  "unixd_module",
  "log_config_module",
  "version_module",
  "watchdog_module",
  "logio_module",
];

/** The main file of the Apache of this machine that can be read, if there is one. */
export function usualApacheFile(machine: Machine): string | undefined {
  return APACHE_FILES.find((file) => machine.bytes(file, 1) !== undefined);
}

/** Reads `file` and all it includes. */
export function loadApache(machine: Machine, file: string): ApacheConfig {
  const reader = new Reader(machine, file);
  const directives = reader.read(file, 0);
  const { modules, environment, mistakes } = reader;
  return {
    file,
    directives,
    modules: modules.size > 0 ? new Set([...modules, ...BUILT_IN]) : undefined,
    environment,
    mistakes,
  };
}

/** `rewrite_module`, which <IfModule> may call `mod_rewrite.c`, too. */
export function moduleName(name: string): string {
  return name.replace(/^mod_(.*)\.c$/, "$1_module");
}

class Reader {
  readonly modules = new Set<string>();
  readonly environment: Map<string, string>;
  readonly mistakes: Mistake[] = [];
  readonly #machine: Machine;
  readonly #defined = new Map<string, string>();
  #root: string;

  constructor(machine: Machine, file: string) {
    this.#machine = machine;
    this.#root = dirname(file);
    this.environment = envvars(machine.text(join(this.#root, "envvars")) ?? "");
  }

  read(file: string, depth: number): Directive[] {
    const text = this.#machine.text(file);
    if (text === undefined) {
      this.mistakes.push({ file, line: 1, what: "it cannot be read" });
      return [];
    }
    const { directives, mistakes } = parseApache(text, file);
    this.mistakes.push(...mistakes);
    return this.#resolve(directives, depth);
  }

  #resolve(directives: readonly Directive[], depth: number): Directive[] {
    return directives.flatMap((raw) => {
      const directive = {
        ...raw,
        args: raw.args.map((arg) => this.#replaced(arg)),
      };
      const { name, args, children } = directive;
      if (children !== undefined) {
        const holds = this.#holds(name, args[0] ?? "");
        if (holds === false) return [];
        const resolved = this.#resolve(children, depth);
        return holds ? resolved : [{ ...directive, children: resolved }];
      }
      if (name === "include" || name === "includeoptional") {
        return this.#include(directive, depth);
      }
      this.#note(name, args);
      return [directive];
    });
  }

  #note(name: string, [first = "", second = ""]: readonly string[]): void {
    if (name === "serverroot") this.#root = first;
    else if (name === "loadmodule") this.modules.add(first);
    else if (name === "define") this.#defined.set(first, second);
    else if (name === "undefine") this.#defined.delete(first);
  }

  /** Whether a condition holds; undefined for sections that are none. */
  #holds(name: string, argument: string): boolean | undefined {
    const wanted = argument.replace(/^!/, "");
    const turn = (is: boolean): boolean => is !== argument.startsWith("!");
    switch (name) {
      case "ifmodule":
        return turn(
          this.modules.has(moduleName(wanted)) ||
            BUILT_IN.includes(moduleName(wanted)),
        );
      case "ifdefine":
        return turn(this.#defined.has(wanted));
      case "iffile":
        return turn(this.#machine.facts(this.#absolute(wanted)) !== undefined);
      case "ifdirective":
      case "ifsection":
      case "ifversion":
        return true;
      default:
        return undefined;
    }
  }

  #include({ name, args, file, line }: Directive, depth: number): Directive[] {
    const [pattern = ""] = args;
    const found = expand(this.#machine, this.#absolute(pattern));
    if (found.length === 0 && name === "include" && !/[*?[]/.test(pattern)) {
      const what = `Include ${pattern} finds nothing`;
      this.mistakes.push({ file, line, what });
    }
    if (depth >= DEEPEST) {
      const what = `includes are nested more than ${DEEPEST} deep`;
      this.mistakes.push({ file, line, what });
      return [];
    }
    return found.flatMap((path) => {
      const isFolder = this.#machine.facts(path)?.kind === "folder";
      if (!isFolder) return this.read(path, depth + 1);
      const names = this.#machine.names(path) ?? [];
      return names.flatMap((each) => this.read(join(path, each), depth + 1));
    });
  }

  #absolute(path: string): string {
    return isAbsolute(path) ? path : join(this.#root, path);
  }

  /** `${NAME}`, which stays where nothing is known of it. */
  #replaced(text: string): string {
    return text.replace(
      /\$\{([^}]+)\}/g,
      (whole, name: string) =>
        this.#defined.get(name) ?? this.environment.get(name) ?? whole,
    );
  }
}

/** The `export` lines of a shell file, as far as they are plain. */
function envvars(text: string): Map<string, string> {
  const values = new Map<string, string>();
  const lines = text.matchAll(
    /^[ \t]*(?:export[ \t]+(\w+)=|:[ \t]+\$\{(\w+):=)(.*?)\}?[ \t]*(?:;.*)?$/gm,
  );
  for (const [, exported, assumed, value = ""] of lines) {
    const plain = value
      .replace(/^(["'])(.*)\1$/, "$2")
      .replace(/\$\{?(\w+)\}?/g, (_, name: string) => values.get(name) ?? "");
    values.set((exported ?? assumed) as string, plain);
  }
  return values;
}
