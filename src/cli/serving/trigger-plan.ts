import { join, resolve } from "node:path";
import type { FcgiCommand } from "../fcgi-command.ts";
import { applicationFolder, workingFolder } from "./application-folder.ts";
import type { TriggerPlan } from "./triggers.ts";

/**
 * What --touch-reload, --watch and --settle ask for. To be made before the application is loaded, which
 * changes the working directory.
 */
export function triggerPlan({
  specifier,
  values,
}: FcgiCommand): Pick<
  TriggerPlan,
  "folder" | "touched" | "watch" | "settleMs"
> {
  const folder = applicationFolder(specifier);
  const { touchReload, watch = false, settleMs = 1_000 } = values;
  const touched =
    touchReload === undefined
      ? join(folder, "tmp", "restart.txt")
      : resolve(workingFolder(), touchReload);
  return { folder, touched, watch, settleMs };
}
