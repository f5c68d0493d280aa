// The process in the foreground that has started this one by --daemon, and waits until it serves.
import { closeSync, writeSync } from "node:fs";

/** What it hears when all is well. Nothing else we say has this character in it. */
export const SERVING = "\0";

/** A pipe to it, while it waits. */
let pipe: number | undefined;

/** Has it wait at the other end of this descriptor. */
export function attendStarter(descriptor: number): void {
  pipe = descriptor;
}

/** Whether there is one that waits: then this is the background already. */
export function hasStarter(): boolean {
  return pipe !== undefined;
}

/** Tells it why this process ends, where there is one that waits. */
export function tellStarter(text: string): void {
  if (pipe === undefined) return;
  try {
    writeSync(pipe, text);
  } catch {
    // It has not waited.
  }
}

/** Lets it go, where there is one that waits: this process serves. */
export function releaseStarter(): void {
  if (pipe === undefined) return;
  tellStarter(SERVING);
  closeSync(pipe);
  pipe = undefined;
}
