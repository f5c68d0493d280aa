import type { Target } from "./plan.ts";
import { apacheTargets } from "./plan-apache.ts";
import { serverTargets } from "./plan-servers.ts";
import { sharedTargets } from "./plan-shared.ts";
import { systemdTarget } from "./plan-systemd.ts";

/** All ways of hosting that files can be written for, in the order of help. */
export const targets: ReadonlyMap<string, Target> = new Map([
  ...Object.entries(sharedTargets),
  ...Object.entries(apacheTargets),
  ...Object.entries(serverTargets),
  ["systemd", systemdTarget],
]);
