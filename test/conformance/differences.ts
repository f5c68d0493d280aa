// Where a front end cannot answer as the others do. A case listed here must fail there, so that
// the list cannot outlive its reasons.

export type FrontEnd = "in-process" | "cgi" | "fastcgi" | "node-fastcgi";

export interface Difference {
  readonly ids: readonly FrontEnd[];
  /** How the case's name begins. */
  readonly name: string;
  readonly reason: string;
}

export const differences: readonly Difference[] = [
  {
    ids: ["node-fastcgi"],
    name: "A13.01",
    reason:
      "node-fastcgi ends every request it did not abort with appStatus 0; web servers ignore it, but scripts may not.",
  },
];
