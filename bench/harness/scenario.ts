import type { Effort, Result } from "./contest.ts";

/** One table of the results. */
export interface Scenario {
  /** What `--only` selects, by any part of it. */
  readonly name: string;
  readonly title: string;
  run(effort: Effort): Promise<Result>;
}
