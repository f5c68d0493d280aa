// Web servers in the foreground, each with a main file of our own around one shipped file.
import { once } from "node:events";
import { createServer } from "node:net";
import { apacheMain } from "./apache.ts";
import { Daemon } from "./daemon.ts";
import { haproxyMain } from "./haproxy.ts";
import { lighttpdMain } from "./lighttpd.ts";
import { nginxMain } from "./nginx.ts";
import { find, type Sandbox } from "./sandbox.ts";

export type ServerName = "apache" | "lighttpd" | "nginx" | "haproxy";

/** What the distribution's main file does, done for a sandbox. */
export interface Main {
  /** Text that the shipped file has for its port, and what to put there. */
  readonly replacements: Readonly<Record<string, string>>;
  /** The main file's text; it includes `site`. */
  text(site: string): string;
  /** The arguments that start the program in the foreground. */
  args(main: string, site: string): string[];
}

const servers: Readonly<
  Record<
    ServerName,
    { program: string; main: (sandbox: Sandbox, port: number) => Main }
  >
> = {
  apache: { program: "apache2", main: apacheMain },
  lighttpd: { program: "lighttpd", main: lighttpdMain },
  nginx: { program: "nginx", main: nginxMain },
  haproxy: { program: "haproxy", main: haproxyMain },
};

/** Why a server cannot be tested here, undefined where it can. */
export function missing(server: ServerName): string | undefined {
  const { program } = servers[server];
  return find(program) === undefined
    ? `${program} is not installed`
    : undefined;
}

/** A running web server. */
export interface WebServer {
  readonly port: number;
  readonly daemon: Daemon;
}

/** Starts a server from a shipped file. */
export async function startServer(
  sandbox: Sandbox,
  server: ServerName,
  file: string,
): Promise<WebServer> {
  const { program, main: mainFor } = servers[server];
  const command = find(program);
  if (command === undefined) throw new Error(`${program} is not installed`);
  const port = await freePort();
  const main = mainFor(sandbox, port);
  const site = sandbox.write(
    "site.conf",
    sandbox.shipped(file, main.replacements),
  );
  const path = sandbox.write("main.conf", main.text(site));
  const daemon = new Daemon(command, main.args(path, site), {
    env: sandbox.env,
  });
  await daemon.accepts({ host: "127.0.0.1", port });
  return { port, daemon };
}

// No server can tell which port it was given, so it gets one that was free a moment ago.
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") {
    throw new Error("Cannot get a port: the server has no address");
  }
  return address.port;
}
