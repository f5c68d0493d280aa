import type { Settings } from "../common/settings.ts";
import type { Application } from "../common/types.ts";
import type { Load } from "./load.ts";
import type { Limits } from "./options.ts";
import type { Queue } from "./queue.ts";
import type { SpoolBudget } from "./spool-budget.ts";

/** What all connections of a process share. */
export interface Service {
  readonly application: Application;
  readonly settings: Settings;
  readonly limits: Limits;
  readonly load: Load;
  readonly queue: Queue;
  readonly spools: SpoolBudget;
}
