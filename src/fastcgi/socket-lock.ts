// Only one process at a time may look at a path, and then put its socket there.
import { readlinkSync, rmSync, symlinkSync } from "node:fs";
import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { TsgiError } from "../common/errors.ts";

/** The locks this process holds. */
const heldLocks = new Set<string>();

/**
 * Waits for its turn; a lock of a dead process is void. Resolves with what gives the lock back.
 *
 * @throws {TsgiError} `LISTEN` where somebody holds it for seconds
 */
export async function lock(path: string): Promise<() => void> {
  const file = `${path}.lock`;
  for (let tries = 0; !take(file); tries++) {
    if (tries > 100) {
      throw new TsgiError(
        "LISTEN",
        `Cannot listen on ${path}: another process has held ${file} for seconds; remove it if that process is gone`,
      );
    }
    dropVoid(file);
    await delay(50);
  }
  return () => giveBack(file);
}

/** A lock is a symbolic link to its holder's number: it is there at once, or not at all. */
function take(file: string): boolean {
  try {
    symlinkSync(String(process.pid), file);
    heldLocks.add(resolve(file));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function giveBack(file: string): void {
  heldLocks.delete(resolve(file));
  rmSync(file, { force: true });
}

/** Of several who find the holder dead, one looks again and removes: else it might be the lock of the next holder. */
function dropVoid(file: string): void {
  const claim = `${file}.void`;
  if (holderLives(file) || !take(claim)) return;
  if (!holderLives(file)) rmSync(file, { force: true });
  giveBack(claim);
}

function holderLives(file: string): boolean {
  try {
    const holder = Number(readlinkSync(file));
    // In a container each process in turn is number 1: one before us may have left our number.
    if (holder === process.pid) return heldLocks.has(resolve(file));
    process.kill(holder, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}
