// What is installed on this machine, and what a host has made of it.
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import {
  type ApacheConfig,
  loadApache,
  usualApacheFile,
} from "../doctor/apache/load.ts";
import { lastOf } from "../doctor/apache/place.ts";
import type { Machine } from "../doctor/machine.ts";
import { loadNginx, usualNginxFile } from "../doctor/nginx.ts";
import { apacheModule } from "./main-apache.ts";

/** By the names of their servers, the programs. */
const PROGRAMS: Readonly<Record<string, readonly string[]>> = {
  apache: ["apache2", "httpd"],
  nginx: ["nginx"],
  lighttpd: ["lighttpd"],
  haproxy: ["haproxy"],
};

/** What Debian calls the packages. */
export const PACKAGES: Readonly<Record<string, string>> = {
  apache: "apache2",
  "apache-fcgid": "libapache2-mod-fcgid",
  nginx: "nginx",
  lighttpd: "lighttpd",
  haproxy: "haproxy",
};
const DOCUMENT_ROOTS = ["public_html", "htdocs", "www", "httpdocs", "html"];
/** In the order in which they are tried. */
const WEB_GROUPS = ["www-data", "apache", "nginx", "http", "www"];

/** What is to be had. */
export interface Surroundings {
  /** The programs of installed servers. */
  readonly programs: ReadonlyMap<string, string>;
  readonly hasSystemd: boolean;
  /** What a relay is written in. */
  readonly perl: string | undefined;
  /** The folder in home that a host serves, if there is one. */
  readonly documentRoot: string | undefined;
  /** The home folder is one of cPanel. */
  readonly isCpanel: boolean;
  readonly apache: ApacheConfig | undefined;
  /** The words of `user` in nginx's configuration. */
  readonly nginxUser: readonly string[];
}

/** Looks around. @param home the user's folder @param path the PATH to look for servers in */
export function lookAround(
  machine: Machine,
  home: string,
  path: string,
): Surroundings {
  const folders = [...path.split(delimiter), "/usr/sbin", "/usr/local/sbin"];
  const programs = new Map<string, string>();
  for (const [server, names] of Object.entries(PROGRAMS)) {
    const found = names
      .flatMap((name) => folders.map((folder) => join(folder, name)))
      .find((file) => isProgram(machine, file));
    if (found !== undefined) programs.set(server, found);
  }
  const apacheFile = usualApacheFile(machine);
  const nginxFile = usualNginxFile(machine);
  const nginx = nginxFile === undefined ? [] : loadNginx(machine, nginxFile);
  const perls = ["/usr/bin", ...folders].map((folder) => join(folder, "perl"));
  return {
    programs,
    perl: perls.find((file) => isProgram(machine, file)),
    hasSystemd: machine.facts("/run/systemd/system") !== undefined,
    documentRoot: DOCUMENT_ROOTS.map((name) => join(home, name)).find(
      (folder) => machine.facts(folder)?.kind === "folder",
    ),
    isCpanel: [join(home, ".cpanel"), "/usr/local/cpanel"].some(
      (folder) => machine.facts(folder) !== undefined,
    ),
    apache:
      apacheFile === undefined ? undefined : loadApache(machine, apacheFile),
    nginxUser: nginx.find(({ words }) => words[0] === "user")?.words ?? [],
  };
}

/** The program of a server; a target may need more. @returns what is missing, in words, where it cannot be tried */
export function missingFor(
  target: string,
  server: string,
  { programs }: Surroundings,
): string | undefined {
  if (server === "systemd") return undefined;
  const packages = PACKAGES[server];
  if (!programs.has(server)) {
    return `${server === "apache" ? "Apache (apache2, httpd)" : server} is not installed on this machine; on Debian and Ubuntu: apt-get install ${packages}`;
  }
  if (target === "apache-fcgid" && apacheModule("fcgid") === undefined) {
    return `mod_fcgid is not installed on this machine; on Debian and Ubuntu: apt-get install ${PACKAGES[target]}`;
  }
  return undefined;
}

/** The group the web server runs as: Apache's own where it says so, else the first usual one there is. */
export function webGroup(
  { apache, nginxUser }: Surroundings,
  server: string,
): string {
  if (server === "haproxy") return "haproxy";
  // Its group, or that of the user's name.
  const [, user, group = user] = nginxUser;
  if (server === "nginx" && group !== undefined) return group;
  const own = apache && lastOf(apache.directives, "group")?.args[0];
  if (server === "apache" && own !== undefined && /^[\w.-]+$/.test(own)) {
    return own;
  }
  const text = readText("/etc/group");
  const names = new Set(text.split("\n").map((line) => line.split(":")[0]));
  return WEB_GROUPS.find((name) => names.has(name)) ?? "www-data";
}

/** The document root above or at a folder that the running Apache has, if its configuration can be read. */
export function apacheRootAt(
  { apache }: Surroundings,
  folder: string,
): string | undefined {
  const roots = apache?.directives
    .flatMap((each) => [each, ...(each.children ?? [])])
    .filter(({ name }) => name === "documentroot")
    .map(({ args }) => args[0]);
  for (let at = folder; ; at = dirname(at)) {
    if (roots?.includes(at)) return at;
    if (at === dirname(at)) return undefined;
  }
}

function isProgram(machine: Machine, file: string): boolean {
  const facts = machine.facts(file);
  return facts?.kind === "file" && (facts.mode & 0o111) !== 0;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}
