import { createHash } from "node:crypto";
import { lstatSync, mkdirSync, readlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TsgiError } from "../common/errors.ts";

/**
 * Where the processes of an application that nobody of ours started find each other: in the folder for temporary
 * files, by user, application, and the namespace in which process numbers mean the same.
 */
export function sharedFolder(application: string): string {
  const user = process.geteuid?.() ?? 0;
  const name = createHash("sha256")
    .update(`${application}\n${processNamespace()}`)
    .digest("hex")
    .slice(0, 16);
  return join(tmpdir(), `tsgi-${user}-${name}`);
}

/**
 * Makes the folder, for nobody else.
 *
 * @throws {TsgiError} `CONFIG` where another user has one of that name, or others may read or write ours
 */
export function claimFolder(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const found = lstatSync(path);
  const isOurs =
    found.isDirectory() && found.uid === (process.geteuid?.() ?? found.uid);
  if (isOurs && (found.mode & 0o077) === 0) return;
  throw new TsgiError(
    "CONFIG",
    `Cannot share figures in ${path}: it is not a folder of this user alone; remove it, or set TMPDIR`,
  );
}

function processNamespace(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}
