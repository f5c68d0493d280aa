import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join } from "node:path";

/** Milliseconds without a further change: editors and uploads write in several steps. */
const QUIET = 100;

const NO_SOURCE =
  /^(?:\..*|node_modules|.*~|.*\.(?:log|tmp|db|sqlite3?)(?:-\w+)?)$/;

/** Whether a change of this file or folder counts: not what is installed, hidden, temporary, or written by a running application. */
export function isSource(name: string): boolean {
  return !NO_SOURCE.test(name);
}

/** Watches a folder and those inside it for changes of sources. */
export class FolderWatch {
  readonly #onChange: () => void;
  readonly #quietMs: number;
  readonly #watchers = new Map<string, FSWatcher>();
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param onChange called when there has been no further change for `quietMs` milliseconds
   * @throws the system's error where it allows no (more) watching
   */
  constructor(root: string, onChange: () => void, quietMs: number = QUIET) {
    this.#onChange = onChange;
    this.#quietMs = quietMs;
    try {
      this.#add(root);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  close(): void {
    clearTimeout(this.#timer);
    for (const folder of this.#watchers.keys()) this.#remove(folder);
  }

  #add(folder: string): void {
    if (this.#watchers.has(folder)) return;
    const watcher = watch(folder, (_, name) => this.#notice(folder, name));
    watcher.on("error", () => this.#remove(folder));
    this.#watchers.set(folder, watcher);
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && isSource(entry.name)) {
        this.#add(join(folder, entry.name));
      }
    }
  }

  #remove(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #notice(folder: string, name: string | null): void {
    if (name === null || !isSource(name)) return;
    const path = join(folder, name);
    try {
      if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
        this.#add(path);
      } else this.#remove(path);
    } catch {
      // Gone again, or not ours to read: the change itself still counts.
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#onChange, this.#quietMs);
  }
}
