// The shell of a built file waits for Node, and answers where Node dies without a byte. It cannot see what Node has
// written; so both share a descriptor of the file itself, in which Node moves on once it answers (build/preamble.ts).
import { readSync } from "node:fs";

let descriptor: number | undefined;

/** Finds the descriptor, and hides it from the application. */
export function takeGuard(env: NodeJS.ProcessEnv): void {
  const { TSGI_GUARD } = env;
  if (TSGI_GUARD === undefined) return;
  descriptor = Number(TSGI_GUARD);
  delete env.TSGI_GUARD;
}

/** To be called before the first byte of the answer: from now on the shell is silent. */
export function relieveGuard(): void {
  if (descriptor === undefined) return;
  try {
    readSync(descriptor, Buffer.alloc(1));
  } catch {
    // The variable was not the shell's.
  }
  descriptor = undefined;
}
