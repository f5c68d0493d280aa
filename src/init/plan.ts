import type { Site } from "./site.ts";

/** A file to write. */
export interface PlannedFile {
  readonly path: string;
  readonly text: string;
  /** Permission bits. */
  readonly mode: number;
  /** What is there already is as good, whatever it says. */
  readonly isOnlyIfMissing?: true;
}

/** What a target consists of. */
export interface Plan {
  readonly files: readonly PlannedFile[];
  /** What is left to do, in order: a sentence, and commands for a shell where there are any. */
  readonly steps: readonly Step[];
}

/** One thing to do. */
export interface Step {
  readonly text: string;
  readonly commands?: readonly string[];
}

/** A way of hosting. */
export interface Target {
  /** Which server it is for; `"systemd"` is none, but starts the process for one. */
  readonly server: "apache" | "lighttpd" | "nginx" | "haproxy" | "systemd";
  /** Whether the application runs by itself, behind a socket. */
  readonly isProcess: boolean;
  /** The server executes an `app.cgi` for each request, which may be a relay. */
  readonly isCgi?: true;
  /** The files are below a document root that a host has configured: in it, or in the home folder around it. */
  readonly isShared?: "root" | "home";
  plan(site: Site): Plan;
}

/** Who made a file, for its first comment. */
export function madeBy(
  target: string,
  { application, exported }: Site,
): string {
  return `tsgi init ${target} ${application}${exported}`;
}

/** A mount and what follows it. */
export function under(mount: string, rest: string): string {
  return mount === "/" ? rest : mount + rest;
}

/** The command line of the process behind a socket. */
export function processLine(site: Site, options: readonly string[]): string {
  return [
    ...[site.node, `${site.commands}/tsgi-fcgi`, ...options],
    ...["--socket", site.socket, "--mount", site.mount],
    `${site.application}${site.exported}`,
  ].join(" ");
}

/** How to start the process, for a server that does not. */
export function startStep(site: Site): Step {
  const { mount, socket, group, name, application, exported } = site;
  const options = [
    ...(mount === "/" ? [] : ["--mount", mount]),
    ...(socket === `/run/${name}/app.sock` ? [] : ["--socket", socket]),
    ...["--group", group, "--name", name, `${application}${exported}`],
  ];
  return {
    text: "Start the process. systemd is best, the first line makes the service; to try it a shell does, as a user who is not root:",
    commands: [
      `tsgi init systemd ${options.join(" ")}`,
      processLine(site, ["--socket-group", group]),
    ],
  };
}

/** Bits of a program: suEXEC refuses what others may write. */
export const PROGRAM = 0o755;
/** Bits of a configuration file. */
export const TEXT = 0o644;
