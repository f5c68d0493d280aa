// Compiled code that nobody has used for long, of builds that are gone or of another Node.
import { lstatSync, readdirSync, rmSync, type Stats } from "node:fs";
import { join } from "node:path";

const HOUR_MS = 3_600_000;
const LONGEST_UNUSED_MS = 30 * 24 * HOUR_MS;
/** Longer than any process takes to write its file under another name first. */
const LONGEST_WRITTEN_MS = HOUR_MS;
/** Bytes that all files together may have. */
const MOST = 64 * 1_048_576;

/** Names that findCode and keepCode give; the folder may be one with other files. */
const OURS = /^[\da-f]{16}-v\d[\w.-]*\.cache(\.\d+)?$/;

/** Removes from the folder what is too old, and too much; `kept` stays. */
export function removeOldCode(folder: string, kept: string, uid: number): void {
  const now = Date.now();
  let bytes = 0;
  for (const { name, stats, isTemporary } of filesIn(folder, uid)) {
    const longest = isTemporary ? LONGEST_WRITTEN_MS : LONGEST_UNUSED_MS;
    const isOld = now - lastUse(stats) > longest;
    if (name !== kept && (isOld || bytes + stats.size > MOST)) {
      rmSync(join(folder, name), { force: true });
    } else {
      bytes += stats.size;
    }
  }
}

interface Found {
  readonly name: string;
  readonly stats: Stats;
  /** Left by a process that was killed, or being written. */
  readonly isTemporary: boolean;
}

/** The last used first. */
function filesIn(folder: string, uid: number): Found[] {
  return readdirSync(folder)
    .flatMap((name): Found[] => {
      const match = OURS.exec(name);
      if (match === null) return [];
      // Another process may have been faster.
      const stats = lstatSync(join(folder, name), { throwIfNoEntry: false });
      if (!stats?.isFile() || stats.uid !== uid) return [];
      return [{ name, stats, isTemporary: match[1] !== undefined }];
    })
    .sort((a, b) => lastUse(b.stats) - lastUse(a.stats));
}

/** The kernel notes reading once a day, unless the file system is mounted otherwise (relatime, noatime). */
function lastUse({ atimeMs, mtimeMs }: Stats): number {
  return Math.max(atimeMs, mtimeMs);
}
