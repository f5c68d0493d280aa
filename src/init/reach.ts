// Whether the web server's user gets to what it is to start: homes are often closed to it.
import { join } from "node:path";
import { closed } from "../doctor/checks/permissions.ts";
import { contextOf } from "../doctor/context.ts";
import type { Machine } from "../doctor/machine.ts";
import type { Plan, Step, Target } from "./plan.ts";
import type { Site } from "./site.ts";

/** What to do first, where it does not; for programs that the server itself starts, once they are written. */
export function reachSteps(
  machine: Machine,
  { isProcess }: Target,
  { application, node, commands }: Site,
  { files }: Plan,
): Step[] {
  const program = files.find(({ path }) => /\.f?cgi$/.test(path))?.path;
  if (isProcess || program === undefined) return [];
  const context = contextOf(machine, { file: program });
  const { account } = context;
  if (account === undefined) return [];
  const wanted = [program, application, node, join(commands, "tsgi-cgi")];
  const repairs = wanted.flatMap((path) =>
    closed(context, path, account).map(({ repair }) => repair),
  );
  if (repairs.length === 0) return [];
  return [
    {
      text: `The web server's user, ${account.user}, may not enter a folder on the way to the program or the application, so that visitors get 403 or 500. This lets it pass, and makes nothing readable; or move them elsewhere:`,
      commands: [...new Set(repairs)],
    },
  ];
}
