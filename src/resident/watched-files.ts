import { statSync } from "node:fs";

/** Files whose change ends a responder: by time of modification, size or inode, or that they come or go. */
export class WatchedFiles {
  readonly #stamps = new Map<string, string>();

  constructor(paths: Iterable<string>) {
    this.add(paths);
  }

  /** Watches these as well, from how they are now. */
  add(paths: Iterable<string>): void {
    for (const path of paths) {
      if (!this.#stamps.has(path)) this.#stamps.set(path, stampOf(path));
    }
  }

  /** The first file that is not as it was; undefined where all are. */
  changed(): string | undefined {
    for (const [path, stamp] of this.#stamps) {
      if (stampOf(path) !== stamp) return path;
    }
    return undefined;
  }
}

function stampOf(path: string): string {
  try {
    // As bigint: milliseconds would miss a second change within one.
    const { mtimeNs, size, ino } = statSync(path, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch {
    return "absent";
  }
}
