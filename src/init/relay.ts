// app.cgi where its process is to stay: what `tsgi-cgi --resident` prints, for the paths of a site.
import { join } from "node:path";
import { residentScript } from "../resident/script.ts";
import { madeBy } from "./plan.ts";
import type { Site } from "./site.ts";

/** What a relay needs of the machine. */
export interface Relay {
  readonly perl: string;
  /** Where its private directory is; `"/tmp"` unless given. */
  readonly base?: string;
}

/** The text of the relay. @throws {TsgiError} `CONFIG` */
export function relayText(
  site: Site,
  { perl, base }: Relay,
  target: string,
): string {
  const { node, commands, mount, application, exported } = site;
  const option = `--mount=${mount}`;
  const own = ["--", `${application}${exported}`];
  const responder = join(commands, "../dist/cli/serving/resident-main.js");
  const text = residentScript({
    once: [node, join(commands, "tsgi-cgi"), option, ...own],
    stay: [node, responder, option, "--resident", ...own],
    perl,
    base,
  });
  const title = madeBy(`${target} --resident`, site);
  return text.replace("\n", () => `\n# Made by: ${title}\n`);
}
