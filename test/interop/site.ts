// One set-up at work: a sandbox, the application, a web server from a shipped file.
import { join } from "node:path";
import { Daemon } from "../support/servers/daemon.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import { startServer, type WebServer } from "../support/servers/server.ts";
import { Control } from "./control.ts";
import type { Setup } from "./setups.ts";

export class Site {
  readonly setup: Setup;
  readonly control: Control;
  readonly sandbox: Sandbox = new Sandbox();
  #server: WebServer | undefined;
  #responder: Daemon | undefined;

  private constructor(setup: Setup) {
    this.setup = setup;
    this.control = new Control(join(this.sandbox.app, "control.sock"));
  }

  /** @param mount the value of `--mount`, undefined to leave the option out */
  static async start(setup: Setup, mount: string | undefined): Promise<Site> {
    const site = new Site(setup);
    try {
      await site.#start(mount);
      return site;
    } catch (error) {
      const log = site.log();
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

  /** What the web server wrote to its error log. */
  log(): string {
    return this.sandbox.logs() + (this.#server?.daemon.output ?? "");
  }

  /** What the application's process wrote to stderr, where the web server has not started it. */
  responderLog(): string {
    return this.#responder?.output ?? "";
  }

  async stop(): Promise<void> {
    await this.#server?.daemon.stop();
    await this.#responder?.stop();
    this.control.close();
    this.sandbox.remove();
  }

  async #start(mount: string | undefined): Promise<void> {
    const { sandbox, setup } = this;
    sandbox.copy(join(import.meta.dirname, "app.js"), "app/app.js");
    sandbox.write("app/package.json", '{ "type": "module" }');
    sandbox.write("app/public/static/file.txt", "a file\n");
    if (setup.program === undefined) await this.#startResponder(mount);
    else this.#installProgram(setup.program, mount);
    if (setup.htaccess) {
      sandbox.write("app/public/.htaccess", sandbox.shipped(setup.file));
    }
    this.#server = await startServer(
      sandbox,
      setup.server,
      setup.htaccess ? "test/interop/shared-host.conf" : setup.file,
    );
  }

  /** As a service manager does: a user of its own, the web server's group. */
  async #startResponder(mount: string | undefined): Promise<void> {
    const { account, app, run, env } = this.sandbox;
    const path = join(run, "app.sock");
    const options = [
      ...["--socket", path],
      ...(mount === undefined ? [] : ["--mount", mount]),
      ...(this.setup.options ?? []),
    ];
    const command = join(app, "node_modules/.bin/tsgi-fcgi");
    this.#responder = new Daemon(command, [...options, join(app, "app.js")], {
      env,
      cwd: app,
      ...(account && { uid: account.uid, gid: account.gid }),
    });
    await this.#responder.accepts({ path });
  }

  #installProgram(program: string, mount: string | undefined): void {
    const { sandbox, setup } = this;
    const option = mount === undefined ? "" : `--mount ${mount}`;
    const text = sandbox.shipped(`apache/${program}`, {
      "--mount /app": option,
    });
    const folder = setup.htaccess
      ? "app/public"
      : program === "app.cgi"
        ? "app/cgi-bin"
        : "app";
    sandbox.write(join(folder, program), text, 0o755);
  }
}
