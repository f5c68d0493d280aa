// A process of its own with the descriptors a web server gives it, for what one process cannot show.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Server, type Socket } from "node:net";
import { createInterface } from "node:readline";
import type { TestContext } from "node:test";

export interface ProgramOptions {
  /** Its descriptor 0: a listening socket, a connected one, or a pipe of ours; /dev/null unless given. */
  readonly stdin?: Server | Socket | "pipe";
  /** Its descriptors from 3 on. */
  readonly inherits?: readonly Server[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What sh does with the command, which is `"$@"`. */
  readonly shell?: string;
}

/** How a process ended. */
export interface End {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

export class Program {
  readonly child: ChildProcess;
  readonly ended: Promise<End>;
  readonly #lines: AsyncIterator<string>;

  constructor(child: ChildProcess) {
    this.child = child;
    let stderr = "";
    child.stderr?.on("data", (text) => {
      stderr += text;
    });
    this.ended = once(child, "close").then(([status, signal]) => ({
      status,
      signal,
      stderr,
    }));
    const input = child.stdout as NodeJS.ReadableStream;
    this.#lines = createInterface({ input })[Symbol.asyncIterator]();
  }

  /** The next line it prints. @throws where it ends instead, with what it said on stderr */
  async line(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done !== true) return value;
    const { status, signal, stderr } = await this.ended;
    throw new Error(`The program ended (${status ?? signal}): ${stderr}`);
  }

  /** Writes a line to its stdin. */
  tell(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }
}

/** Starts the text of a module, which imports from the project's folder; ends it with the test. */
export function startProgram(
  t: TestContext,
  source: string,
  { stdin, inherits = [], environment, shell }: ProgramOptions = {},
): Program {
  const { NODE_EXTRA_CA_CERTS, NODE_TEST_CONTEXT, ...env } = process.env;
  const [command, ...parameters] = [
    ...(shell === undefined ? [] : ["sh", "-c", shell, "sh"]),
    process.execPath,
    ...["--import", "tsx", "--input-type=module", "--eval", source],
  ] as [string, ...string[]];
  const child = spawn(command, parameters, {
    cwd: new URL("../..", import.meta.url),
    env: { ...env, ...environment },
    stdio: [
      inherited(stdin ?? "ignore"),
      "pipe",
      "pipe",
      ...inherits.map(inherited),
    ],
  });
  const program = new Program(child);
  t.after(async () => {
    child.kill("SIGKILL");
    await program.ended;
  });
  return program;
}

/** A listening socket is passed on by its number, which is private to Node, as libuv does not share it otherwise. */
function inherited<Other>(
  given: Server | Other,
): number | Exclude<Other, Server> {
  if (!(given instanceof Server)) return given as Exclude<Other, Server>;
  return (given as unknown as { _handle: { fd: number } })._handle.fd;
}
