// Limits after which a process is replaced; here it is alone, so that it ends.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Peer, request, roundTrip } from "../support/peer.ts";
import { type Command, folder, start } from "./command.ts";
import { listening } from "./responding.ts";

const APPLICATION = `
const leak = [];
export default async (environ, startResponse) => {
  if (environ.PATH_INFO === "/leak") leak.push(Buffer.alloc(20 * 1024 * 1024, 1));
  if (environ.PATH_INFO === "/deaf") await new Promise(() => {});
  if (environ.PATH_INFO === "/body") await environ["tsgi.input"].read();
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};
`;

async function serving(
  t: TestContext,
  args: readonly string[],
): Promise<{ command: Command; socket: string }> {
  const root = folder(t, { "app.mjs": APPLICATION });
  const socket = join(root, "s");
  const app = join(root, "app.mjs");
  const command = start(t, "tsgi-fcgi", ["--socket", socket, ...args, app]);
  await listening(command);
  return { command, socket };
}

async function assertEnds(command: Command, why: RegExp): Promise<void> {
  assert.match(await command.logged(), why);
  const { status, signal } = await command.ended;
  assert.deepEqual({ status, signal }, { status: 0, signal: null });
}

test("C10.09 tsgi-fcgi ends with 0 after --max-requests, and answers what still runs", async (t) => {
  const args = ["--max-requests", "3", "--recycle-jitter", "0"];
  const { command, socket } = await serving(t, args);
  const peer = await Peer.connect(socket);
  const whole = request({ PATH_INFO: "/body" }, "late", { keep: false });
  await peer.send(whole.subarray(0, -14));
  for (let count = 0; count < 3; count++) await roundTrip(socket);
  assert.match(
    await command.logged(),
    /^3 requests are served \(--max-requests\): this process is to be replaced$/,
  );
  assert.equal(await command.logged(), "max-requests: finishing what runs");
  await peer.send(whole.subarray(-14));
  assert.match(`${(await peer.untilEnd()).stdout}`, /Status: 200 OK/);
  assert.equal((await command.ended).status, 0);
});

test("tsgi-fcgi ends with 0 before it has more than --max-memory", async (t) => {
  const { command, socket } = await serving(t, ["--max-memory", "200m"]);
  const ended = assertEnds(command, /m of memory are in use \(--max-memory\)/);
  let count = 0;
  try {
    for (; count < 20; count++) {
      await roundTrip(socket, { PATH_INFO: "/leak" });
    }
  } catch {
    // It listens no longer.
  }
  await ended;
  assert.ok(count < 10, `${count} requests`);
});

test("tsgi-fcgi ends with 0 after --max-age", async (t) => {
  const { command } = await serving(t, ["--max-age", "100ms"]);
  await assertEnds(command, /s have passed since the start \(--max-age\)/);
});

test("tsgi-fcgi ends with 0 when an application goes on after --request-timeout and --abort-grace", async (t) => {
  const args = ["--request-timeout", "50ms", "--abort-grace", "50ms"];
  const { command, socket } = await serving(t, args);
  const { stdout } = await roundTrip(socket, { PATH_INFO: "/deaf" });
  assert.match(`${stdout}`, /Status: 504 Gateway Timeout/);
  await assertEnds(command, /^an application goes on although its time /);
});

test("tsgi-fcgi goes on where an application goes on after its client has left", async (t) => {
  const args = ["--request-timeout", "60s", "--abort-grace", "0"];
  const { command, socket } = await serving(t, args);
  const peer = await Peer.connect(socket);
  await peer.send(request({ PATH_INFO: "/deaf" }));
  await roundTrip(socket);
  peer.close();
  for (let count = 0; count < 20; count++) await roundTrip(socket);
  assert.equal(command.child.exitCode, null);
});
