// Under mod_fcgid and lighttpd's bin-path nobody of ours is the parent: figures meet in files.
import { readdirSync, renameSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ProcessName, processNamed } from "./alive.ts";
import type { Status, WorkerFigures } from "./figures.ts";
import { claimFolder } from "./shared-folder.ts";
import {
  fileOf,
  foldDead,
  readSnapshot,
  remove,
  type Written,
} from "./shared-totals.ts";
import { mergeTotals } from "./totals.ts";

/** How often the figures are written, where they have changed. */
const PERIOD_MS = 1_000;
/** Periods after which they are written all the same, and the dead counted. */
const SELDOM = 30;

/** What of a {@link Status} the files tell. */
export type SharedStatus = Pick<
  Status,
  "startedAt" | "workers" | "totals" | "restarts"
>;

/**
 * The figures of all processes of an application, each of which writes its own file.
 *
 *   sharing ----------> left
 *            leave()
 */
export class SharedFigures {
  readonly #folder: string;
  readonly #own: ProcessName;
  readonly #take: () => WorkerFigures;
  readonly #report: (error: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #phase: "sharing" | "left" = "sharing";
  #periods = 0;
  #written = "";
  #hasFailed = false;

  /**
   * @param take the figures of this process
   * @param report is told of the first of failures in a row; the process goes on without sharing
   * @throws {TsgiError} `CONFIG` where the folder is not this user's alone
   */
  constructor(
    folder: string,
    take: () => WorkerFigures,
    report: (error: unknown) => void,
  ) {
    claimFolder(folder);
    this.#folder = folder;
    this.#take = take;
    this.#report = report;
    this.#own = processNamed(process.pid) ?? {
      pid: process.pid,
      startTime: "0",
    };
    this.#share();
    this.#timer = setInterval(() => this.#share(), PERIOD_MS).unref();
  }

  /** All there is, this process as of now. */
  status(): SharedStatus {
    this.#write();
    const { past, present } = readSnapshot(this.#folder);
    const workers = present
      .filter((each) => each.isAlive)
      .map(({ figures }) => figures);
    const all = present.map(({ figures }) => figures.requests);
    const ended = past.ended + present.length - workers.length;
    const starts = [past.startedAt, ...workers.map((one) => one.startedAt)];
    return {
      startedAt: Math.min(...starts.filter((start) => start > 0)),
      workers,
      totals: mergeTotals([past.totals, ...all]),
      restarts: ended > 0 ? { ended } : {},
    };
  }

  /** The last words of this process. The last one of all removes what there is. */
  leave(): void {
    if (this.#phase === "left") return;
    this.#phase = "left";
    clearInterval(this.#timer);
    this.#attempt(() => {
      this.#write();
      this.#phase = "left";
      const { present } = readSnapshot(this.#folder);
      const own = fileOf(this.#own.pid, this.#own.startTime);
      const others = present.filter(
        (each) => each.isAlive && each.file !== own,
      );
      if (others.length === 0) this.#remove();
    });
    this.#phase = "left";
  }

  #share(): void {
    this.#attempt(() => {
      const isSeldom = this.#periods++ % SELDOM === 0;
      const now = this.#take();
      const { requests, running, queued, connections, state } = now;
      // Neither the time nor the memory is worth a write to a disk each second.
      const what = `${requests.total} ${requests.refused} ${running} ${queued} ${connections} ${state}`;
      if (what === this.#written && !isSeldom) return;
      this.#write(now);
      this.#written = what;
      if (isSeldom) foldDead(this.#folder, this.#own);
    });
  }

  #write(figures = this.#take()): void {
    const { pid, startTime } = this.#own;
    const made = join(this.#folder, `own-${pid}.json`);
    const hasLeft = this.#phase === "left";
    const text = JSON.stringify({ figures, hasLeft } satisfies Written);
    try {
      writeFileSync(made, text, { mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      // The last of the others took the folder with it.
      claimFolder(this.#folder);
      writeFileSync(made, text, { mode: 0o600 });
    }
    renameSync(made, join(this.#folder, fileOf(pid, startTime)));
  }

  #remove(): void {
    try {
      for (const file of readdirSync(this.#folder)) {
        remove(join(this.#folder, file));
      }
      rmdirSync(this.#folder);
    } catch (error) {
      // One that left at the same moment has done it, or one that has come just now needs it.
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOENT" && code !== "ENOTEMPTY") throw error;
    }
  }

  /** A full or unwritable disk costs figures, never a request. */
  #attempt(action: () => void): void {
    try {
      action();
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed) this.#report(error);
      this.#hasFailed = true;
    }
  }
}
