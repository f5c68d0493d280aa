// What is in force for a file: Apache's sections in the order in which it merges them
// (httpd.apache.org/docs/2.4/sections.html), with the .htaccess files between.
import { dirname } from "node:path";
import { foldersAbove } from "../facts/access.ts";
import type { Machine } from "../machine.ts";
import { wildcard } from "./glob.ts";
import { type Htaccess, readHtaccess } from "./htaccess.ts";
import { type Override, overrideFrom } from "./override.ts";
import type { Directive } from "./parse.ts";
import type { Place } from "./place.ts";

/** Directives that are merged together; later ones win. */
export interface Layer {
  readonly directives: readonly Directive[];
  /** The .htaccess file they are from; undefined for the server's own. */
  readonly htaccess?: string;
}

/** What is in force for one file. */
export interface Layers {
  readonly layers: readonly Layer[];
  /** Those which are read, and those which are there and ignored. */
  readonly htaccess: readonly Htaccess[];
  /** For the folder of the file. */
  readonly override: Override;
}

/** All that concerns `path`, which is served by `place`. @param modules those which are loaded, where that is known */
export function layersOf(
  machine: Machine,
  place: Place,
  path: string,
  modules?: ReadonlySet<string>,
): Layers {
  const { directives, url } = place;
  const name = path.slice(dirname(path).length).replace("/", "");
  const layers: Layer[] = [{ directives: directives.filter(isLine) }];
  const htaccess: Htaccess[] = [];
  const late: Directive[][] = [];
  let override: Override = overrideFrom([]);
  const add = (layer: Layer): void => {
    layers.push({ ...layer, directives: layer.directives.filter(isNoFiles) });
    late.push(filesIn(layer.directives, name));
  };
  for (const folder of foldersAbove(path)) {
    for (const section of directives) {
      if (!isDirectory(section) || !fitsFolder(section, folder)) continue;
      const { children = [] } = section;
      override = overrideFrom(children, override);
      add({ directives: children });
    }
    const own = readHtaccess(machine, folder, override, modules);
    if (own === undefined) continue;
    htaccess.push(own);
    if (!override.none) add({ directives: own.directives, htaccess: own.path });
  }
  for (const section of directives) {
    if (fitsExpression(section, dirname(path))) {
      add({ directives: section.children ?? [] });
    }
  }
  layers.push({ directives: filesIn(directives, name) });
  for (const files of late) layers.push({ directives: files });
  for (const section of directives) {
    if (fitsUrl(section, url))
      layers.push({ directives: section.children ?? [] });
  }
  return { layers, htaccess, override };
}

function isLine({ children }: Directive): boolean {
  return children === undefined;
}

function isNoFiles({ name }: Directive): boolean {
  return name !== "files" && name !== "filesmatch";
}

function filesIn(directives: readonly Directive[], name: string): Directive[] {
  return directives.flatMap((section) => {
    const [pattern = "", second] = section.args;
    const fits =
      section.name === "filesmatch" ||
      (section.name === "files" && pattern === "~")
        ? matches(second ?? pattern, name)
        : section.name === "files" && wildcard(pattern).test(name);
    return fits ? (section.children ?? []) : [];
  });
}

function isDirectory({ name, args }: Directive): boolean {
  return name === "directory" && args[0] !== "~";
}

function fitsFolder({ args }: Directive, folder: string): boolean {
  const [pattern = ""] = args;
  const path = pattern.replace(/(.)\/+$/, "$1");
  return wildcard(path).test(folder);
}

function fitsExpression({ name, args }: Directive, folder: string): boolean {
  const isExpression =
    name === "directorymatch" || (name === "directory" && args[0] === "~");
  return isExpression && matches(args.at(-1) ?? "", `${folder}/`);
}

function fitsUrl({ name, args }: Directive, url: string): boolean {
  const pattern = args.at(-1) ?? "";
  if (name === "locationmatch" || (name === "location" && args[0] === "~")) {
    return matches(pattern, url);
  }
  if (name !== "location") return false;
  const start = pattern.replace(/\/$/, "");
  return url === start || url.startsWith(`${start}/`);
}

/** Expressions of PCRE that JavaScript does not know fit nothing. */
function matches(expression: string, text: string): boolean {
  try {
    return new RegExp(expression).test(text);
  } catch {
    return false;
  }
}
