// tsgi-fcgi --daemon: the process in the foreground, and the one it leaves.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { atEnd } from "../support/at-end.ts";
import { type CommandOptions, folder, type Outcome, run } from "./command.ts";
import { APPLICATION, bodyFrom } from "./responding.ts";
import { lives } from "./supervising.ts";

/** A daemon of a site of its own; it is killed after the test. */
async function daemon(
  t: TestContext,
  application: string,
  args: readonly string[] = [],
  options: CommandOptions = {},
): Promise<{ outcome: Outcome; root: string; socket: string }> {
  const root = folder(t, { "app.mjs": application });
  const pidFile = join(root, "app.pid");
  atEnd(t, async () => {
    if (existsSync(pidFile))
      await killed(Number(readFileSync(pidFile)), "SIGKILL");
  });
  const all = ["--daemon", "--pid-file", "app.pid", "--socket", "s", ...args];
  const outcome = await run(t, "tsgi-fcgi", [...all, "app.mjs"], {
    cwd: root,
    ...options,
  });
  return { outcome, root, socket: join(root, "s") };
}

/** Resolves when it has ended: it is no child of ours, so there is no event. */
async function killed(pid: number, signal: NodeJS.Signals): Promise<void> {
  process.kill(pid, signal);
  while (existsSync(`/proc/${pid}/fd/0`)) await new Promise(setImmediate);
}

test("tsgi-fcgi --daemon ends with 0 when the process in the background serves", async (t) => {
  const { outcome, root, socket } = await daemon(t, APPLICATION);
  assert.deepEqual(outcome, {
    status: 0,
    signal: null,
    stdout: "",
    stderr: "",
  });
  const pid = Number(readFileSync(join(root, "app.pid"), "utf8"));
  assert.equal((await bodyFrom(socket)).pid, pid);
  // Of a session of its own: no terminal can end it.
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const [, , , session] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  assert.equal(Number(session), pid);
  await killed(pid, "SIGTERM");
  assert.equal(existsSync(socket), false);
  assert.equal(existsSync(join(root, "app.pid")), false);
});

for (const [what, application, status, message] of [
  [
    "an application that throws",
    "throw new Error('boom')",
    66,
    /^tsgi-fcgi: Cannot load .*app\.mjs: it threw Error: boom\nError: boom\n {4}at /,
  ],
  [
    "an application that fails while it is loaded",
    "setImmediate(() => { throw new Error('later') }); await new Promise(() => setTimeout(() => {}, 60_000))",
    66,
    /later/,
  ],
  [
    "an application that kills its process",
    "process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})",
    1,
    /^tsgi-fcgi: Cannot serve: the process in the background ended with status 1; start it without --daemon to see why\n$/,
  ],
] as const) {
  test(`tsgi-fcgi --daemon tells of ${what}, and ends with ${status}`, async (t) => {
    const { outcome } = await daemon(t, application);
    assert.match(outcome.stderr, message);
    assert.equal(outcome.status, status);
  });
}

test("tsgi-fcgi --daemon tells of an address it cannot have", async (t) => {
  const { outcome } = await daemon(t, APPLICATION, ["--socket", "no/s"]);
  assert.match(
    outcome.stderr,
    /^tsgi-fcgi: Cannot listen on .*no\/s: its directory does not exist; make it first\n$/,
  );
  assert.equal(outcome.status, 69);
});

test("tsgi-fcgi --daemon leaves in --log-file what Node and the application print, too", async (t) => {
  const dies = `console.log("printed");
export default () => { process.abort(); };`;
  const { root, socket } = await daemon(t, dies, ["--log-file", "log"]);
  const pid = Number(readFileSync(join(root, "app.pid"), "utf8"));
  await assert.rejects(bodyFrom(socket));
  while (lives(pid)) await new Promise(setImmediate);
  const log = readFileSync(join(root, "log"), "utf8");
  assert.match(log, /^printed$/m);
  assert.match(log, /"msg":"listening on /);
  // The native stack, where this build of Node prints one.
  assert.match(log, /node::Abort|Native stack trace/);
});

test("tsgi-fcgi --daemon tells of a log it cannot open", async (t) => {
  const args = ["--log-file", "no/log"];
  const { outcome } = await daemon(t, APPLICATION, args);
  assert.match(outcome.stderr, /Cannot open the file of --log-file: ENOENT/);
  assert.equal(outcome.status, 78);
});

test("tsgi-fcgi takes --daemon from the environment, once", async (t) => {
  const { outcome, socket } = await daemon(t, APPLICATION, ["--no-lint"], {
    env: { TSGI_DAEMON: "on" },
  });
  assert.equal(outcome.status, 0, outcome.stderr);
  await bodyFrom(socket);
});

test("tsgi-fcgi refuses --daemon where a web server has left its socket", async (t) => {
  const root = folder(t, { "app.mjs": APPLICATION });
  const server = createServer().listen(join(root, "web"));
  await once(server, "listening");
  atEnd(t, () => void server.close());
  const { status, stderr } = await run(
    t,
    "tsgi-fcgi",
    ["--daemon", "app.mjs"],
    {
      cwd: root,
      stdin: server,
    },
  );
  assert.equal(
    stderr,
    "tsgi-fcgi: Cannot run in the background: a web server has left its socket on descriptor 0, and it starts and ends this very process; leave --daemon out\n",
  );
  assert.equal(status, 2);
});
