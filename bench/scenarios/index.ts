import type { Scenario } from "../harness/scenario.ts";
import { scenarios as direct } from "./direct.ts";
import { scenarios as hello } from "./hello.ts";

/** All tables, in the order of the report. */
export const scenarios: readonly Scenario[] = [...hello, ...direct];
