// Whether the web server's user gets to what it is to start: homes are often closed to it.
import { join } from "node:path";
import { closed } from "../doctor/checks/permissions.ts";
import { contextOf } from "../doctor/context.ts";
import { homesOfRoot, isIn } from "../doctor/facts/homes.ts";
import type { Machine } from "../doctor/machine.ts";
import type { Plan, Step, Target } from "./plan.ts";
import type { Site } from "./site.ts";

/** What to do first, where it does not; for programs that the server itself starts, once they are written. */
export function reachSteps(
  machine: Machine,
  { isProcess }: Target,
  site: Site,
  { files }: Plan,
): Step[] {
  const program = files.find(({ path }) => /\.f?cgi$/.test(path))?.path;
  if (isProcess || program === undefined) return [];
  const context = contextOf(machine, { file: program });
  const { account } = context;
  if (account === undefined) return [];
  const { application, node, commands } = site;
  const wanted = [program, application, node, join(commands, "tsgi-cgi")];
  const homes = homesOfRoot(machine);
  const found = wanted.flatMap((path) =>
    closed(context, path, account).map(({ where, repair }) => ({
      path,
      repair,
      home: homes.find((home) => isIn(home, where)),
    })),
  );
  const steps: Step[] = [];
  const open = found.filter(({ home }) => home === undefined);
  if (open.length > 0) {
    steps.push({
      text: `The web server's user, ${account.user}, may not enter a folder on the way to the program or the application, so that visitors get 403 or 500. This lets it pass, and all other users of this machine: they can then read what is below and open to all (files of mode 644, such as an upload's), where they know its name. Close what is private first (chmod 600, where programs run as you), or move the application elsewhere:`,
      commands: [...new Set(open.map(({ repair }) => repair))],
    });
  }
  const hidden = found.filter(({ home }) => home !== undefined);
  const [first] = hidden;
  if (first !== undefined) {
    const paths = [...new Set(hidden.map(({ path }) => path))];
    steps.push({
      text: `The web server's user, ${account.user}, may not enter ${first.home}, root's home, on the way to ${paths.join(", ")}, so that visitors get 403 or 500. Leave it closed: ${cures(site, program, paths).join(", ")}, and run tsgi init again.`,
    });
  }
  return steps;
}

/** What brings these paths out of root's home. */
function cures(
  { application, folder, name, node, commands }: Site,
  program: string,
  paths: readonly string[],
): string[] {
  const isHidden = (path: string): boolean => paths.includes(path);
  const isLeft = (path: string): boolean =>
    isHidden(path) && !(isHidden(application) && isIn(folder, path));
  return [
    isHidden(application) ? `move the application, to /srv/${name} say` : "",
    isLeft(join(commands, "tsgi-cgi")) ? "install TSGI in its folder" : "",
    isLeft(program) ? "name a folder elsewhere by --output" : "",
    isHidden(node) ? "name a Node elsewhere by --node" : "",
  ].filter((cure) => cure !== "");
}
