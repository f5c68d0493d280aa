// Questions to the layers of a file: the answer of the last one that has any.
import { basename } from "node:path";
import type { Layer } from "./layers.ts";
import type { Directive } from "./parse.ts";
import type { Place } from "./place.ts";

/** Options that are on, in lower case. */
export function optionsOf(layers: readonly Layer[]): ReadonlySet<string> {
  // Apache's default, and what "All" stands for.
  let on = new Set(["followsymlinks"]);
  for (const { args } of lines(layers, "options")) {
    const words = args.map((arg) => arg.toLowerCase());
    if (words.some((word) => !/^[+-]/.test(word))) on = new Set();
    for (const word of words) {
      const name = word.replace(/^[+-]/, "");
      const all = name === "all" ? ALL : name === "none" ? [] : [name];
      for (const each of all) {
        if (word.startsWith("-")) on.delete(each);
        else on.add(each);
      }
    }
  }
  return on;
}

const ALL = [
  "execcgi",
  "followsymlinks",
  "includes",
  "indexes",
  "symlinksifownermatch",
];

/** Which handler answers for `path`; undefined where Apache sends it like any file. */
export function handlerOf(
  layers: readonly Layer[],
  path: string,
  { via }: Place,
): string | undefined {
  let set: string | undefined;
  const added = new Map<string, string>();
  const types = new Map<string, string>();
  for (const { directives } of layers) {
    for (const { name, args } of directives) {
      const [first = "", ...extensions] = args;
      if (name === "sethandler")
        set = first.toLowerCase() === "none" ? undefined : first;
      else if (name === "addhandler") remember(added, extensions, first);
      else if (name === "addtype") remember(types, extensions, first);
      else if (name === "removehandler") {
        for (const each of args) added.delete(bare(each));
      }
    }
  }
  if (set !== undefined) return set;
  if (via === "scriptalias") return "cgi-script";
  const extensions = basename(path).split(".").slice(1).map(bare);
  const handler = extensions.findLast((each) => added.has(each));
  if (handler !== undefined) return added.get(handler);
  const isCgi = extensions.some(
    (each) => types.get(each) === "application/x-httpd-cgi",
  );
  return isCgi ? "cgi-script" : undefined;
}

/** Whether anybody may ask: "granted" and "denied" are for all; "some" is what cannot be told from here. */
export type Access = "granted" | "denied" | "some";

/** That, and the line which says so, where there is one. */
export function accessOf(layers: readonly Layer[]): {
  readonly access: Access;
  readonly by?: Directive | undefined;
} {
  // Without any Require Apache lets everybody.
  let access: Access = "granted";
  let by: Directive | undefined;
  for (const { directives } of layers) {
    const own = directives.filter(({ name }) => name.startsWith("require"));
    if (own.length === 0) continue;
    by = own[0];
    const words = own.map(({ args }) => args.join(" ").toLowerCase());
    if (words.includes("all granted")) access = "granted";
    else
      access = words.every((each) => each === "all denied") ? "denied" : "some";
  }
  return { access, by };
}

/** Whether a program sees the Authorization header, by any of the ways there are. */
export function passesAuthorization(layers: readonly Layer[]): boolean {
  const passAuth = [...lines(layers, "cgipassauth")].at(-1)?.args[0];
  if (passAuth?.toLowerCase() === "on") return true;
  for (const { directives } of layers) {
    for (const { name, args } of directives) {
      const text = args.join(" ");
      if (name === "rewriterule" && /HTTP_AUTHORIZATION:/i.test(text))
        return true;
      if (
        /^setenvif/.test(name) &&
        /^Authorization .*HTTP_AUTHORIZATION/i.test(text)
      ) {
        return true;
      }
      if (name === "fcgidpassheader" && /^Authorization$/i.test(text))
        return true;
    }
  }
  return false;
}

/** Directives of a name in all layers, in the order in which they come into force. */
export function* lines(
  layers: readonly Layer[],
  wanted: string,
): Generator<Directive> {
  for (const { directives } of layers) {
    for (const directive of directives) {
      if (directive.name === wanted) yield directive;
    }
  }
}

function remember(
  map: Map<string, string>,
  extensions: readonly string[],
  value: string,
): void {
  for (const each of extensions) map.set(bare(each), value);
}

function bare(extension: string): string {
  return extension.replace(/^\./, "").toLowerCase();
}
