import type { Contents } from "./container.ts";

/** What the programs inside of a built file get from its first lines. */
export interface Built {
  /** Its path. */
  readonly file: string;
  readonly contents: Contents;
  /** The text of a part. Throws a TsgiError `DAMAGED`. */
  readonly part: (name: string) => string;
  /** Evaluates the application, and returns its exports, or a promise of them. */
  readonly evaluate: () => unknown;
}
