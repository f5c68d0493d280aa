// A web server at work on private ground, and the process behind it where the target has one.
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { delimiter, dirname, join } from "node:path";
import { FcgiClient } from "../client/fastcgi.ts";
import { Front } from "../client/front.ts";
import { Child, type ChildOptions } from "./child.ts";
import type { MainFor } from "./main.ts";
import { apacheMain } from "./main-apache.ts";
import { haproxyMain } from "./main-haproxy.ts";
import { lighttpdMain } from "./main-lighttpd.ts";
import { nginxMain } from "./main-nginx.ts";
import type { Plan, Target } from "./plan.ts";
import type { PrivateGround } from "./private-ground.ts";
import type { Site } from "./site.ts";
import { endIn, logIn } from "./staying.ts";

/** What is to run, and where. */
export interface RunningOptions {
  readonly ground: PrivateGround;
  readonly target: Target;
  /** The server's program; for systemd nothing is started but the service's command. */
  readonly program: string;
  readonly site: Site;
  readonly signal: AbortSignal;
}

const MAINS: Readonly<Record<string, MainFor>> = {
  apache: apacheMain,
  lighttpd: lighttpdMain,
  nginx: nginxMain,
  haproxy: haproxyMain,
};

/** What a hosting company has around a customer's folder. */
const HOST = (root: string): string => `<VirtualHost *:80>
  DocumentRoot ${root}
  <Directory ${root}>
    AllowOverride All
    Require all granted
  </Directory>
</VirtualHost>
`;

/** From `start` to `stop`. */
export class Running {
  port = 0;
  /** What server and process have said, once they are stopped. */
  log = "";
  readonly #options: RunningOptions;
  readonly #children: Child[] = [];
  #front: Front | undefined;

  constructor(options: RunningOptions) {
    this.#options = options;
  }

  /** Resolves when the server answers requests. */
  async start(): Promise<void> {
    const { ground, target, site } = this.#options;
    const plan = target.plan(site);
    for (const file of plan.files) ground.write(file);
    if (target.isProcess) await this.#startProcess(plan);
    if (target.server === "systemd") {
      const backend = new FcgiClient({ path: site.socket });
      const { mount } = site;
      this.#front = await Front.listen({ backend, mount });
      this.port = Number(new URL(this.#front.url).port);
      return;
    }
    await this.#startServer(plan);
  }

  /** Ends all of it; what they have said is kept. */
  async stop(): Promise<void> {
    await this.#front?.close();
    for (const child of this.#children.toReversed()) await child.stop();
    const { ground, site } = this.#options;
    const base = site.relay?.base;
    const said = this.#children.map(({ output }) => output);
    // It takes its log away with it.
    if (base !== undefined) said.push(logIn(base));
    this.log = `${said.join("")}${ground.lastOfLogs()}`.trim();
    if (base !== undefined) await endIn(base);
  }

  /** As a service manager does: with the web server's user. */
  async #startProcess({ files }: Plan): Promise<void> {
    const { ground, site, target } = this.#options;
    const { account } = ground;
    const [, unit] = /^ExecStart=(.*)$/m.exec(files[0]?.text ?? "") ?? [];
    const line =
      target.server === "systemd" && unit !== undefined
        ? unit.split(" ")
        : [
            ...[site.node, join(site.commands, "tsgi-fcgi")],
            ...["--socket", site.socket, "--mount", site.mount],
            `${site.application}${site.exported}`,
          ];
    const [command = "", ...args] = line;
    const child = this.#spawn(command, args, {
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    await child.accepts({ path: site.socket });
  }

  async #startServer({ files }: Plan): Promise<void> {
    const { ground, target, program, site } = this.#options;
    const port = await freePort();
    const main = MAINS[target.server]?.(ground, port, undefined);
    if (main === undefined) throw new Error(`no main file: ${target.server}`);
    const served = files.find(({ path }) => path.endsWith(".htaccess"))?.path;
    let text =
      served === undefined
        ? (files[0]?.text ?? "")
        : HOST(
            dirname(served).slice(
              0,
              site.mount === "/" ? undefined : -site.mount.length,
            ),
          );
    for (const [from, to] of Object.entries(main.replacements)) {
      text = text.replaceAll(from, to);
    }
    const path = join(ground.root, "site.conf");
    const conf = ground.write({ path, text, mode: 0o644 });
    const mainFile = ground.write({
      path: join(ground.root, "main.conf"),
      text: main.text(conf),
      mode: 0o644,
    });
    const child = this.#spawn(program, main.args(mainFile, conf), {});
    this.port = port;
    await child.accepts({ host: "127.0.0.1", port });
  }

  #spawn(
    command: string,
    args: readonly string[],
    user: Pick<ChildOptions, "uid" | "gid">,
  ): Child {
    const { ground, site, signal } = this.#options;
    // What a service manager would pass.
    const folders = [dirname(site.node), "/usr/local/bin", "/usr/bin", "/bin"];
    const env = { PATH: folders.join(delimiter) };
    const child = new Child(command, args, {
      ...user,
      cwd: ground.root,
      env,
      signal,
    });
    this.#children.push(child);
    return child;
  }
}

/** For who cannot tell which one the system gave it; another program may take it in the meantime. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
