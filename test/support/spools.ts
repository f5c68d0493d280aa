import { readdirSync, readlinkSync } from "node:fs";

/** Deleted files of ours that are still open. */
export function openSpools(): string[] {
  return readdirSync("/proc/self/fd").filter((descriptor) => {
    try {
      const path = readlinkSync(`/proc/self/fd/${descriptor}`);
      return /\/tsgi-\d+-\d+-\d+ \(deleted\)$/.test(path);
    } catch {
      return false;
    }
  });
}
