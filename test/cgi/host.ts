// A small CGI host: writes a program around an application's source and runs it as a web server does.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const front = fileURLToPath(new URL("../../dist/cgi.cjs", import.meta.url));

export const VARIABLES: Readonly<Record<string, string>> = {
  GATEWAY_INTERFACE: "CGI/1.1",
  REQUEST_METHOD: "GET",
  SCRIPT_NAME: "/cgi-bin/app.cgi",
  PATH_INFO: "/",
  QUERY_STRING: "",
  REQUEST_URI: "/cgi-bin/app.cgi/",
  SERVER_NAME: "localhost",
  SERVER_PORT: "80",
  SERVER_PROTOCOL: "HTTP/1.1",
};

export interface CgiCase {
  /** Variables besides {@link VARIABLES}; undefined leaves one out. */
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly body?: string | Uint8Array;
  /** The second argument of serve(), as source. */
  readonly options?: string;
  /** What stands in front of the call of serve(). */
  readonly before?: string;
  readonly args?: readonly string[];
}

export interface CgiAnswer {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
  /** The header lines, and what follows the blank line. */
  readonly head: readonly string[];
  readonly body: Buffer;
}

/** A program, and the process that runs it. */
export interface CgiProgram {
  readonly child: ChildProcess;
  readonly answer: Promise<CgiAnswer>;
}

/** Starts a program and leaves its standard input open. */
export function startCgi(application: string, given: CgiCase = {}): CgiProgram {
  const directory = mkdtempSync(join(tmpdir(), "tsgi-cgi-"));
  const program = join(directory, "app.cgi");
  writeFileSync(
    program,
    `${given.before ?? ""}
const { serve } = require(${JSON.stringify(front)});
serve(${application}, ${given.options ?? "{}"});
`,
  );
  const child = spawn(process.execPath, [program, ...(given.args ?? [])], {
    cwd: directory,
    env: { ...VARIABLES, ...given.variables },
    stdio: "pipe",
  });
  child.stdin.on("error", () => {});
  const answer = collect(child).finally(() =>
    rmSync(directory, { recursive: true, force: true }),
  );
  return { child, answer };
}

/** Runs a program to its end. */
export function runCgi(
  application: string,
  given: CgiCase = {},
): Promise<CgiAnswer> {
  const { child, answer } = startCgi(application, given);
  child.stdin?.end(given.body);
  return answer;
}

async function collect(child: ChildProcess): Promise<CgiAnswer> {
  const stdout: Buffer[] = [];
  let stderr = "";
  child.stdout?.on("data", (bytes) => stdout.push(bytes));
  child.stderr?.on("data", (text) => {
    stderr += text;
  });
  const [status, signal] = await once(child, "close");
  const bytes = Buffer.concat(stdout);
  return { status, signal, stdout: bytes, stderr, ...parseHead(bytes) };
}

/** Cuts an answer at its blank line; without one all of it is body. */
export function parseHead(bytes: Buffer): { head: string[]; body: Buffer } {
  const end = bytes.indexOf("\r\n\r\n");
  if (end < 0) return { head: [], body: bytes };
  const head = bytes.toString("latin1", 0, end).split("\r\n");
  return { head, body: bytes.subarray(end + 4) };
}
