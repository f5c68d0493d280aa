// V8's compiled code of an earlier request. It is run as it is, so it is taken only from where
// nobody else can have put it.
import { lstatSync, readFileSync, type Stats } from "node:fs";
import type { Contents } from "./container.ts";

/** Where compiled code is kept, and what was found there. */
export interface CodeCache {
  readonly folder: string;
  readonly file: string;
  /** By the names of parts; undefined where there is none that can be trusted. */
  readonly code: ReadonlyMap<string, Buffer> | undefined;
}

/** Permission bits by which others may write, and any at all. */
const WRITABLE_BY_OTHERS = 0o022;
const OPEN_TO_OTHERS = 0o077;

/** Looks for compiled code of the file `source`; undefined where none is to be kept. */
export function findCode(
  { id, cache }: Contents,
  { size, mtimeMs }: Stats,
): CodeCache | undefined {
  const uid = process.geteuid?.();
  const { TMPDIR, TSGI_CODE_CACHE } = process.env;
  const chosen = TSGI_CODE_CACHE ?? cache;
  if (chosen === null || chosen === "off" || uid === undefined)
    return undefined;
  const folder = chosen ?? `${TMPDIR || "/tmp"}/tsgi-${uid}`;
  const { arch, execArgv, version } = process;
  const flags = execArgv.filter((flag) => flag.startsWith("--"));
  // The time as well: V8 compares nothing of the source but its length.
  const key = [id, version, arch, size, Math.round(mtimeMs), ...flags];
  const file = `${folder}/${key.join("-").replace(/[^\w.-]/g, "_")}.cache`;
  return { folder, file, code: trustedCode(folder, file, uid) };
}

/** Whether only that user may write to the folder. */
export function isPrivate(folder: Stats, uid: number): boolean {
  return (
    folder.isDirectory() &&
    folder.uid === uid &&
    (folder.mode & WRITABLE_BY_OTHERS) === 0
  );
}

/**
 * Parts that requests need, whose compiled code is worth keeping. A file of it begins with the length
 * of each, as 32 bits in the order of this machine: 0 for what was not used.
 */
export const USUAL: readonly string[] = [
  "app",
  "./built-cgi.cjs",
  "./tsgi-cgi-recognise.cjs",
  "./tsgi-cgi-light-fetch.cjs",
  "./tsgi-cgi-options.cjs",
];

function trustedCode(
  folder: string,
  file: string,
  uid: number,
): ReadonlyMap<string, Buffer> | undefined {
  try {
    const place = lstatSync(folder, { throwIfNoEntry: false });
    if (place === undefined || !isPrivate(place, uid)) return undefined;
    const found = lstatSync(file, { throwIfNoEntry: false });
    if (!found?.isFile() || found.uid !== uid) return undefined;
    if ((found.mode & OPEN_TO_OTHERS) !== 0) return undefined;
    return split(readFileSync(file));
  } catch {
    return undefined;
  }
}

function split(bytes: Buffer): ReadonlyMap<string, Buffer> | undefined {
  let offset = USUAL.length * Uint32Array.BYTES_PER_ELEMENT;
  const start = bytes.byteOffset;
  const lengths = new Uint32Array(bytes.buffer.slice(start, start + offset));
  const code = new Map<string, Buffer>();
  for (let index = 0; index < lengths.length; index++) {
    const end = offset + (lengths[index] as number);
    if (end > offset) {
      code.set(USUAL[index] as string, bytes.subarray(offset, end));
    }
    offset = end;
  }
  return offset === bytes.length ? code : undefined;
}
