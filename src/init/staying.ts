// The process that a relay has started: waits for it, and ends it, since no service manager does.
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { canConnect } from "../client/can-connect.ts";

/** Milliseconds it may take until it listens, and then until it ends. */
const PATIENCE = { start: 15_000, end: 5000 } as const;
const ASK_EVERY = 20;

/** Resolves when a process listens in the relay's base. @throws where it has ended, or takes too long */
export async function staysIn(
  base: string,
  signal: AbortSignal,
): Promise<void> {
  const since = performance.now();
  // Another program's readiness is no event of ours: ask until it answers.
  for (;;) {
    signal.throwIfAborted();
    // Before the question: who listens in between is among them.
    const holders = holdersIn(base);
    for (const folder of directoriesIn(base)) {
      if (await canConnect({ path: join(folder, "s") })) return;
    }
    if (holders.length === 0) throw new Error("it has ended");
    if (performance.now() - since > PATIENCE.start) {
      const seconds = PATIENCE.start / 1000;
      throw new Error(`it does not listen after ${seconds} seconds`);
    }
    await delay(ASK_EVERY);
  }
}

/** What it has logged. */
export function logIn(base: string): string {
  return directoriesIn(base)
    .map((folder) => readText(join(folder, "log")))
    .join("");
}

/** Ends it: SIGTERM, and SIGKILL for who does not listen. The web server, and its relays, must have ended. */
export async function endIn(base: string): Promise<void> {
  const asked = new Set<number>();
  const since = performance.now();
  for (;;) {
    const holders = holdersIn(base);
    if (holders.length === 0) return;
    const waited = performance.now() - since;
    const isLate = waited > PATIENCE.end;
    // What the kernel does not end, such as a process that waits for a dead disk, nobody can.
    if (waited > 2 * PATIENCE.end) return;
    for (const pid of holders) {
      if (isLate) end(pid, "SIGKILL");
      else if (!asked.has(pid)) end(pid, "SIGTERM");
      asked.add(pid);
    }
    await delay(ASK_EVERY);
  }
}

function directoriesIn(base: string): string[] {
  return namesIn(base).map((name) => join(base, name));
}

/** Processes that have a file open there: the lock, from the fork of the relay to their end. */
function holdersIn(base: string): number[] {
  return namesIn("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      const folder = `/proc/${pid}/fd`;
      return namesIn(folder).some((name) =>
        targetOf(join(folder, name)).startsWith(`${base}/`),
      );
    });
}

function end(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended by itself.
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function targetOf(link: string): string {
  try {
    return readlinkSync(link);
  } catch {
    return "";
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
