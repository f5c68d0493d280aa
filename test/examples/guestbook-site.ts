// The guestbook as a user would set it up, from the shipped configuration files.
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../docs/blocks.ts";
import { Daemon } from "../support/servers/daemon.ts";
import { install } from "../support/servers/installation.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import { startServer, type WebServer } from "../support/servers/server.ts";

export interface GuestbookSite {
  readonly url: string;
  /** What web server and application have logged. */
  log(): string;
  stop(): Promise<void>;
}

/** In a cgi-bin of Apache (mod_cgid). */
export async function underApache(): Promise<GuestbookSite> {
  const sandbox = machine("cgi-bin/guestbook");
  const server = await startServer(sandbox, "apache", "apache/cgi.conf");
  const path = "/cgi-bin/guestbook/app.cgi/";
  return site(sandbox, server, path);
}

/** As a FastCGI process behind lighttpd. */
export async function underLighttpd(): Promise<GuestbookSite> {
  const sandbox = machine("guestbook");
  const { app, run, account, env } = sandbox;
  const socket = join(run, "app.sock");
  const responder = new Daemon(
    join(app, "node_modules/.bin/tsgi-fcgi"),
    ["--socket", socket, "--mount", "/", join(app, "guestbook/app.cgi")],
    { env, ...(account && { uid: account.uid, gid: account.gid }) },
  );
  await responder.accepts({ path: socket });
  const file = "lighttpd/fastcgi.conf";
  const server = await startServer(sandbox, "lighttpd", file);
  return site(sandbox, server, "/", responder);
}

/** A sandbox with the guestbook in a folder of /srv/app, and what it needs. */
function machine(folder: string): Sandbox {
  install(["busboy", "node-sqlite3-wasm"]);
  const sandbox = new Sandbox();
  const source = join(root, "examples/guestbook");
  const target = join(sandbox.app, folder);
  const data = join(target, ".data");
  // Somebody may have tried it here.
  const filter = (path: string): boolean => path !== join(source, ".data");
  cpSync(source, target, { recursive: true, filter });
  mkdirSync(data);
  sandbox.give(data);
  return sandbox;
}

function site(
  sandbox: Sandbox,
  { port, daemon }: WebServer,
  path: string,
  responder?: Daemon,
): GuestbookSite {
  return {
    url: `http://127.0.0.1:${port}${path}`,
    log: () => sandbox.logs() + daemon.output + (responder?.output ?? ""),
    async stop() {
      await daemon.stop();
      await responder?.stop();
      sandbox.remove();
    },
  };
}
