import type { Level } from "../finding.ts";

/** What is known of a code, whatever the place. */
export interface CodeRow {
  /** Where nothing about the place says otherwise. */
  readonly level: Level;
  /** The state, as a clause without a full stop. */
  readonly title: string;
  /** Why that keeps requests from being answered, or how it comes about. */
  readonly cause: string;
  /** How to see for oneself: a command, or what a log says. */
  readonly proof: string;
  readonly cure: string;
  /** Whether `--fix` repairs it, where that is safe. */
  readonly fixable?: true;
}
