// What processes leave behind, added up: one file, replaced by compare and swap.
//
// Its name has a number. Whoever adds something makes the file with the next number, by link(2), which fails where
// another was faster; and then removes the older one and what it has added. So no lock is needed that somebody
// could die with, and nothing is counted twice: a file names what is in it.
import {
  linkSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { isAlive, processNamed } from "./alive.ts";
import type { RequestTotals, WorkerFigures } from "./figures.ts";
import { mergeTotals, noTotals } from "./totals.ts";

/** What was. */
export interface Past {
  readonly totals: RequestTotals;
  /** Processes in it. */
  readonly ended: number;
  /** When the first of them started, in milliseconds since 1970. */
  readonly startedAt: number;
  /** Files in it that may still be there. */
  readonly folded: readonly string[];
}

/** What a process has written. */
export interface Present {
  readonly file: string;
  readonly figures: WorkerFigures;
  /** Whether it may write more. */
  readonly isAlive: boolean;
}

/** The content of a process's file. */
export interface Written {
  readonly figures: WorkerFigures;
  /** These were its last words. */
  readonly hasLeft: boolean;
}

/** A folder's content. */
export interface Snapshot {
  /** 0 where nothing was. */
  readonly number: number;
  readonly past: Past;
  readonly present: readonly Present[];
}

const ATTEMPTS = 10;
const PAST = /^past-([0-9]+)\.json$/;
/** What somebody was about to write. */
const UNFINISHED = /^(?:new|own)-([0-9]+)\.json$/;
const PROCESS = /^process-([0-9]+)-([0-9]+)\.json$/;

/** The file of a process. */
export function fileOf(pid: number, startTime: string): string {
  return `process-${pid}-${startTime}.json`;
}

/** Reads the folder; files that go meanwhile make it begin anew. @throws where that does not help */
export function readSnapshot(folder: string): Snapshot {
  for (let attempt = 1; ; attempt++) {
    try {
      return readOnce(folder);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" || attempt === ATTEMPTS) throw error;
    }
  }
}

/** Adds processes that are no more to what was. Harmless where others do the same. */
export function foldDead(folder: string, { pid }: { pid: number }): void {
  const { number, past, present } = readSnapshot(folder);
  const dead = present.filter((each) => !each.isAlive);
  if (dead.length === 0 && past.folded.length === 0) return;
  const files = readdirSync(folder);
  const next: Past = {
    totals: mergeTotals([
      past.totals,
      ...dead.map(({ figures }) => figures.requests),
    ]),
    ended: past.ended + dead.length,
    startedAt: Math.min(
      past.startedAt || Date.now(),
      ...dead.map(({ figures }) => figures.startedAt),
    ),
    folded: [
      ...past.folded.filter((file) => files.includes(file)),
      ...dead.map(({ file }) => file),
    ],
  };
  const made = join(folder, `new-${pid}.json`);
  writeFileSync(made, JSON.stringify(next), { mode: 0o600 });
  try {
    linkSync(made, join(folder, `past-${number + 1}.json`));
  } catch (error) {
    // Somebody else has done it.
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    return;
  } finally {
    unlinkSync(made);
  }
  // Where ours is an old number that was free again, it counts for nothing.
  if (newest(readdirSync(folder)) !== number + 1) return;
  for (const file of next.folded) remove(join(folder, file));
  for (const file of files) {
    const older = Number(PAST.exec(file)?.[1] ?? Number.NaN);
    const [, writer] = UNFINISHED.exec(file) ?? [];
    const isAbandoned = writer && !processNamed(Number(writer));
    if (older <= number || isAbandoned) remove(join(folder, file));
  }
}

/** Removes a file which another process may have removed. */
export function remove(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function readOnce(folder: string): Snapshot {
  const files = readdirSync(folder);
  const number = newest(files);
  const past = (number > 0 && read<Past>(folder, `past-${number}.json`)) || {
    totals: noTotals(),
    ended: 0,
    startedAt: 0,
    folded: [],
  };
  const present: Present[] = [];
  for (const file of files) {
    const [, pid, startTime] = PROCESS.exec(file) ?? [];
    if (startTime === undefined || past.folded.includes(file)) continue;
    const written = read<Written>(folder, file);
    if (written === undefined) continue;
    const { figures, hasLeft } = written;
    present.push({
      file,
      figures,
      isAlive: !hasLeft && isAlive({ pid: Number(pid), startTime }),
    });
  }
  return { number, past, present };
}

/** Undefined where a machine that lost its power has left something else. */
function read<Content>(folder: string, file: string): Content | undefined {
  const text = readFileSync(join(folder, file), "utf8");
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function newest(files: readonly string[]): number {
  return Math.max(0, ...files.map((file) => Number(PAST.exec(file)?.[1] ?? 0)));
}
