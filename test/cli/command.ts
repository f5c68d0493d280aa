// The built commands as processes, as a web server or a shell starts them.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { atEnd } from "../support/at-end.ts";

export const BIN: string = fileURLToPath(new URL("../../bin", import.meta.url));

/** What a web server tells a CGI program. */
export const CGI_VARIABLES: Readonly<Record<string, string>> = {
  GATEWAY_INTERFACE: "CGI/1.1",
  REQUEST_METHOD: "GET",
  SCRIPT_NAME: "/cgi-bin/app.cgi",
  PATH_INFO: "/tea",
  QUERY_STRING: "",
  REQUEST_URI: "/cgi-bin/app.cgi/tea",
  SERVER_NAME: "localhost",
  SERVER_PORT: "80",
  SERVER_PROTOCOL: "HTTP/1.1",
};

/** Files by their names; a first line `#!` makes one executable. */
export type Files = Readonly<Record<string, string>>;

/** A fresh folder with these files, removed after the test. */
export function folder(t: TestContext, files: Files = {}): string {
  const root = mkdtempSync(join(tmpdir(), "tsgi-cli-"));
  atEnd(t, () => rmSync(root, { recursive: true, force: true }));
  chmodSync(root, 0o755);
  for (const [name, content] of Object.entries(files)) {
    const path = join(root, name);
    mkdirSync(dirname(path), { recursive: true });
    const mode = content.startsWith("#!") ? 0o755 : 0o644;
    writeFileSync(path, content, { mode });
  }
  return root;
}

export interface CommandOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Descriptor 0: a listening socket, or the number of one; nothing unless given. */
  readonly stdin?: Server | number | "pipe";
}

/** All a command has said, and how it ended. */
export interface Outcome {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs. */
export class Command {
  readonly child: ChildProcess;
  readonly ended: Promise<Outcome>;
  readonly #lines: AsyncIterator<string>;

  constructor(child: ChildProcess) {
    this.child = child;
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text) => {
        said[name] += text;
      });
    }
    this.ended = once(child, "close").then(([status, signal]) => ({
      status,
      signal,
      ...said,
    }));
    const input = child.stderr as NodeJS.ReadableStream;
    this.#lines = createInterface({ input })[Symbol.asyncIterator]();
  }

  /** The message of the next line of its log, or the line where it is none. @throws where it ends instead */
  async logged(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done !== true) {
      return value.startsWith("{") ? JSON.parse(value).msg : value;
    }
    const { status, signal, stderr } = await this.ended;
    throw new Error(`The command ended (${status ?? signal}): ${stderr}`);
  }
}

/** Starts a program: a path, or the name of a command of this package. It is killed after the test. */
export function start(
  t: TestContext,
  program: string,
  args: readonly string[],
  { env, cwd, stdin }: CommandOptions = {},
): Command {
  const child = spawn(
    program.includes("/") ? program : join(BIN, program),
    args,
    {
      cwd,
      // CI runs the tests as root.
      env: { PATH: searchPath(), TSGI_ALLOW_ROOT: "on", ...env },
      stdio: [inherited(stdin ?? "ignore"), "pipe", "pipe"],
    },
  );
  const command = new Command(child);
  atEnd(t, async () => {
    child.kill("SIGKILL");
    await command.ended;
  });
  return command;
}

/** Runs a program to its end. */
export function run(
  t: TestContext,
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<Outcome> {
  return start(t, program, args, options).ended;
}

/** A listening socket is passed on by its number, which is private to Node. */
function inherited<Other>(
  given: Server | Other,
): number | Exclude<Other, Server> {
  if (!(given instanceof Server)) return given as Exclude<Other, Server>;
  return (given as unknown as { _handle: { fd: number } })._handle.fd;
}

/** Where the commands are, and the Node that runs this test. */
function searchPath(): string {
  return [BIN, dirname(process.execPath), "/usr/bin", "/bin"].join(":");
}
