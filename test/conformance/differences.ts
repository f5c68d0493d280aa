// Where a front end cannot answer as the others do. A case listed here must fail there, so that
// the list cannot outlive its reasons. docs/deployment.md has the reasons of node-fastcgi.
import type { FastcgiOptions } from "../../src/fastcgi/options.ts";

export type FrontEnd =
  | "in-process"
  | "cgi"
  | "fastcgi"
  | "node-fastcgi"
  | "to-node"
  | "to-fetch";

export interface Difference {
  readonly ids: readonly FrontEnd[];
  /** How the names of the cases begin that fail there; none where no case can show it. */
  readonly name?: string;
  /** Options that have no effect there. */
  readonly ignores?: readonly (keyof FastcgiOptions)[];
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    ids: ["node-fastcgi"],
    reason: "it is many times slower",
  },
  {
    ids: ["node-fastcgi"],
    name: "A13.01",
    reason:
      "a failed request ends with appStatus 0, as a good one does; web servers ignore it, but scripts may not",
  },
  {
    ids: ["node-fastcgi"],
    ignores: ["maxBufferedBytes", "maxSpooledBytes"],
    reason:
      "all of a body that nobody has read is kept in memory, whatever its size",
  },
  {
    ids: ["node-fastcgi"],
    ignores: ["halfClose"],
    reason:
      "a web server that closes its side gives its requests up, even where it has sent them whole",
  },
  {
    ids: ["node-fastcgi"],
    reason:
      "a kept connection is not closed for a body that does not end; `--linger-timeout` is for those which are closed",
  },
];

/** Whether a case fails on a front end. */
export function differs(frontEnd: FrontEnd, name: string): boolean {
  return differences.some(
    (one) =>
      one.name !== undefined &&
      one.ids.includes(frontEnd) &&
      name.startsWith(one.name),
  );
}
