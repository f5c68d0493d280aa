// A program that runs until it is told to stop, and how it is told: by its pid.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { canConnect } from "../../src/client/can-connect.ts";

/** A command line. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Where somebody listens. */
export type Address = { readonly path: string } | { readonly port: number };

/**
 * What contenders get of our environment. NODE_EXTRA_CA_CERTS alone would add 100 ms to the start of
 * each Node process, and NODE_OPTIONS and npm's variables are nobody's business.
 */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  PATH: ["/usr/bin", "/bin", "/usr/sbin", "/sbin"].join(delimiter),
  HOME: "/nonexistent",
  LANG: "C.UTF-8",
  // Contenders of other projects do not ask who starts them.
  TSGI_ALLOW_ROOT: "on",
};

const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGTERM");
});

export class Program {
  readonly pid: number;
  readonly #child: ChildProcess;
  readonly #exited: Promise<unknown>;
  #isGone = false;
  #output = "";

  constructor({ file, args, env }: Command) {
    const child = spawn(file, args, {
      env: { ...ENVIRONMENT, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      // Apache's prefork MPM ends its whole process group, which must not be ours.
      detached: true,
    });
    child.on("error", (error) => this.#keep(error.message));
    child.stdout.on("data", (text) => this.#keep(text));
    child.stderr.on("data", (text) => this.#keep(text));
    this.#child = child;
    this.pid = child.pid ?? 0;
    running.add(child);
    // Not "close": a program's own children may hold its stderr for longer.
    this.#exited = once(child, "exit").then(
      () => this.#gone(),
      () => this.#gone(),
    );
  }

  /** Resolves when it accepts connections. @throws with what it said, where it ends instead */
  async accepts(address: Address): Promise<void> {
    const patience = Date.now() + 20_000;
    while (!(await canConnect({ host: "127.0.0.1", ...address }))) {
      if (this.#isGone || Date.now() > patience) {
        const [last = "it said nothing"] = this.#output
          .trim()
          .split("\n")
          .slice(-1);
        const name = basename(this.#child.spawnfile);
        throw new Error(`${name} does not listen: ${last}`);
      }
      await delay(20);
    }
  }

  /** SIGTERM; SIGKILL for who does not listen. */
  async stop(): Promise<void> {
    if (this.#isGone) return;
    this.#child.kill("SIGTERM");
    const impatience = setTimeout(() => this.#child.kill("SIGKILL"), 5_000);
    await this.#exited;
    clearTimeout(impatience);
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  #gone(): void {
    this.#isGone = true;
    running.delete(this.#child);
  }

  #keep(text: unknown): void {
    this.#output = (this.#output + String(text)).slice(-4_000);
  }
}

/** The full name of an installed program, undefined where there is none. */
export function find(program: string): string | undefined {
  const path = `${ENVIRONMENT.PATH}${delimiter}${process.env.PATH}`;
  return path
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}
