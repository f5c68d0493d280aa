// A web server in front of one contender, from the shipped configuration or its twin for HTTP.
import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { Contender } from "../contenders/index.ts";
import { freshFolder, replaced, subfolder, write } from "../harness/folder.ts";
import { freePort } from "../harness/port.ts";
import { find, Program } from "../harness/program.ts";
import { apache, apachePrefork } from "./apache.ts";
import { lighttpd } from "./lighttpd.ts";
import { nginx } from "./nginx.ts";

/** Two files for the two protocols, and what a web server needs around them. */
export interface Setup {
  readonly fastcgi: string;
  readonly http: string;
  /** Texts to replace in either file, and in one of them. */
  readonly replacements?: Readonly<Record<string, string>>;
}

export interface WebServerKind {
  readonly name: string;
  readonly program: string;
  /** The path of the URL the application is at. */
  readonly mount: string;
  readonly setups: Readonly<Record<"kept" | "streaming", Setup>> & {
    /** A connection for each request, where the shipped file keeps them. */
    readonly fresh?: Setup;
  };
  /** What the site's file has for its port. */
  readonly listen?: (port: number) => Readonly<Record<string, string>>;
  /** Adds params for one contender to the site's file. */
  addParams(site: string, params: Readonly<Record<string, string>>): string;
  /** Adds a second process of the application. */
  addSocket?(site: string, first: string, second: string): string;
  main(folder: string, port: number, site: string): string;
  args(main: string, folder: string): readonly string[];
}

/** One of the set-ups of a web server. */
export type SetupName = keyof WebServerKind["setups"];

export type ServerName = "nginx" | "apache" | "lighttpd";

export const servers: Readonly<Record<ServerName, WebServerKind>> = {
  nginx,
  apache,
  lighttpd,
};

/** A running web server. */
export interface WebServer {
  readonly program: Program;
  /** Where the application is, without a slash at its end. */
  readonly url: string;
  /** The file of its error log. */
  readonly log: string;
}

/** What is not installed, undefined where nothing is missing. */
export function missingServer(name: ServerName): string | undefined {
  const { program } = servers[name];
  return find(program) === undefined ? program : undefined;
}

/** Starts a web server in front of the sockets of one contender. */
export async function startServer(
  name: ServerName,
  setupName: SetupName,
  { protocol, params = {}, isTcp = false }: Contender,
  [first = "", second]: readonly string[],
): Promise<WebServer> {
  const kind = servers[name];
  const setup = kind.setups[setupName];
  if (setup === undefined) throw new Error(`${name} has no ${setupName}`);
  const folder = freshFolder(name);
  const port = await freePort();
  let site = replaced(setup[protocol], {
    ...(isTcp
      ? { "unix:/run/app/app.sock": `127.0.0.1:${first}` }
      : { "/run/app/app.sock": first }),
    ...kind.listen?.(port),
    ...setup.replacements,
  }).replaceAll("/srv/app", subfolder(folder, "app"));
  if (second !== undefined) {
    if (kind.addSocket === undefined) throw new Error(`${name} has one socket`);
    site = kind.addSocket(site, first, second);
  }
  if (protocol === "fastcgi") site = kind.addParams(site, params);
  return launch(kind, folder, port, site);
}

/** What {@link startCgiServer} can start. */
export type CgiServerName = "apache" | "apache-prefork" | "lighttpd";

/** Those that start a program for each request. */
export const cgiServers: Readonly<Record<CgiServerName, WebServerKind>> = {
  apache,
  "apache-prefork": apachePrefork,
  lighttpd,
};

/** A server with CGI, and the file of its program. */
export interface CgiServer extends WebServer {
  readonly file: string;
}

/** Starts a web server that starts a program, the text of a script, for each request. */
export async function startCgiServer(
  name: CgiServerName,
  program: string,
): Promise<CgiServer> {
  const kind = cgiServers[name];
  const folder = freshFolder(name);
  const port = await freePort();
  const app = subfolder(folder, "app");
  subfolder(app, "public");
  const file = write(subfolder(app, "cgi-bin"), "app.cgi", program);
  chmodSync(file, 0o755);
  const site = replaced(`${kind.name}/cgi.conf`, { ...kind.listen?.(port) })
    .replaceAll("/srv/app", app)
    .replaceAll("/var/log/lighttpd", folder);
  const { url, ...server } = await launch(kind, folder, port, site);
  return { ...server, url: new URL("/app", url).href, file };
}

async function launch(
  kind: WebServerKind,
  folder: string,
  port: number,
  site: string,
): Promise<WebServer> {
  const siteFile = write(folder, "site.conf", site);
  const main = write(folder, "main.conf", kind.main(folder, port, siteFile));
  const program = new Program({
    file: find(kind.program) as string,
    args: kind.args(main, folder),
  });
  await program.accepts({ port });
  const url = join(`127.0.0.1:${port}`, kind.mount);
  const log = join(folder, "error.log");
  return { program, url: `http://${url.replace(/\/$/, "")}`, log };
}
