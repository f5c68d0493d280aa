// One .htaccess file: what it says, where its conditions are decided as far as that can be.
import { join } from "node:path";
import { foldersAbove } from "../facts/access.ts";
import type { Machine } from "../machine.ts";
import { moduleName } from "./load.ts";
import { type Override, overrideFrom } from "./override.ts";
import {
  CONDITIONS,
  type Directive,
  type Mistake,
  parseApache,
} from "./parse.ts";

/** One .htaccess file on the way. */
export interface Htaccess {
  readonly path: string;
  readonly directives: readonly Directive[];
  readonly mistakes: readonly Mistake[];
  /** What an editor has put before the first line. */
  readonly mark?: ByteOrderMark | undefined;
  /** What AllowOverride permits in it. */
  readonly override: Override;
}

/** Apache takes it for the beginning of the first directive. */
export type ByteOrderMark = "UTF-8" | "UTF-16";

/** A file Apache looks for in `folder`; without lines where we may not read it. @param modules those which are loaded, where that is known */
export function readHtaccess(
  machine: Machine,
  folder: string,
  override: Override,
  modules?: ReadonlySet<string>,
): Htaccess | undefined {
  const path = join(folder, ".htaccess");
  if (machine.facts(path)?.kind !== "file") return undefined;
  const text = machine.text(path) ?? "";
  const mark = markOf(text);
  const readable = mark === "UTF-16" ? "" : text.slice(mark ? 3 : 0);
  const { directives, mistakes } = parseApache(readable, path);
  return {
    path,
    directives: decided(directives, modules),
    mistakes,
    mark,
    override,
  };
}

/** The .htaccess files that lie above a file, where nothing is known of the server. */
export function htaccessAlone(machine: Machine, path: string): Htaccess[] {
  const all = overrideFrom([
    { name: "allowoverride", args: ["All"], file: "", line: 0 },
  ]);
  return foldersAbove(path).flatMap(
    (folder) => readHtaccess(machine, folder, all) ?? [],
  );
}

/** Of a text that was read byte for byte. */
function markOf(text: string): ByteOrderMark | undefined {
  if (text.startsWith("\xef\xbb\xbf")) return "UTF-8";
  return /^(?:\xff\xfe|\xfe\xff)/.test(text) ? "UTF-16" : undefined;
}

/** Without conditions on modules. One that cannot be decided is taken to hold, and marked: what is in it does no harm. */
function decided(
  directives: readonly Directive[],
  modules: ReadonlySet<string> | undefined,
): Directive[] {
  return directives.flatMap((directive) => {
    const { name, args, children } = directive;
    if (children === undefined) return [directive];
    const inside = decided(children, modules);
    if (!CONDITIONS.has(name)) return [{ ...directive, children: inside }];
    const holds =
      name === "ifmodule" ? isLoaded(modules, args[0] ?? "") : undefined;
    if (holds === false) return [];
    return holds ? inside : inside.map((each) => ({ ...each, guarded: true }));
  });
}

/** Undefined for what may be a file of Apache's sources, whose module is called otherwise. */
function isLoaded(
  modules: ReadonlySet<string> | undefined,
  argument: string,
): boolean | undefined {
  const name = moduleName(argument.replace(/^!/, ""));
  if (modules === undefined || name.endsWith(".c")) return undefined;
  return modules.has(name) !== argument.startsWith("!");
}
