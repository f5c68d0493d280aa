// A program that runs in the foreground until it is told to stop.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { canConnect } from "../../../src/client/can-connect.ts";

/** Where somebody listens. */
export type Address =
  | { readonly path: string }
  | { readonly path?: undefined; readonly host: string; readonly port: number };

export interface DaemonOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly uid?: number;
  readonly gid?: number;
}

// Whatever ends the tests ends these too. SIGTERM, for servers have children of their own.
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => process.exit(1));
}

/** One process; `output` is what it has written so far to stdout and stderr. */
export class Daemon {
  readonly name: string;
  readonly exited: Promise<void>;
  output = "";
  readonly #child: ChildProcess;

  constructor(
    command: string,
    args: readonly string[],
    options: DaemonOptions,
  ) {
    this.name = [command, ...args].join(" ");
    const child = spawn(command, args, {
      ...options,
      stdio: ["ignore", "pipe", "pipe"],
      // Apache's prefork MPM ends its whole process group, which must not be ours.
      detached: true,
    });
    this.#child = child;
    running.add(child);
    child.stdout.setEncoding("utf8").on("data", (text) => this.#keep(text));
    child.stderr.setEncoding("utf8").on("data", (text) => this.#keep(text));
    // Not "close": a program's own children may hold its stderr for longer.
    this.exited = once(child, "exit").then(
      () => {},
      (error) => this.#keep(`${error}\n`),
    );
    void this.exited.then(() => running.delete(child));
  }

  /** Resolves when it accepts connections; rejects with its output when it exits instead. */
  async accepts(address: Address): Promise<void> {
    let gone = false;
    void this.exited.then(() => {
      gone = true;
    });
    // Another program's readiness is no event of ours: ask until it answers.
    while (!(await canConnect(address))) {
      if (gone) throw new Error(`${this.name} ended:\n${this.output}`);
      await delay(20);
    }
  }

  /** What a service manager, or an administrator, sends. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** SIGKILL for it and the processes it has started. */
  async kill(): Promise<void> {
    process.kill(-(this.#child.pid as number), "SIGKILL");
    await this.exited;
  }

  /** SIGTERM, and SIGKILL for who does not listen. */
  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), 10_000);
    await this.exited;
    clearTimeout(impatience);
  }

  #keep(text: string): void {
    this.output += text;
  }
}
