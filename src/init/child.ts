// A program that runs in the foreground until it is told to stop.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { canConnect, type Place } from "../client/can-connect.ts";

/** How to start it. */
export interface ChildOptions {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly uid?: number;
  readonly gid?: number;
  /** Ends it early. */
  readonly signal: AbortSignal;
}

/** Milliseconds a server may take until it listens, and then until it ends. */
const PATIENCE = { start: 15_000, end: 5000 } as const;
const ASK_EVERY = 20;
/** Characters of its output to keep. */
const MOST_OUTPUT = 16_384;

/** One process; `output` is what it has written lately to stdout and stderr. */
export class Child {
  output = "";
  readonly #child: ChildProcess;
  readonly #command: string;
  readonly #exited: Promise<unknown>;
  readonly #signal: AbortSignal;
  readonly #end = (): void => void this.#child.kill("SIGTERM");
  #phase: "running" | "over" = "running";

  constructor(command: string, args: readonly string[], options: ChildOptions) {
    const { signal, ...rest } = options;
    this.#command = command;
    this.#signal = signal;
    this.#child = spawn(command, args, {
      ...rest,
      stdio: ["ignore", "pipe", "pipe"],
      // Apache's prefork MPM ends its whole process group, which must not be ours.
      detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output = (this.output + text).slice(-MOST_OUTPUT);
      });
    }
    this.#exited = once(this.#child, "exit")
      .catch((error: Error) => {
        this.output += `${error.message}\n`;
      })
      .then(() => {
        this.#phase = "over";
        signal.removeEventListener("abort", this.#end);
      });
    signal.addEventListener("abort", this.#end);
  }

  /** Resolves when it accepts connections. @throws where it ends instead, or takes too long */
  async accepts(place: Place): Promise<void> {
    const since = performance.now();
    // Another program's readiness is no event of ours: ask until it answers.
    while (!(await canConnect(place))) {
      this.#signal.throwIfAborted();
      if (this.#phase === "over") {
        throw new Error(`Cannot start ${this.#command}: it has ended`);
      }
      if (performance.now() - since > PATIENCE.start) {
        throw new Error(
          `Cannot start ${this.#command}: it does not listen after ${PATIENCE.start / 1000} seconds`,
        );
      }
      await delay(ASK_EVERY);
    }
  }

  /** SIGTERM, and SIGKILL for who does not listen. */
  async stop(): Promise<void> {
    this.#end();
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE.end);
    await this.#exited;
    clearTimeout(timer);
  }
}
