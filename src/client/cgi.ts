import { type ChildProcessByStdio, spawn } from "node:child_process";
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readSync,
} from "node:fs";
import { basename, dirname, resolve } from "node:path";
import type { Readable, Writable } from "node:stream";
import { TsgiError } from "../common/errors.ts";
import type { Backend, BackendRequest, BackendResponse } from "./backend.ts";
import { commandWith, searchPath } from "./environment.ts";
import { ResponseReceiver } from "./receiver.ts";
import { sendBody } from "./send.ts";

/** Milliseconds a program may go on after SIGTERM; Apache's patience too. */
const KILL_GRACE = 3_000;

/** How to start a program, where not as for `tsgi request`. */
export interface CgiStart {
  readonly args?: readonly string[];
  /** Its folder unless given. */
  readonly cwd?: string;
  /** Only root may choose. */
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
}

/** A CGI program, started for each request in its own folder with nothing but the variables and PATH. */
export class CgiHost implements Backend {
  readonly #program: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #start: CgiStart;

  /** @param environment what the program gets besides the request's variables; PATH unless given */
  constructor(
    program: string,
    environment: Readonly<Record<string, string>> = {
      PATH: searchPath(),
    },
    start: CgiStart = {},
  ) {
    this.#program = resolve(program);
    this.#environment = environment;
    this.#start = start;
  }

  async request(request: BackendRequest): Promise<BackendResponse> {
    const program = this.#program;
    checkExecutable(program);
    const variables = { SCRIPT_FILENAME: program, ...request.variables };
    const command = commandWith(program, variables, this.#environment);
    const { args = [], cwd = dirname(program), uid, gid } = this.#start;
    try {
      const child = spawn(command.program, [...command.args, ...args], {
        cwd,
        env: command.env,
        ...(uid !== undefined && { uid }),
        ...(gid !== undefined && { gid }),
        stdio: ["pipe", "pipe", "pipe"],
      });
      return converse(child, request, program);
    } catch (error) {
      throw cannotStart(program, error as NodeJS.ErrnoException);
    }
  }
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function converse(
  child: Child,
  request: BackendRequest,
  program: string,
): Promise<BackendResponse> {
  const name = basename(program);
  const receiver = new ResponseReceiver(request.variables.REQUEST_METHOD, {
    resume: () => child.stdout.resume(),
    abandon: () => abort(),
  });
  const abort = () => {
    receiver.fail(
      new TsgiError("ABORTED", "Cannot read the response: it was given up"),
    );
    terminate(child);
  };
  request.signal?.addEventListener("abort", abort);
  if (request.signal?.aborted) abort();

  child.on("error", (cause: NodeJS.ErrnoException) => {
    receiver.fail(cannotStart(program, cause));
  });
  child.stderr.on("data", (text: Uint8Array) => request.onErrors?.(text));
  child.stdout.on("data", (bytes: Uint8Array) => {
    if (!receiver.push(bytes)) child.stdout.pause();
  });
  child.stdout.on("end", () => {
    // Without a head the exit status belongs into the message, so that waits.
    if (!receiver.awaitsHead) receiver.end(`${name} ended its output`);
  });
  child.on("close", (code, signal) => {
    request.signal?.removeEventListener("abort", abort);
    const how = signal
      ? `was killed by ${signal}`
      : `exited with status ${code}`;
    receiver.end(`${name} ${how}`);
    receiver.finish({ exitStatus: code ?? 0, signal: signal ?? undefined });
  });
  // A program need not read its input.
  child.stdin.on("error", () => {});
  sendBody(request.body ?? [], child.stdin).then(
    () => child.stdin.end(),
    abort,
  );
  return receiver.response;
}

function terminate(child: Child): void {
  child.stdout.destroy();
  child.stdin.destroy();
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), KILL_GRACE);
  child.once("exit", () => clearTimeout(timer));
}

/** The kernel's conditions, since libc would give a file without a #! line to a shell. */
function checkExecutable(program: string): void {
  let start: string;
  try {
    accessSync(program, constants.X_OK);
    start = firstLine(program);
  } catch (error) {
    throw cannotStart(program, error as NodeJS.ErrnoException);
  }
  if (!start.startsWith("#!") && !start.startsWith("\x7fELF")) {
    throw cannotStart(program, { code: "ENOEXEC" });
  }
}

function cannotStart(
  program: string,
  cause: Pick<NodeJS.ErrnoException, "code">,
): TsgiError {
  return new TsgiError(
    "CONNECT",
    `Cannot start ${program}: ${reasonFor(cause, program)} (${cause.code})`,
    { cause },
  );
}

function reasonFor(
  { code }: Pick<NodeJS.ErrnoException, "code">,
  program: string,
): string {
  if (code === "EACCES") return "this user may not execute it";
  if (code === "ENOEXEC") return "its first line does not begin with #!";
  if (code !== "ENOENT") return "the system refused";
  if (!existsSync(program)) return "there is no such file";
  // Quoted: what does not exist may be the name with a carriage return at its end.
  return `its first line names no program: ${JSON.stringify(firstLine(program))}`;
}

function firstLine(path: string): string {
  const descriptor = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(256);
    const length = readSync(descriptor, bytes, 0, bytes.length, 0);
    return bytes.toString("latin1", 0, length).split("\n", 1)[0] as string;
  } finally {
    closeSync(descriptor);
  }
}
