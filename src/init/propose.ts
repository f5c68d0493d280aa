import { apacheModule } from "./main-apache.ts";
import type { Surroundings } from "./surroundings.ts";

/** A target, and why it. */
export interface Proposal {
  readonly target: string;
  readonly why: string;
  /** What else would do, each with what was found. */
  readonly others: readonly (readonly [target: string, found: string])[];
}

/** The best way for what is there; undefined where nothing is. @param isRoot whether servers may be configured */
export function propose(
  surroundings: Surroundings,
  isRoot: boolean,
): Proposal | undefined {
  const [best, ...others] = candidates(surroundings, isRoot);
  if (best === undefined) return undefined;
  return { target: best[0], why: best[1], others };
}

function candidates(
  { programs, documentRoot, isCpanel, hasSystemd }: Surroundings,
  isRoot: boolean,
): (readonly [target: string, why: string])[] {
  const found: (readonly [string, string])[] = [];
  if (documentRoot !== undefined && !isRoot) {
    if (isCpanel) {
      found.push([
        "cpanel",
        `${documentRoot} is there and so is cPanel: its Apache runs programs of cgi-bin`,
      ]);
    }
    found.push([
      "htaccess",
      `${documentRoot} is there, and this user is not root: what Apache is told has to be in it`,
    ]);
  }
  const nginx = programs.get("nginx");
  const apache = programs.get("apache");
  if (nginx) found.push(["nginx", `${nginx} is installed: the fastest of all`]);
  if (apache) {
    found.push([
      "apache-proxy-fcgi",
      `${apache} is installed: a process of its own serves many requests at once`,
    ]);
    if (apacheModule("fcgid") !== undefined) {
      found.push([
        "apache-fcgid",
        "mod_fcgid is installed: Apache starts and stops the processes",
      ]);
    }
    found.push(["apache-cgi", "Apache can always start a program"]);
  }
  for (const name of ["lighttpd", "haproxy"]) {
    const program = programs.get(name);
    if (program) found.push([name, `${program} is installed`]);
  }
  if (hasSystemd) {
    found.push([
      "systemd",
      "systemd runs here: it starts the process for any of these",
    ]);
  }
  return found;
}
