// Writes compiled code for the next request. Loaded at the end of a first one only.
import {
  lstatSync,
  mkdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename } from "node:path";
import type { Script } from "node:vm";
import { type CodeCache, isPrivate, USUAL } from "./code-cache.ts";
import { removeOldCode } from "./old-code.ts";

const PRIVATE_FOLDER = 0o700;
const PRIVATE_FILE = 0o600;

/** Writes what V8 has compiled of these scripts. Where that is not possible, nothing happens. */
export function keepCode(
  { folder, file }: CodeCache,
  scripts: ReadonlyMap<string, Script>,
): void {
  const uid = process.geteuid?.();
  if (uid === undefined) return;
  const temporary = `${file}.${process.pid}`;
  try {
    // Not recursive: what is above is not ours to make.
    if (lstatSync(folder, { throwIfNoEntry: false }) === undefined) {
      mkdirSync(folder, { mode: PRIVATE_FOLDER });
    }
    if (!isPrivate(lstatSync(folder), uid)) return;
    writeFileSync(temporary, joined(scripts), {
      flag: "wx",
      mode: PRIVATE_FILE,
    });
    // At once: another process may be reading it.
    renameSync(temporary, file);
    removeOldCode(folder, basename(file), uid);
  } catch {
    // A full disk, a read-only one: the next start compiles again.
    rmSync(temporary, { force: true });
  }
}

function joined(scripts: ReadonlyMap<string, Script>): Buffer {
  const code = USUAL.map(
    (name) => scripts.get(name)?.createCachedData() ?? Buffer.alloc(0),
  );
  const lengths = new Uint32Array(code.map(({ length }) => length));
  return Buffer.concat([Buffer.from(lengths.buffer), ...code]);
}
