// What tsgi-fcgi says of requests that take long, and of an event loop that stands still.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Peer, request, roundTrip } from "../support/peer.ts";
import { type Command, folder, start } from "./command.ts";
import { listening } from "./responding.ts";

const APPLICATION = `import { execSync } from "node:child_process";

function spin(ms) {
  const end = Date.now() + ms;
  while (Date.now() < end);
}

export default async (environ, startResponse) => {
  const [, what, argument] = environ.PATH_INFO.split("/");
  if (what === "spin") spin(Number(argument));
  if (what === "forever") for (;;);
  if (what === "exec") execSync("sleep " + argument);
  if (what === "wait") await new Promise((resolve) => setTimeout(resolve, Number(argument)));
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};
`;

interface Watched {
  readonly command: Command;
  readonly socket: string;
}

async function serving(
  t: TestContext,
  args: readonly string[],
  { name = "app.mjs", text = APPLICATION, node = [] as string[] } = {},
): Promise<Watched> {
  const root = folder(t, { [name]: text });
  const socket = join(root, "s");
  const command = start(
    t,
    "tsgi-fcgi",
    ["--socket", socket, "--allow-root", ...args, join(root, name)],
    { env: node.length > 0 ? { NODE_OPTIONS: node.join(" ") } : {} },
  );
  await listening(command);
  return { command, socket };
}

function app(t: TestContext): string {
  return join(folder(t, { "app.mjs": APPLICATION }), "app.mjs");
}

/** The fields of lines of a log with this code. */
function records(
  stderr: string,
  code: string,
): Readonly<Record<string, unknown>>[] {
  return stderr
    .split("\n")
    .filter((line) => line.includes(`"code":"${code}"`))
    .map((line) => JSON.parse(line));
}

async function stop({ command }: Watched): Promise<string> {
  command.child.kill("SIGTERM");
  return (await command.ended).stderr;
}

for (const [what, node] of [
  ["", []],
  [
    ", also with an inspector",
    ["--inspect=127.0.0.1:0", "--inspect-publish-uid=http"],
  ],
] as const) {
  test(`tsgi-fcgi tells who blocks it, within twice --slow${what}`, async (t) => {
    const watched = await serving(t, ["--slow", "500ms"], { node: [...node] });
    const target = { PATH_INFO: "/spin/2000", REQUEST_URI: "/spin/2000?a\n" };
    await roundTrip(watched.socket, target);
    await roundTrip(watched.socket);
    const [record, ...more] = records(await stop(watched), "BLOCKED");
    assert.deepEqual(more, []);
    assert.match(
      String(record?.msg),
      /^Cannot answer any request: this process has been busy for 0\.\d s at spin \(.*app\.mjs:5:\d+\), while GET \/spin\/2000\?a\\x0a \(\d+ ms\) runs$/,
    );
    assert.ok(Number(record?.blockedMs) < 1_000, `${record?.blockedMs}`);
    const stack = record?.stack as readonly string[];
    assert.equal(stack.length, 2);
    assert.match(String(stack[1]), /app\.mjs:10:\d+\)$/);
  });
}

test("tsgi-fcgi ends a process that is blocked for --block-timeout", async (t) => {
  const args = ["--slow", "300ms", "--block-timeout", "1s"];
  const { command, socket } = await serving(t, args);
  const peer = await Peer.connect(socket);
  await peer.send(request({ PATH_INFO: "/forever" }));
  const { signal, stderr } = await command.ended;
  assert.equal(signal, "SIGKILL");
  const [told, ended, ...more] = records(stderr, "BLOCKED");
  assert.deepEqual(more, []);
  assert.match(String(told?.msg), /app\.mjs:11:\d+\), while GET \//);
  assert.equal(ended?.level, 60);
  assert.match(String(ended?.msg), /\(--block-timeout\), and is ended by/);
  peer.close();
});

test("tsgi-fcgi tells of a call that waits outside of JavaScript, and who made it when it returns", async (t) => {
  const watched = await serving(t, ["--slow", "300ms"]);
  await roundTrip(watched.socket, { PATH_INFO: "/exec/2" });
  await roundTrip(watched.socket);
  const [silent, found] = records(await stop(watched), "BLOCKED");
  assert.match(
    String(silent?.msg),
    /outside of JavaScript: it waits in a call/,
  );
  assert.match(String(found?.msg), /app\.mjs:12:\d+\), while GET \//);
});

test("tsgi-fcgi tells who blocks it in the file of --log-file", async (t) => {
  const root = folder(t);
  const file = join(root, "log");
  const args = ["--slow", "300ms", "--log-file", file];
  const command = start(
    t,
    "tsgi-fcgi",
    ["--socket", "s", "--allow-root", ...args, app(t)],
    { cwd: root },
  );
  const socket = join(root, "s");
  while (!existsSync(socket)) await new Promise(setImmediate);
  await roundTrip(socket, { PATH_INFO: "/spin/1500" });
  await roundTrip(socket);
  assert.doesNotMatch(await stop({ command, socket }), /BLOCKED/);
  const found = records(readFileSync(file, "utf8"), "BLOCKED");
  assert.match(String(found[0]?.msg), /app\.mjs:5:\d+\)/);
});

test("tsgi-fcgi names the lines of TypeScript", async (t) => {
  const text = `interface Unused { readonly a: string }

type Environ = { readonly PATH_INFO: string };

export default (environ: Environ, startResponse: (status: string, headers: [string, string][]) => void): string => {
  const end: number = Date.now() + Number(environ.PATH_INFO.slice(1));
  while (Date.now() < end);
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};
`;
  const watched = await serving(t, ["--slow", "300ms"], {
    name: "app.mts",
    text,
  });
  await roundTrip(watched.socket, { PATH_INFO: "/1500" });
  await roundTrip(watched.socket);
  const [record] = records(await stop(watched), "BLOCKED");
  assert.match(String(record?.msg), /app\.mts:7:\d+\)?, while GET \//);
});

test("tsgi-fcgi does not take a process for blocked that was stopped", async (t) => {
  const watched = await serving(t, ["--slow", "1s", "--block-timeout", "2s"]);
  const { child } = watched.command;
  await roundTrip(watched.socket);
  child.kill("SIGSTOP");
  // As long as it takes to be taken for it.
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  child.kill("SIGCONT");
  await roundTrip(watched.socket);
  assert.deepEqual(records(await stop(watched), "BLOCKED"), []);
  assert.equal((await watched.command.ended).status, 0);
});

test("tsgi-fcgi logs a request once that waits for longer than --slow", async (t) => {
  const watched = await serving(t, ["--slow", "200ms"]);
  await roundTrip(watched.socket, { PATH_INFO: "/wait/1000" });
  const found = records(await stop(watched), "SLOW");
  assert.equal(found.length, 1);
  assert.equal(found[0]?.request, "GET /");
  assert.ok(Number(found[0]?.durationMs) >= 200);
});

test("tsgi-fcgi neither tells nor ends anything with --slow 0 and --block-timeout 0", async (t) => {
  const args = ["--slow", "0", "--block-timeout", "0"];
  const watched = await serving(t, args);
  await roundTrip(watched.socket, { PATH_INFO: "/spin/2500" });
  const stderr = await stop(watched);
  assert.doesNotMatch(stderr, /BLOCKED|SLOW/);
});
