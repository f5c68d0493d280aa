import type { PoolPlan } from "./pool-plan.ts";
import type { SizeLimits } from "./pool-size.ts";
import type { ProgramFacts } from "./records.ts";
import type { Report } from "./report.ts";
import type { Bind } from "./sockets.ts";

/** What to supervise, and how. */
export interface SupervisorPlan extends PoolPlan {
  readonly facts: ProgramFacts;
  readonly addresses: readonly string[];
  readonly bind: Bind;
  /** How many workers to begin with. */
  readonly initial: number;
  readonly size: SizeLimits;
  /** Milliseconds without a request after which all ends; undefined for never. */
  readonly idleExitMs?: number | undefined;
  readonly report: (report: Report) => void;
  /** The sockets are bound, and no worker is started yet. */
  readonly onBound: () => void;
  /** A reload begins, or is over, however it went. */
  readonly onReload: (isOver: boolean) => void;
  /** Log files are to be opened anew. */
  readonly onReopen: () => void;
  /** Workers are told to end. */
  readonly onStop: () => void;
  /** Told how many workers there should be, whenever that changes. */
  readonly onSize: (workers: number) => void;
}
