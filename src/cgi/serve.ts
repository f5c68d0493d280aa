// CGI: one process, one request. Loads nothing that a hello does not need: start-up is its hot path.
import { fstatSync } from "node:fs";
import { END_SIGNALS } from "../common/end-signals.ts";
import { bodyLength } from "../common/environ.ts";
import { TsgiError } from "../common/errors.ts";
import { failurePage, incidentId } from "../common/failure.ts";
import type { Wait } from "../common/output.ts";
import { RequestLog } from "../common/request-log.ts";
import { Run } from "../common/run.ts";
import {
  type CommonOptions,
  type Settings,
  settingsFrom,
} from "../common/settings.ts";
import type { Application } from "../common/types.ts";
import type { Variables } from "../common/variables.ts";
import { cgiErrors } from "./errors.ts";
import { CgiStdin } from "./stdin.ts";
import { CgiStdout } from "./stdout.ts";
import { divertStrayOutput } from "./stray-output.ts";
import { cgiVariables, dropProxyVariable } from "./variables.ts";

/** How to serve CGI. */
export interface CgiOptions extends CommonOptions {}

const MODEL = { multiprocess: true, runOnce: true, concurrent: false };
const USAGE = 2;
/** Milliseconds that an application may go on after a signal: web servers send SIGKILL after 2 or 3 seconds. */
const SIGNAL_GRACE_MS = 1_000;
/** Milliseconds to go on reading a body nobody wanted, which mod_cgid needs. */
const DISCARD_MS = 5_000;

/** Whether this process was started as a CGI program (RFC 3875, section 4.1.12). */
export function isCgi(): boolean {
  return process.env.REQUEST_METHOD !== undefined;
}

/**
 * Makes the process fit for an application that is not loaded yet: without HTTP_PROXY in its
 * environment, and with what it prints kept out of the response.
 */
export function prepareProcess(): void {
  dropProxyVariable();
  divertStrayOutput();
}

/**
 * Serves the request this process was started for, and ends the process: with status 0 after a
 * complete response, 1 when the application failed or the client left, 2 when it is no CGI program.
 * Where a read of the body is still waiting then, only SIGKILL ends it; the response is complete.
 * Options that make no sense are answered with 500 and named in the log.
 */
export async function serve(
  application: Application,
  options: CgiOptions = {},
): Promise<never> {
  let settings: Settings;
  try {
    settings = settingsFrom(options, MODEL);
  } catch (error) {
    return serveFailure(error as TsgiError);
  }
  return exchange(settings, (run) => run.serve(application));
}

/** Answers the request with the page for `error`, as when the application cannot be loaded, and ends with `status`. */
export async function serveFailure(
  error: TsgiError,
  options: CgiOptions = {},
  status = 1,
): Promise<never> {
  const settings = settingsFrom(options, MODEL);
  return exchange(settings, async (run) => run.refuse(error), status);
}

async function exchange(
  settings: Settings,
  action: (run: Run) => Wait,
  failureStatus = 1,
): Promise<never> {
  if (!isCgi()) {
    cgiErrors.write(
      "tsgi: Cannot serve: this is a CGI program and REQUEST_METHOD is not set; a web server starts it for each request\n",
    );
    process.exit(USAGE);
  }
  const variables = cgiVariables();
  prepareProcess();
  const stdin = new CgiStdin(stdinLength(variables));
  const stdout = new CgiStdout();
  const parts = { variables, body: stdin, errors: cgiErrors };
  const run = new Run(parts, stdout, settings);
  let terminates: TsgiError | undefined;
  for (const signal of END_SIGNALS) {
    process.on(signal, () => {
      if (terminates !== undefined) return;
      terminates = terminated(signal);
      run.abort(terminates);
      setTimeout(end, SIGNAL_GRACE_MS);
    });
  }
  let uncaught: unknown;
  process.on("uncaughtExceptionMonitor", (error) => {
    uncaught = error;
  });
  process.on("exit", () => {
    // process.exit(), an uncaught error, or nothing left to wait for: the client gets an answer.
    if (stdout.outcome !== undefined) return;
    run.refuse(gone(uncaught));
    process.exitCode ||= failureStatus;
  });
  await action(run);
  return end();

  async function end(): Promise<never> {
    if (terminates !== undefined && !stdout.hasBegun) {
      // Whoever sent it may still be waiting: the signal need not be the web server's.
      answer(stdout, terminates, variables);
    }
    const status = stdout.outcome === "completed" ? 0 : failureStatus;
    if (stdin.remaining > 0 && isSocket(0)) await discard(stdin, status);
    return exit(status, stdin);
  }
}

function answer(
  stdout: CgiStdout,
  error: TsgiError,
  variables: Variables,
): void {
  const incident = incidentId();
  const log = new RequestLog(cgiErrors, variables, new Set());
  log.failure(error, `incident ${incident}`);
  const { head, body } = failurePage(error, incident, false);
  try {
    stdout.start(head, body);
  } catch {
    // Nobody was.
  }
}

/** Apache passes a body it has de-chunked without telling its length. */
function stdinLength(variables: Variables): number {
  const { CONTENT_LENGTH, HTTP_TRANSFER_ENCODING } = variables;
  if (!CONTENT_LENGTH) {
    const isChunked = /\bchunked\b/i.test(HTTP_TRANSFER_ENCODING ?? "");
    return isChunked ? Number.POSITIVE_INFINITY : 0;
  }
  try {
    return bodyLength(CONTENT_LENGTH, "CONTENT_LENGTH") ?? 0;
  } catch {
    // The runner refuses the request for it.
    return 0;
  }
}

/** mod_cgid loses the answer of a program that leaves bytes unread on the socket they share. */
async function discard(stdin: CgiStdin, status: number): Promise<void> {
  const timer = setTimeout(() => exit(status, stdin), DISCARD_MS);
  try {
    while ((await stdin.next()) !== undefined);
  } catch {
    // Whatever keeps us from reading does not matter any more.
  }
  clearTimeout(timer);
}

/** All has been written, synchronously; timers, sockets and an open stdin must not keep us. */
function exit(status: number, stdin: CgiStdin): never {
  if (stdin.isReading) {
    // process.exit() would wait for the thread that waits for the body.
    process.emit("exit", status);
    process.kill(process.pid, "SIGKILL");
  }
  process.exit(status);
}

function isSocket(descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isSocket();
  } catch {
    return false;
  }
}

function gone(cause: unknown): TsgiError {
  return new TsgiError(
    "ENDED",
    "Cannot complete the response: the process ended before the application did",
    cause === undefined ? {} : { cause },
  );
}

function terminated(signal: NodeJS.Signals): TsgiError {
  return new TsgiError(
    "DISCONNECTED",
    `Cannot go on with the request: the web server, or whoever ends processes here, sent ${signal}`,
  );
}
