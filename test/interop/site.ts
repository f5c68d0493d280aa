// One set-up at work: a sandbox, the application, a web server from a shipped file.
import { chmodSync, mkdirSync } from "node:fs";
import { basename, join } from "node:path";
import { residentScript } from "../../src/resident/script.ts";
import { makeCertificate } from "../support/servers/certificate.ts";
import { type Address, Daemon } from "../support/servers/daemon.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import {
  freePort,
  startServer,
  type WebServer,
} from "../support/servers/server.ts";
import { Control } from "./control.ts";
import type { Setup } from "./setups.ts";

const APPLICATION = join(import.meta.dirname, "app.js");
const NOBODY = 65_534;

export interface SiteOptions {
  readonly tls?: boolean;
  /** The application's file; app.js beside this one unless given. */
  readonly application?: string;
  /** Files which it needs beside it. */
  readonly beside?: readonly string[];
  /** Whether the CGI program is the relay of a resident one. */
  readonly resident?: boolean;
  /** Texts of the shipped file, and what to put there. */
  readonly changes?: Readonly<Record<string, string>>;
}

export class Site {
  readonly setup: Setup;
  readonly control: Control;
  readonly sandbox: Sandbox = new Sandbox();
  #server: WebServer | undefined;
  #responder: Daemon | undefined;
  readonly #application: string;

  private constructor(setup: Setup, application: string) {
    this.setup = setup;
    this.#application = application;
    this.control = new Control(join(this.sandbox.app, "control.sock"));
  }

  /** @param mount the value of `--mount`, undefined to leave the option out */
  static async start(
    setup: Setup,
    mount: string | undefined,
    options: SiteOptions = {},
  ): Promise<Site> {
    const { application = APPLICATION, beside = [] } = options;
    const site = new Site(setup, application);
    for (const file of [application, ...beside]) {
      site.sandbox.copy(file, join("app", basename(file)));
    }
    try {
      await site.#start(mount, options);
      return site;
    } catch (error) {
      const log = site.log() + (site.#responder?.output ?? "");
      await site.stop();
      throw new Error(`Cannot start ${setup.file}: the log says\n${log}`, {
        cause: error,
      });
    }
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** The target which makes the application do something. */
  url(route: string): string {
    return `${this.setup.mount}/${route}`;
  }

  /** What the web server wrote to its error log, or to its stderr. */
  log(): string {
    return this.sandbox.logs() + (this.#server?.daemon.output ?? "");
  }

  /** Tells the web server to end gracefully, or to start anew, each in its own way. */
  signalServer(name: NodeJS.Signals): void {
    this.#server?.daemon.signal(name);
  }

  /** Resolves when the web server has ended. */
  async serverEnded(): Promise<void> {
    await this.#server?.daemon.exited;
  }

  /** Ends the web server, and with it the programs it has started. */
  async stopServer(): Promise<void> {
    await this.#server?.daemon.stop();
  }

  async stop(): Promise<void> {
    await this.stopServer();
    await this.#responder?.stop();
    this.control.close();
    this.sandbox.remove();
  }

  async #start(
    mount: string | undefined,
    { tls = false, resident = false, changes }: SiteOptions,
  ): Promise<void> {
    const { sandbox, setup } = this;
    sandbox.write("app/package.json", '{ "type": "module" }');
    sandbox.write("app/public/static/file.txt", "a file\n");
    sandbox.write("app/public/private/file.txt", "a private file\n");
    const replacements: Record<string, string> = { ...changes };
    if (resident) this.#installRelay(mount);
    else if (setup.program !== undefined) this.#install(setup.program, mount);
    else if (setup.tcp) {
      const port = await freePort();
      replacements["127.0.0.1:9000"] = `127.0.0.1:${port}`;
      await this.#startResponder({ host: "127.0.0.1", port }, mount);
    } else {
      await this.#startResponder(
        { path: join(sandbox.run, "app.sock") },
        mount,
      );
    }
    if (setup.htaccess) {
      sandbox.write("app/public/.htaccess", sandbox.shipped(setup.file));
    }
    this.#server = await startServer(
      sandbox,
      setup.server,
      setup.htaccess ? "test/interop/shared-host.conf" : setup.file,
      { replacements, certificate: tls ? makeCertificate(sandbox) : undefined },
    );
  }

  /** As a service manager does: with a user of its own and the web server's group. */
  async #startResponder(
    address: Address,
    mount: string | undefined,
  ): Promise<void> {
    const { account, app, env } = this.sandbox;
    const command = join(app, "node_modules/.bin/tsgi-fcgi");
    const where =
      address.path === undefined
        ? ["--listen", `${address.host}:${address.port}`]
        : ["--socket", address.path];
    const args = [...where, ...this.#options(mount), join(app, this.#file)];
    this.#responder = new Daemon(command, args, {
      env,
      cwd: app,
      ...(account && { uid: NOBODY, gid: account.gid }),
    });
    await this.#responder.accepts(address);
  }

  #install(program: string, mount: string | undefined): void {
    const { sandbox, setup } = this;
    const text = sandbox.shipped(`apache/${program}`, {
      "--mount /app": this.#options(mount).join(" "),
      "/srv/app/app.js": `/srv/app/${this.#file}`,
    });
    const folder = setup.htaccess
      ? "app/public"
      : program === "app.cgi"
        ? "app/cgi-bin"
        : "app";
    sandbox.write(join(folder, program), text, 0o755);
  }

  #installRelay(mount: string | undefined): void {
    const { app, root } = this.sandbox;
    const base = join(root, "r");
    mkdirSync(base);
    chmodSync(base, 0o1777);
    const package_ = join(app, "node_modules/tsgi");
    const words = [...this.#options(mount), join(app, this.#file)];
    const text = residentScript({
      once: [join(app, "node_modules/.bin/tsgi-cgi"), ...words],
      stay: [
        process.execPath,
        join(package_, "dist/cli/serving/resident-main.js"),
        ...words,
      ],
      base,
    });
    this.sandbox.write("app/cgi-bin/app.cgi", text, 0o755);
  }

  get #file(): string {
    return basename(this.#application);
  }

  #options(mount: string | undefined): string[] {
    const option = mount === undefined ? [] : ["--mount", mount];
    return [...option, ...(this.setup.options ?? [])];
  }
}
