// The command `tsgi` as a process.
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { atEnd } from "../support/at-end.ts";

const TSGI = fileURLToPath(new URL("../../bin/tsgi", import.meta.url));

/** An application that tells what it was asked. */
export const ECHO = `
export default async (environ, startResponse) => {
  const body = Buffer.from(await environ["tsgi.input"].read()).toString("latin1");
  startResponse(environ.HTTP_X_STATUS ?? "200 OK", [["Content-Type", "text/plain"], ["X-Path", environ.PATH_INFO]]);
  environ["tsgi.errors"].write("reported\\n");
  const { REQUEST_METHOD, QUERY_STRING, CONTENT_TYPE, CONTENT_LENGTH, HTTP_X_A, EXTRA } = environ;
  const all = { REQUEST_METHOD, QUERY_STRING, CONTENT_TYPE, CONTENT_LENGTH, HTTP_X_A, EXTRA, body };
  return Buffer.from(JSON.stringify(all), "latin1");
};
`;

/** A fresh folder, removed after the test. */
export function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "tsgi-test-"));
  atEnd(t, () => rmSync(path, { recursive: true, force: true }));
  return path;
}

export type TsgiProcess = ChildProcessByStdio<Writable, Readable, Readable>;

/** Starts it, with a folder of its own for temporary files; it is killed after the test. */
export function start(
  t: TestContext,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): TsgiProcess {
  const child = spawn(process.execPath, [TSGI, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const closed = once(child, "close");
  atEnd(t, async () => {
    child.kill("SIGKILL");
    await closed;
  });
  child.stdin.on("error", () => {});
  return child;
}

/** All a command has to say, and how it ended. */
export interface Outcome {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs it to its end. @param input its standard input */
export async function run(
  t: TestContext,
  args: readonly string[],
  { input = "", env }: { input?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  const child = start(t, args, env);
  child.stdin.end(input);
  const closed = once(child, "close");
  const [stdout, stderr] = await Promise.all([
    buffer(child.stdout),
    buffer(child.stderr),
  ]);
  const [status] = await closed;
  return {
    status,
    stdout: stdout.toString("latin1"),
    stderr: stderr.toString("utf8"),
  };
}
