// What V8 has compiled of the bundle of tsgi-cgi, kept for the next start (bin/tsgi-cgi).
import { renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { Script } from "node:vm";

/** Permission bits by which others may write. */
const WRITABLE_BY_OTHERS = 0o022;

/**
 * Writes the compiled functions of `script` to `file` when the process ends well: by then all that
 * a request needs has been compiled. Whoever could plant another file there could replace the
 * bundle as well, so it is written only to a folder that belongs to this user alone.
 */
export function keepCode(file: string, script: Script): void {
  process.once("exit", (status) => {
    if (status !== 0 || !isOurs(dirname(file))) return;
    const temporary = `${file}.${process.pid}`;
    try {
      writeFileSync(temporary, script.createCachedData(), { flag: "wx" });
      // At once: another process may be reading it.
      renameSync(temporary, file);
    } catch {
      // A full disk, a read-only one: the next start compiles again.
      rmSync(temporary, { force: true });
    }
  });
}

function isOurs(folder: string): boolean {
  const { uid, mode } = statSync(folder);
  return uid === process.geteuid?.() && (mode & WRITABLE_BY_OTHERS) === 0;
}
