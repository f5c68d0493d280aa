import type { EntryRow } from "../../explain/entry.ts";
import type { Level } from "../finding.ts";

/** What is known of a code, whatever the place; `tsgi explain` tells it, too. */
export interface CodeRow extends EntryRow {
  /** Where nothing about the place says otherwise. */
  readonly level: Level;
  /** Whether `--fix` repairs it, where that is safe. */
  readonly fixable?: true;
}
