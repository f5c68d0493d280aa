// Programs which were not written for TSGI, served by both commands.
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { FcgiClient } from "../../src/client/fastcgi.ts";
import {
  CGI_VARIABLES,
  type Command,
  type Files,
  folder,
  run,
  start,
} from "./command.ts";

export const VARIABLES: Readonly<Record<string, string>> = {
  ...CGI_VARIABLES,
  HTTP_HOST: "localhost",
};
const MODULES = fileURLToPath(new URL("../../node_modules", import.meta.url));

/** What a program answered, and what the command said besides. */
export interface Served {
  readonly status: number;
  readonly body: string;
  /** The messages of tsgi-fcgi's log before it listened; lines on standard error of tsgi-cgi. */
  readonly notes: readonly string[];
}

/** A folder with these files, and the packages of this repository. */
export function project(t: TestContext, files: Files): string {
  const root = folder(t, files);
  symlinkSync(MODULES, join(root, "node_modules"));
  return root;
}

/** A request to `args`, the last of them the application. */
export type Serve = (
  t: TestContext,
  root: string,
  args: readonly string[],
) => Promise<Served>;

/** By tsgi-cgi. */
export const overCgi: Serve = async (t, root, args) => {
  const { stdout, stderr } = await run(t, "tsgi-cgi", args, {
    env: VARIABLES,
    cwd: root,
  });
  const [head = "", ...rest] = stdout.split("\r\n\r\n");
  return {
    status: Number(/^Status: ([0-9]+)/m.exec(head)?.[1]),
    body: rest.join("\r\n\r\n"),
    notes: stderr.split("\n").filter(Boolean),
  };
};

/** By tsgi-fcgi. */
export const overFastcgi: Serve = async (t, root, args) => {
  const { command, notes } = await respond(t, root, args);
  const { status, body } = await ask(join(root, "s"));
  command.child.kill("SIGKILL");
  return { status, body, notes };
};

/** A `tsgi-fcgi` that listens on the socket `s` of the folder. */
export async function respond(
  t: TestContext,
  root: string,
  args: readonly string[],
): Promise<{ command: Command; notes: readonly string[] }> {
  const command = start(t, "tsgi-fcgi", ["--socket", "s", ...args], {
    cwd: root,
  });
  const notes: string[] = [];
  for (;;) {
    const message = await command.logged();
    if (message.startsWith("listening on")) return { command, notes };
    notes.push(message);
  }
}

/** One request over FastCGI. */
export async function ask(
  path: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<{ status: number; body: string; errors: string }> {
  let errors = "";
  const response = await new FcgiClient({ path }).request({
    variables: { ...VARIABLES, ...variables },
    onErrors: (text) => {
      errors += Buffer.from(text).toString();
    },
  });
  const body = `${await buffer(response.body)}`;
  await response.ended;
  return { status: response.status, body, errors };
}
