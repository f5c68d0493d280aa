// What asks for a reload by way of files.
import { statSync } from "node:fs";
import { FolderWatch } from "../watch.ts";

/** How often a file is looked at. */
const LOOK_MS = 500;
/** Longer than most uploads. */
const PATIENCE_MS = 300_000;

/** What to watch, and whom to tell. */
export interface TriggerPlan {
  /** The folder of the application. */
  readonly folder: string;
  /** A file whose touch counts. */
  readonly touched?: string | undefined;
  /** Whether any change of a source counts. */
  readonly watch: boolean;
  /** Milliseconds without a further change in the folder after which it is told. */
  readonly settleMs: number;
  /** Milliseconds after which it is told all the same: an application may write to its folder all the time. */
  readonly patienceMs?: number;
  readonly onTrigger: (reason: string) => void;
  /** Told what cannot be watched. */
  readonly onTrouble: (message: string) => void;
}

/** Watches until the process ends, and keeps no process alive. Returns what ends it. */
export function watchTriggers(plan: TriggerPlan): () => void {
  const ends: (() => void)[] = [];
  let isSettling = false;
  const trigger = (reason: string): void => {
    if (isSettling) return;
    isSettling = true;
    settled(plan, () => {
      isSettling = false;
      plan.onTrigger(reason);
    });
  };
  if (plan.touched !== undefined) {
    ends.push(watchTouch(plan.touched, trigger));
  }
  if (plan.watch) {
    const { folder, settleMs } = plan;
    const onChange = (): void => plan.onTrigger(`a change in ${folder}`);
    try {
      const watch = new FolderWatch(folder, onChange, settleMs);
      ends.push(() => watch.close());
    } catch (error) {
      const { message } = error as Error;
      plan.onTrouble(`Changes will not be noticed: ${message}`);
    }
  }
  return () => {
    for (const end of ends) end();
  };
}

/** By its times and its number, since it may be on a file system that tells nobody of changes. */
function watchTouch(
  path: string,
  trigger: (reason: string) => void,
): () => void {
  let before = stampOf(path);
  const timer = setInterval(() => {
    const now = stampOf(path);
    // Who removes it, and makes it again, touches it once.
    if (now !== before && now !== undefined) trigger(`${path} was touched`);
    before = now ?? before;
  }, LOOK_MS).unref();
  return () => clearInterval(timer);
}

function stampOf(path: string): string | undefined {
  try {
    const { mtimeNs, ino } = statSync(path, { bigint: true });
    return `${mtimeNs} ${ino}`;
  } catch {
    return undefined;
  }
}

/** Calls `then` when nothing in the folder has changed for long enough, or that has been waited for too long. */
function settled(
  { folder, settleMs, patienceMs = PATIENCE_MS, onTrouble }: TriggerPlan,
  then: () => void,
): void {
  if (settleMs === 0) {
    then();
    return;
  }
  const began = performance.now();
  let watch: FolderWatch | undefined;
  const done = (): void => {
    watch?.close();
    then();
  };
  const onChange = (): void => {
    clearTimeout(timer);
    if (performance.now() - began < patienceMs) {
      timer = setTimeout(done, settleMs).unref();
    } else {
      const seconds = Math.round(patienceMs / 1_000);
      onTrouble(
        `${folder} has not stopped changing for ${seconds} s (--settle): it is not waited for any longer`,
      );
      done();
    }
  };
  let timer = setTimeout(done, settleMs).unref();
  try {
    watch = new FolderWatch(folder, onChange, 0);
  } catch {
    // Then only the time counts.
  }
}
