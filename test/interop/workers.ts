// An application with workers, behind a web server from a shipped file.
import assert from "node:assert/strict";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Status } from "../../src/insight/figures.ts";
import { askSupervisor } from "../cli/supervising.ts";
import { Daemon } from "../support/servers/daemon.ts";
import { Sandbox } from "../support/servers/sandbox.ts";
import {
  type ServerName,
  startServer,
  type WebServer,
} from "../support/servers/server.ts";

const NOBODY = 65_534;
const MOUNT = "/app";

/** How a web server reaches the workers. */
export interface Front {
  readonly name: string;
  readonly server: ServerName;
  readonly file: string;
  /** Texts of the shipped file, and what to put there. */
  readonly changes?: Readonly<Record<string, string>>;
}

/** A service of two workers, and the web server before it. */
export class WorkersSite {
  readonly sandbox: Sandbox = new Sandbox();
  readonly #front: Front;
  readonly #control = join(this.sandbox.run, "control.sock");
  #server: WebServer | undefined;
  #service: Daemon | undefined;

  private constructor(front: Front) {
    this.#front = front;
  }

  static async start(
    front: Front,
    application: string,
    options: readonly string[] = [],
  ): Promise<WorkersSite> {
    const site = new WorkersSite(front);
    site.deploy(application);
    try {
      await site.#startService(options);
      await site.startServer();
      return site;
    } catch (error) {
      await site.stop();
      throw error;
    }
  }

  get port(): number {
    return this.#server?.port ?? 0;
  }

  /** What the application answers to. */
  get target(): string {
    return `${MOUNT}/`;
  }

  /** The web server itself. */
  get server(): Daemon {
    assert.ok(this.#server);
    return this.#server.daemon;
  }

  /** The supervisor. */
  get service(): Daemon {
    assert.ok(this.#service);
    return this.#service;
  }

  /** The web server's error log. */
  get log(): string {
    return this.sandbox.logs() + this.server.output;
  }

  deploy(source: string): void {
    this.sandbox.write("app/app.mjs", source);
  }

  async startServer(): Promise<void> {
    const { server, file, changes } = this.#front;
    const replacements = changes ?? {};
    this.#server = await startServer(this.sandbox, server, file, {
      replacements,
    });
  }

  /** Resolves when the supervisor has logged this for the `times`th time. */
  async logged(pattern: RegExp, times = 1): Promise<void> {
    const all = new RegExp(pattern, "gm");
    while ((this.service.output.match(all) ?? []).length < times) {
      await delay(10);
    }
  }

  async status(): Promise<Status> {
    const answer = await askSupervisor(this.#control, { command: "status" });
    assert.ok(answer.ok && answer.status !== undefined);
    return answer.status;
  }

  async stop(): Promise<void> {
    await this.#server?.daemon.stop();
    await this.#service?.stop();
    this.sandbox.remove();
  }

  /** As a service manager does: with a user of its own and the web server's group. */
  async #startService(options: readonly string[]): Promise<void> {
    const { account, app, run, env } = this.sandbox;
    const path = join(run, "app.sock");
    this.#service = new Daemon(
      join(app, "node_modules/.bin/tsgi-fcgi"),
      [
        ...["--workers", "2", "--socket", path, "--control", this.#control],
        ...["--mount", MOUNT, ...options, join(app, "app.mjs")],
      ],
      { env, cwd: app, ...(account && { uid: NOBODY, gid: account.gid }) },
    );
    await this.#service.accepts({ path });
    // The control socket comes last.
    await this.logged(/listening on /);
  }
}
