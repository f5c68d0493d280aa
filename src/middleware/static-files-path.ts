// From the path of a request to a file below a root, or to none.
import type { Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

/** What a path leads to. */
export type Found =
  | { readonly kind: "file"; readonly path: string; readonly root: string }
  /** A folder with an index, whose links are only right behind a slash. */
  | { readonly kind: "folder" };

/** Of {@link StaticFilesOptions} what says which file is meant. */
export interface FindOptions {
  readonly index: string | false;
  readonly dotfiles: boolean;
}

/**
 * @param path what is left of PATH_INFO: decoded, bytes as Latin-1
 * @returns undefined where there is nothing to serve: for `..`, a NUL, bytes that are not UTF-8, names
 *   that begin with a dot, and links that lead out of the root, too
 */
export async function findFile(
  root: string,
  path: string,
  { index, dotfiles }: FindOptions,
): Promise<Found | undefined> {
  const names = namesOf(path);
  if (names === undefined) return undefined;
  if (!dotfiles && names.some((name) => name.startsWith("."))) return undefined;
  const isFolder = path.endsWith("/");
  const place = await placeOf(root, names);
  if (place === undefined) return undefined;
  if (place.stats.isFile()) {
    return isFolder ? undefined : { kind: "file", ...place };
  }
  if (!place.stats.isDirectory() || index === false) return undefined;
  const indexed = await placeOf(root, [...names, index]);
  if (!indexed?.stats.isFile()) return undefined;
  return isFolder ? { kind: "file", ...indexed } : { kind: "folder" };
}

/** The names between the slashes; undefined where a file system might make something else of them. */
function namesOf(path: string): string[] | undefined {
  const text = decoded(path);
  if (text === undefined || !/^(?:\/|$)/.test(text)) return undefined;
  const names = text.split("/").slice(1);
  if (names.at(-1) === "") names.pop();
  const isOdd = (name: string): boolean =>
    /^\.{0,2}$/.test(name) || name.includes("\0") || name.includes(sep);
  return names.some(isOdd) ? undefined : names;
}

function decoded(latin1: string): string | undefined {
  try {
    const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    return decoder.decode(Buffer.from(latin1, "latin1"));
  } catch {
    return undefined;
  }
}

interface Place {
  /** As the names have it: links are for whoever opens it, and may be what a server's list allows. */
  readonly path: string;
  readonly root: string;
  readonly stats: Stats;
}

/** Where the names lead, as long as that is below the root with all links followed. */
async function placeOf(
  root: string,
  names: readonly string[],
): Promise<Place | undefined> {
  try {
    const realRoot = await realpath(root);
    const path = join(root, ...names);
    const real = await realpath(path);
    const isBelow = real === realRoot || real.startsWith(join(realRoot, sep));
    return isBelow ? { path, root, stats: await stat(real) } : undefined;
  } catch {
    // Not there, not this user's to read, or a name too long.
    return undefined;
  }
}
