// Where a file is in Apache's world: which server serves it, by which directive, under which URL.
import { join } from "node:path";
import type { Account } from "../facts/accounts.ts";
import type { ApacheConfig } from "./load.ts";
import type { Directive } from "./parse.ts";

/** One way by which requests get to a file. */
export interface Place {
  /** The path of a URL. */
  readonly url: string;
  /** The directive that leads there. */
  readonly via:
    | "scriptalias"
    | "alias"
    | "documentroot"
    | "userdir"
    | "fcgidwrapper";
  /** Lines and sections of the main server, then those of the virtual host. */
  readonly directives: readonly Directive[];
  readonly documentRoot: string | undefined;
  /** Where to write what only the server's own configuration may say. */
  readonly file: string;
  readonly line: number;
}

/** A server with its directives: the main one, or a virtual host. */
export interface Server {
  readonly directives: readonly Directive[];
  readonly file: string;
  readonly line: number;
}

/** Virtual hosts, and last the main server. */
export function serversOf({ directives, file }: ApacheConfig): Server[] {
  const main = directives.filter(({ name }) => name !== "virtualhost");
  const hosts = directives.filter(({ name }) => name === "virtualhost");
  return [
    ...hosts.map((host) => ({
      directives: [...main, ...(host.children ?? [])],
      file: host.file,
      line: host.line,
    })),
    { directives: main, file, line: 1 },
  ];
}

/** The first server's first way to `path`; programs by ScriptAlias and FcgidWrapper before mere files. */
export function placeOf(config: ApacheConfig, path: string): Place | undefined {
  const servers = serversOf(config);
  for (const find of [byWrapper, byAlias, byRoot]) {
    for (const server of servers) {
      const place = find(server, path);
      if (place !== undefined) return place;
    }
  }
  return undefined;
}

/** The file behind the path of a URL; undefined where more than prefixes decides. */
export function fileBehind(
  { directives, documentRoot, via }: Place,
  url: string,
): string | undefined {
  if (via === "userdir" || directives.some(({ name }) => MAPPERS.has(name)))
    return undefined;
  for (const { name, args } of directives) {
    if (name !== "scriptalias" && name !== "alias") continue;
    const [start = "", target = ""] = args;
    const rest = below(url, start);
    if (rest !== undefined) return join(target, rest);
  }
  return documentRoot === undefined ? undefined : join(documentRoot, url);
}

/** Directives that give URLs to others than files. */
const MAPPERS: ReadonlySet<string> = new Set([
  "aliasmatch",
  "scriptaliasmatch",
  "proxypass",
  "proxypassmatch",
  "virtualdocumentroot",
  "virtualscriptalias",
]);

/** Directives of a name, sections entered. */
export function* everywhere(
  directives: readonly Directive[],
  name: string,
): Generator<Directive> {
  for (const directive of directives) {
    if (directive.name === name) yield directive;
    if (directive.children) yield* everywhere(directive.children, name);
  }
}

/** The last of the lines of a name outside of sections, which is the one in force. */
export function lastOf(
  directives: readonly Directive[],
  name: string,
): Directive | undefined {
  return directives.findLast((directive) => directive.name === name);
}

/** The account Apache runs programs as: that of suEXEC where there is one, else its own. */
export function accountNames(
  config: ApacheConfig,
  place: Place | undefined,
): {
  user: string | undefined;
  suexec: readonly [user: string, group: string] | undefined;
} {
  const server = place?.directives ?? config.directives;
  const suexec = config.modules?.has("suexec_module")
    ? lastOf(server, "suexecusergroup")
    : undefined;
  const [user = "", group = ""] = suexec?.args ?? [];
  return {
    user: lastOf(config.directives, "user")?.args[0],
    suexec: suexec === undefined ? undefined : [user, group],
  };
}

/** How a finding calls it. */
export function describeAccount({ user, uid }: Account): string {
  return user === `${uid}` ? `uid ${uid}` : user;
}

function byWrapper(server: Server, path: string): Place | undefined {
  for (const section of server.directives) {
    const wrapper = section.children?.find(
      ({ name, args }) => name === "fcgidwrapper" && args[0] === path,
    );
    if (wrapper === undefined) continue;
    const url = section.name === "location" ? (section.args[0] ?? "/") : "/";
    const { file, line } = wrapper;
    return { ...placed(server, url, "fcgidwrapper"), file, line };
  }
  return undefined;
}

function byAlias(server: Server, path: string): Place | undefined {
  for (const { name, args } of server.directives) {
    if (name !== "scriptalias" && name !== "alias") continue;
    const [url = "", target = ""] = args;
    const rest = below(path, target);
    if (rest !== undefined) return placed(server, joined(url, rest), name);
  }
  return undefined;
}

function byRoot(server: Server, path: string): Place | undefined {
  const root = lastOf(server.directives, "documentroot")?.args[0];
  const rest = root === undefined ? undefined : below(path, root);
  if (rest !== undefined)
    return placed(server, joined("/", rest), "documentroot");
  const folder = lastOf(server.directives, "userdir")?.args[0];
  if (folder === undefined || !/^\w/.test(folder)) return undefined;
  const [, user, own] =
    new RegExp(`^/home/([^/]+)/${folder}/(.*)$`).exec(path) ?? [];
  return own === undefined
    ? undefined
    : placed(server, `/~${user}/${own}`, "userdir");
}

function placed(server: Server, url: string, via: Place["via"]): Place {
  const { directives, file, line } = server;
  const documentRoot = lastOf(directives, "documentroot")?.args[0];
  return { url, via, directives, documentRoot, file, line };
}

/** What of `path` is behind `folder`, "" for itself; undefined where it is elsewhere. */
export function below(path: string, folder: string): string | undefined {
  const start = join(folder, ".").replace(/\/$/, "");
  if (path === start) return "";
  return path.startsWith(`${start}/`) ? path.slice(start.length) : undefined;
}

function joined(url: string, rest: string): string {
  return rest === "" ? url : `${url.replace(/\/$/, "")}${rest}`;
}
