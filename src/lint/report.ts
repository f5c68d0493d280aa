import { describe } from "../common/chunk.ts";
import { printable } from "../common/failure.ts";
import type { Trace } from "./place.ts";
import type { RuleId } from "./rules.ts";

/** What a check tells of. */
export interface Report {
  /** @throws {LintError} unless the finding is to be ignored */
  fail(id: RuleId, found: string): void;
  warn(id: RuleId, found: string, at?: Trace): void;
}

/** A value for a finding: strings in quotes and cut, of others the type. */
export function show(value: unknown): string {
  return typeof value === "string"
    ? printable(JSON.stringify(value.slice(0, 80)))
    : describe(value);
}
