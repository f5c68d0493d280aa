// spawn-fcgi binds the socket, becomes a user, and leaves the process in the background.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { atEnd } from "../support/at-end.ts";
import { roundTrip } from "../support/peer.ts";
import { find, Sandbox } from "../support/servers/sandbox.ts";
import { gone } from "./processes.ts";

const program = find("spawn-fcgi");
// Under CI it has to be there.
const skip = program === undefined && process.env.CI !== "true";
const options = { skip: skip ? "spawn-fcgi is not installed" : false };

const APPLICATION = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  const { HOME } = process.env;
  return JSON.stringify({ pid: process.pid, uid: process.getuid(), HOME, ppid: process.ppid });
};
`;

/** What has been left in the background. */
interface Spawned {
  readonly sandbox: Sandbox;
  readonly socket: string;
  readonly pids: readonly number[];
}

function spawnFcgi(
  t: TestContext,
  own: readonly string[],
  args: readonly string[],
): Spawned {
  const sandbox = new Sandbox();
  const { app, run, account, env } = sandbox;
  sandbox.write("app/package.json", '{ "type": "module" }');
  sandbox.write("app/app.js", APPLICATION);
  const [socket, pidFile] = [join(run, "app.sock"), join(run, "app.pid")];
  const user = account ? ["-u", account.user, "-g", account.group] : [];
  atEnd(t, async () => {
    for (const pid of pidsIn(pidFile)) await ended(pid, "SIGTERM");
    sandbox.remove();
  });
  execFileSync(
    program ?? "spawn-fcgi",
    [
      ...["-s", socket, "-M", "0660", "-P", pidFile, ...user, ...own, "--"],
      join(app, "node_modules/.bin/tsgi-fcgi"),
      ...["--log-level", "silent", ...args, join(app, "app.js")],
    ],
    { env },
  );
  return { sandbox, socket, pids: pidsIn(pidFile) };
}

function pidsIn(file: string): number[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").filter(Boolean).map(Number);
}

async function ended(pid: number, signal: NodeJS.Signals): Promise<void> {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
  await gone(pid);
}

async function answerOf(socket: string): Promise<Record<string, unknown>> {
  const { stdout } = await roundTrip(socket, { REQUEST_URI: "/" });
  const [head = "", body = ""] = `${stdout}`.split("\r\n\r\n");
  assert.match(head, /Status: 200 OK/);
  return JSON.parse(body);
}

test(
  "a process of spawn-fcgi serves the socket on descriptor 0, as the user it has become",
  options,
  async (t) => {
    const { sandbox, socket, pids } = spawnFcgi(t, [], []);
    assert.equal(pids.length, 1);
    const { pid, uid, HOME } = await answerOf(socket);
    assert.equal(pid, pids[0]);
    const { account } = sandbox;
    assert.equal(uid, account?.uid ?? process.getuid?.());
    // It passes nothing but PATH on.
    assert.ok(HOME);
    assert.equal(statSync(socket).mode & 0o777, 0o660);
    await ended(Number(pid), "SIGTERM");
  },
);

test(
  "several processes of spawn-fcgi share a socket, and one serves when the other is killed",
  options,
  async (t) => {
    const { socket, pids } = spawnFcgi(t, ["-F", "2"], []);
    assert.equal(pids.length, 2);
    const [first = 0, second = 0] = pids;
    await answerOf(socket);
    await ended(first, "SIGKILL");
    assert.equal((await answerOf(socket)).pid, second);
  },
);

test(
  "a supervisor of spawn-fcgi hands the socket to its workers",
  options,
  async (t) => {
    const { socket, pids } = spawnFcgi(t, [], ["--workers", "2"]);
    const { pid, ppid } = await answerOf(socket);
    assert.equal(ppid, pids[0]);
    // Until then one that dies fails the start of all; its title tells.
    const title = `/proc/${ppid}/cmdline`;
    while (!readFileSync(title, "utf8").includes("2 workers")) await delay(10);
    process.kill(Number(pid), "SIGKILL");
    await gone(Number(pid));
    const after = await answerOf(socket);
    assert.equal(after.ppid, pids[0]);
    assert.notEqual(after.pid, pid);
  },
);
