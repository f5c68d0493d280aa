// Starts of whole processes, timed from outside as a web server would.
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cgiEnvironment } from "../cgi-environment.ts";
import { EXIT } from "../exit-codes.ts";
import type { LoadTime } from "../loading/load-times.ts";
import { StatusError } from "../status-error.ts";

const COMMAND = fileURLToPath(
  new URL("../../../bin/tsgi-cgi", import.meta.url),
);
const HOOK = fileURLToPath(new URL("../../load-times.cjs", import.meta.url));

/** A program to start. */
export interface Start {
  /** How an error calls it. */
  readonly name: string;
  /** Arguments of node. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Whom it runs as, where that is not us. */
  readonly identity?: Identity | undefined;
}

/** Somebody else than we are. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/** A program that is no CGI program. */
export function plain(
  name: string,
  file: string,
  env: Readonly<Record<string, string>> = {},
): Start {
  return { name, args: [file], env: { ...cgiEnvironment(), ...env } };
}

/** `application` as the first line of a script has it served. @param env the variables of the request, and options */
export function served(
  name: string,
  application: string,
  env: Readonly<Record<string, string>>,
): Start {
  return {
    name,
    args: [COMMAND, application],
    env: { ...cgiEnvironment(), ...env },
  };
}

/**
 * Milliseconds from the start of a process to its end, what it says being read.
 *
 * @throws {StatusError} where it fails, or answers with an error of the server
 */
export async function timed(
  start: Start,
  signal: AbortSignal,
): Promise<number> {
  const since = performance.now();
  const child = spawn(process.execPath, start.args, {
    ...start.identity,
    env: start.env,
    stdio: ["ignore", "pipe", "pipe"],
    signal,
  });
  const [status, output, errors] = await ended(child);
  const ms = performance.now() - since;
  const answer = /^Status: (5[0-9]{2} .*)\r$/m.exec(output)?.[1];
  if (status !== 0 || answer !== undefined) {
    throw failure(start.name, status, answer, errors);
  }
  return ms;
}

/** What each module takes in one start: more than it does without being watched. @param folder one of ours */
export async function watched(
  start: Start,
  folder: string,
  signal: AbortSignal,
): Promise<readonly LoadTime[]> {
  const file = join(folder, "times.json");
  const args = ["--require", HOOK, ...start.args];
  const env = { ...start.env, BENCH_COLD_RECORD: file };
  await timed({ ...start, args, env }, signal);
  return JSON.parse(readFileSync(file, "utf8"));
}

function ended(
  child: ChildProcess,
): Promise<[status: number | null, output: string, errors: string]> {
  let output = "";
  let errors = "";
  child.stdout?.setEncoding("latin1").on("data", (text) => {
    output += text;
  });
  child.stderr?.setEncoding("utf8").on("data", (text) => {
    errors += text;
  });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (status) => resolve([status, output, errors]));
  });
}

function failure(
  name: string,
  status: number | null,
  answer: string | undefined,
  errors: string,
): StatusError {
  const how =
    answer === undefined
      ? `ended with status ${status ?? "unknown, by a signal"}`
      : `answered "${answer}"`;
  const why = errors === "" ? "" : `:\n${errors.trimEnd()}`;
  return new StatusError(
    status || EXIT.FAILURE,
    `Cannot measure ${name}: a request for / ${how}${why}`,
  );
}
