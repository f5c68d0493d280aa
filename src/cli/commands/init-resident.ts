// tsgi init --resident: whether a target can have it, and what it means.
import { TsgiError } from "../../common/errors.ts";
import type { Target } from "../../init/plan.ts";
import type { Relay } from "../../init/relay.ts";
import type { Surroundings } from "../../init/surroundings.ts";

/** What it means, for who is about to have it. */
const MEANING = `--resident: app.cgi hands requests to a process of the application, which it starts, and which stays until nobody has asked for 5 minutes.
- Some hosts forbid processes that stay, and end them, or the account. Ask first: nothing here hides one.
- Without suEXEC the programs of all users run as one, such as www-data: each of them can reach the process, as it can read the application's files.
- What the application keeps in memory lasts from one request to the next.
To turn it off, write app.cgi anew with --force and without --resident; SetEnv TSGI_RESIDENT 0 does, too, but not under suEXEC. docs/resident-cgi.md has the rest.
`;

/** The relay to write, if it can be had here, and what to tell before. */
export interface Residency {
  readonly relay: Relay | undefined;
  readonly notice: string;
}

/** @throws {TsgiError} `CONFIG` for a target without a CGI program */
export function residencyFor(
  name: string,
  { isCgi }: Target,
  { perl }: Surroundings,
  platform: NodeJS.Platform = process.platform,
): Residency {
  if (!isCgi) {
    throw new TsgiError(
      "CONFIG",
      `Cannot use --resident for ${name}: it serves FastCGI, by a process that stays anyhow; leave --resident out`,
    );
  }
  const missing =
    platform !== "linux"
      ? "The relay of --resident needs Linux"
      : perl === undefined
        ? "There is no perl here, neither in /usr/bin nor in PATH, and the relay of --resident is written in it"
        : undefined;
  if (missing !== undefined || perl === undefined) {
    const notice = `${missing}: app.cgi starts a process for each request.\n`;
    return { relay: undefined, notice };
  }
  return { relay: { perl }, notice: MEANING };
}
