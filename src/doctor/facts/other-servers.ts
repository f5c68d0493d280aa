// Whether it is Apache at all that serves a file, where its configuration cannot be read.
import type { Context } from "../context.ts";

/** Folders that hosting companies serve, and hardly anybody else. */
const HOSTED = /\/(?:public_html|private_html|htdocs|httpdocs|domains)(?:\/|$)/;
const FOLDERS = ["/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin"];
const OTHERS = ["lighttpd", "nginx", "haproxy", "caddy"];

/** Whether Apache may serve the program without our seeing it: as hosting companies have it, or on a machine without another web server. */
export function mayBeHidden({ machine, program, apache }: Context): boolean {
  if (apache !== undefined || program === undefined) return false;
  if (HOSTED.test(program.file)) return true;
  return !OTHER_SERVERS.some((path) => machine.facts(path) !== undefined);
}

/** Where the other web servers are installed. */
export const OTHER_SERVERS: readonly string[] = FOLDERS.flatMap((folder) =>
  OTHERS.map((name) => `${folder}/${name}`),
);
