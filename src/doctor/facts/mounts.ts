import { below } from "../apache/place.ts";
import type { Machine } from "../machine.ts";

/** A file system, and where it is. */
export interface Mount {
  readonly folder: string;
  readonly type: string;
  readonly options: readonly string[];
}

/** The file system a path is on; undefined where the machine does not tell. */
export function mountOf(machine: Machine, path: string): Mount | undefined {
  const real = machine.realPath(path) ?? path;
  let best: Mount | undefined;
  for (const line of (machine.text("/proc/self/mounts") ?? "").split("\n")) {
    const [, folder = "", type = "", options = ""] = line.split(" ").map(plain);
    const isAbove = folder === "/" || below(real, folder) !== undefined;
    // Of two at one place the later one hides the other.
    if (
      folder === "" ||
      !isAbove ||
      folder.length < (best?.folder.length ?? 0)
    ) {
      continue;
    }
    best = { folder, type, options: options.split(",") };
  }
  return best;
}

/** `\040` is a blank (fstab(5)). */
function plain(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
