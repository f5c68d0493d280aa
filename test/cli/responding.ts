// A site that tsgi-fcgi serves, and requests to it.
import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { roundTrip } from "../support/peer.ts";
import { type Command, folder } from "./command.ts";

/** Tells who answered, in its ways as the path asks for. */
export const APPLICATION: string = `export default async (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  if (environ.PATH_INFO === "/body") await environ["tsgi.input"].read();
  if (environ.PATH_INFO === "/late") setTimeout(() => { throw new Error("late"); });
  if (environ.PATH_INFO === "/forever") await new Promise(() => {});
  const { SCRIPT_NAME, CONFIGURED } = environ;
  return JSON.stringify({ pid: process.pid, SCRIPT_NAME, CONFIGURED, role: environ.FCGI_ROLE });
};
`;

/** A folder with an application, and where its socket will be. */
export function site(t: TestContext): {
  root: string;
  app: string;
  socket: string;
} {
  const root = folder(t, { "app.mjs": APPLICATION });
  return { root, app: join(root, "app.mjs"), socket: join(root, "s") };
}

/** What the application tells. */
export async function bodyFrom(
  address: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Readonly<Record<string, unknown>>> {
  const { stdout } = await roundTrip(address, variables);
  const [head = "", body = ""] = `${stdout}`.split("\r\n\r\n");
  assert.match(head, /Status: 200 OK$/);
  return JSON.parse(body);
}

/** What follows "listening on", when its log comes to that. */
export async function listening(command: Command): Promise<string> {
  for (;;) {
    const message = await command.logged();
    const [, address] = /^listening on (.+)$/.exec(message) ?? [];
    if (address !== undefined) return address;
  }
}
