// Web servers in the foreground, each with a main file of our own around one shipped file.
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
import type { MainFor } from "../../../src/init/main.ts";
import {
  apacheMain,
  apachePreforkMain,
  apachePreforkSuexecMain,
  apacheSuexecMain,
} from "../../../src/init/main-apache.ts";
import { haproxyMain } from "../../../src/init/main-haproxy.ts";
import { lighttpdMain } from "../../../src/init/main-lighttpd.ts";
import { nginxMain } from "../../../src/init/main-nginx.ts";
import { Daemon } from "./daemon.ts";
import { find, type Sandbox } from "./sandbox.ts";

export type ServerName =
  | "apache"
  | "apache-prefork"
  | "apache-suexec"
  | "apache-prefork-suexec"
  | "lighttpd"
  | "nginx"
  | "haproxy";

const servers: Readonly<
  Record<ServerName, { readonly program: string; readonly main: MainFor }>
> = {
  apache: { program: "apache2", main: apacheMain },
  "apache-prefork": { program: "apache2", main: apachePreforkMain },
  "apache-suexec": { program: "apache2", main: apacheSuexecMain },
  "apache-prefork-suexec": {
    program: "apache2",
    main: apachePreforkSuexecMain,
  },
  lighttpd: { program: "lighttpd", main: lighttpdMain },
  nginx: { program: "nginx", main: nginxMain },
  haproxy: { program: "haproxy", main: haproxyMain },
};

// Debian has them in packages of their own.
const MOD_FCGID = "/usr/lib/apache2/modules/mod_fcgid.so";
const MOD_OPENSSL = "/usr/lib/lighttpd/mod_openssl.so";

/** What a server needs here and is not installed, undefined where nothing is missing. */
export function missing(server: ServerName, tls: boolean): string | undefined {
  const { program } = servers[server];
  if (find(program) === undefined) return program;
  if (program === "apache2" && !existsSync(MOD_FCGID)) return MOD_FCGID;
  if (!tls) return undefined;
  if (find("openssl") === undefined) return "openssl";
  if (server === "lighttpd" && !existsSync(MOD_OPENSSL)) return MOD_OPENSSL;
  return undefined;
}

/** A running web server. */
export interface WebServer {
  readonly port: number;
  readonly daemon: Daemon;
}

export interface ServerOptions {
  /** Those of {@link Sandbox.shipped}. */
  readonly replacements?: Readonly<Record<string, string>>;
  /** Makes the port speak TLS. */
  readonly certificate?: string | undefined;
}

/** Starts a server from a shipped file. */
export async function startServer(
  sandbox: Sandbox,
  server: ServerName,
  file: string,
  { replacements = {}, certificate }: ServerOptions = {},
): Promise<WebServer> {
  const { program, main: mainFor } = servers[server];
  const command = find(program);
  if (command === undefined) throw new Error(`${program} is not installed`);
  const port = await freePort();
  const main = mainFor(sandbox, port, certificate);
  const site = sandbox.write(
    "site.conf",
    sandbox.shipped(file, { ...main.replacements, ...replacements }),
  );
  const path = sandbox.write("main.conf", main.text(site));
  const daemon = new Daemon(command, main.args(path, site), {
    env: sandbox.env,
  });
  await daemon.accepts({ host: "127.0.0.1", port });
  return { port, daemon };
}

/**
 * A free port, for who cannot tell which one the system gave it. It is below those which the system
 * gives to clients, so that none of them takes it in the meantime.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 32_000);
    const server = createServer().listen(port, "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue;
    }
    server.close();
    await once(server, "close");
    return port;
  }
}
