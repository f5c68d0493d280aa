// A site that tsgi-fcgi serves with workers, and questions to it.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Status } from "../../src/insight/figures.ts";
import type {
  ControlAnswer,
  ControlRequest,
} from "../../src/supervisor/control-protocol.ts";
import { roundTrip } from "../support/peer.ts";
import {
  BIN,
  type Command,
  type CommandOptions,
  folder,
  run,
  start,
} from "./command.ts";

/** An application that answers with a word, and obeys paths. */
export function application(word: string): string {
  return `export default async (environ, startResponse) => {
  const { PATH_INFO } = environ;
  if (PATH_INFO === "/exit") process.exit(3);
  if (PATH_INFO === "/late") setTimeout(() => { throw new Error("late"); });
  if (PATH_INFO === "/forever") await new Promise(() => {});
  if (PATH_INFO === "/slow") await new Promise((resolve) => setTimeout(resolve, 300));
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  if (PATH_INFO === "/pid") return String(process.pid);
  return ${JSON.stringify(word)};
};
`;
}

export interface SupervisedOptions extends CommandOptions {
  /** A program that becomes tsgi-fcgi, such as `["/usr/bin/prlimit", "--nofile=64"]`. */
  readonly under?: readonly string[];
}

/** tsgi-fcgi with workers, or without: then it has no status. */
export class Supervised {
  readonly root: string;
  readonly app: string;
  readonly socket: string;
  readonly control: string;
  readonly command: Command;
  readonly #t: TestContext;

  private constructor(
    t: TestContext,
    args: readonly string[],
    source: string,
    { under, ...options }: SupervisedOptions,
  ) {
    this.#t = t;
    this.root = folder(t, { "app/app.mjs": source });
    this.app = join(this.root, "app", "app.mjs");
    this.socket = join(this.root, "s");
    this.control = join(this.root, "c");
    const [program = "tsgi-fcgi", ...before] =
      under === undefined ? [] : [...under, join(BIN, "tsgi-fcgi")];
    const own = ["--socket", this.socket, "--control", this.control];
    const all = [...before, ...own, ...args, this.app];
    this.command = start(t, program, all, options);
  }

  /** Resolves when it listens. */
  static async start(
    t: TestContext,
    args: readonly string[],
    source: string = application("one"),
    options: SupervisedOptions = {},
  ): Promise<Supervised> {
    const site = Supervised.begin(t, args, source, options);
    await site.logged(/^listening on /);
    return site;
  }

  /** One that may not listen yet. */
  static begin(
    t: TestContext,
    args: readonly string[],
    source: string,
    options: SupervisedOptions = {},
  ): Supervised {
    return new Supervised(t, args, source, options);
  }

  get pid(): number {
    return this.command.child.pid as number;
  }

  /** The next message of the log that matches. */
  async logged(pattern: RegExp): Promise<string> {
    for (;;) {
      const message = await this.command.logged();
      if (pattern.test(message)) return message;
    }
  }

  deploy(source: string): void {
    writeFileSync(this.app, source);
  }

  async ask(path = "/", query = ""): Promise<string> {
    const { stdout } = await roundTrip(this.socket, {
      PATH_INFO: path,
      QUERY_STRING: query,
    });
    return `${stdout}`.split("\r\n\r\n")[1] ?? "";
  }

  /** Runs tsgi ctl. */
  async ctl(...args: readonly string[]): Promise<ControlAnswer> {
    const flags = ["--control", this.control, "--json"];
    const { stdout } = await run(this.#t, "tsgi", ["ctl", ...flags, ...args]);
    return JSON.parse(stdout);
  }

  async status(): Promise<Status> {
    const answer = await askSupervisor(this.control, { command: "status" });
    assert.ok(answer.ok && answer.status !== undefined);
    return answer.status;
  }

  /** The numbers of the processes that serve, in order. */
  async pids(): Promise<number[]> {
    const { workers } = await this.status();
    return workers
      .filter(({ state }) => state === "serving")
      .map(({ pid }) => pid)
      .sort((one, other) => one - other);
  }
}

/** What tsgi ctl does, without a process for it. */
export async function askSupervisor(
  control: string,
  request: ControlRequest,
): Promise<ControlAnswer> {
  const socket = connect(control);
  socket.write(`${JSON.stringify(request)}\n`);
  return JSON.parse(await text(socket));
}

/** Resolves when a process is gone, of which nobody here is told. */
export async function gone(pid: number): Promise<void> {
  while (lives(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

/** Bytes of memory a process has; 0 where it is gone. */
export function residentBytes(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/status`, "utf8");
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(text) ?? [];
    return Number(kilobytes ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** Whether a process is there, and not only what its parent has not asked for yet. */
export function lives(pid: number): boolean {
  try {
    const [, state] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
    return !state?.startsWith("Z");
  } catch {
    return false;
  }
}
