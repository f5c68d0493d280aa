// --access-log and --log-file: written by the process that serves, opened anew on SIGUSR2.
import assert from "node:assert/strict";
import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  watch,
} from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { run, start } from "./command.ts";
import { ask } from "./programs.ts";
import { listening, site } from "./responding.ts";

/** Resolves when the file is there. */
async function appears(path: string): Promise<void> {
  const watcher = watch(dirname(path));
  const there = new Promise<void>((resolve) => {
    watcher.on("change", () => {
      if (existsSync(path)) resolve();
    });
  });
  if (!existsSync(path)) await there;
  watcher.close();
}

/** Whether a process has the file open. */
function isOpen(path: string, pid: string): boolean {
  const folder = `/proc/${pid}/fd`;
  return readdirSync(folder).some((name) => {
    const link = join(folder, name);
    return existsSync(link) && readlinkSync(link) === path;
  });
}

function targetsIn(path: string): string[] {
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line).target);
}

test("tsgi-fcgi writes an access log, which may be moved away", async (t) => {
  const { app, socket, root } = site(t);
  const log = join(root, "access.log");
  const args = ["--access-log", log, "--access-log-format", "json"];
  const command = start(t, "tsgi-fcgi", ["--socket", socket, ...args, app]);
  await listening(command);
  await ask(socket, { REQUEST_URI: "/one" });
  renameSync(log, `${log}.1`);
  command.child.kill("SIGUSR2");
  await appears(log);
  await ask(socket, { REQUEST_URI: "/two" });
  command.child.kill("SIGTERM");
  await command.ended;
  assert.deepEqual(targetsIn(`${log}.1`), ["/one"]);
  assert.deepEqual(targetsIn(log), ["/two"]);
});

test("tsgi-fcgi writes the access log to standard output for -, with the id of each request", async (t) => {
  const { app, socket } = site(t);
  const args = ["--access-log", "-", "--access-log-format", "timed"];
  const command = start(t, "tsgi-fcgi", [
    "--socket",
    socket,
    ...args,
    "--request-id",
    app,
  ]);
  await listening(command);
  await ask(socket, { HTTP_X_REQUEST_ID: "abc-1" });
  command.child.kill("SIGTERM");
  const { stdout } = await command.ended;
  assert.match(stdout, /^- - - \[.*" 200 \d+ "-" "-" \d+\.\d{3} abc-1\n$/);
});

test("tsgi-fcgi writes what waits of its access log when it ends by an error", async (t) => {
  const { app, socket, root } = site(t);
  const log = join(root, "access.log");
  const args = ["--socket", socket, "--access-log", log, app];
  const command = start(t, "tsgi-fcgi", args);
  await listening(command);
  await ask(socket);
  command.child.kill("SIGQUIT");
  await command.ended;
  assert.match(readFileSync(log, "utf8"), /"GET \S+ HTTP\/1\.1" 200 /);
});

test("tsgi-fcgi drops lines of an access log that a full disk does not take, says so, and serves", async (t) => {
  const { app, socket } = site(t);
  const args = ["--socket", socket, "--access-log", "/dev/full", app];
  const command = start(t, "tsgi-fcgi", args);
  await listening(command);
  for (let count = 0; count < 3; count++) {
    assert.equal((await ask(socket)).status, 200);
  }
  assert.match(await command.logged(), /^the access log cannot be written/);
  assert.equal((await ask(socket)).status, 200);
});

test("tsgi-fcgi logs to a file of its own, which may be moved away", async (t) => {
  const { app, socket, root } = site(t);
  const log = join(root, "tsgi.log");
  const args = ["--socket", socket, "--log-file", "tsgi.log", app];
  const command = start(t, "tsgi-fcgi", args, { cwd: root });
  await appears(socket);
  await ask(socket);
  renameSync(log, `${log}.1`);
  command.child.kill("SIGUSR2");
  await appears(log);
  command.child.kill("SIGTERM");
  const { stderr } = await command.ended;
  assert.equal(stderr, "");
  const messages = [`${log}.1`, log].map((path) =>
    readFileSync(path, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).msg),
  );
  assert.match(messages[0]?.at(-1), /^listening on/);
  assert.equal(messages[1]?.at(-1), "stopped");
});

test("a supervisor and its workers log to one file, which may be moved away", async (t) => {
  const { app, socket, root } = site(t);
  const log = join(root, "tsgi.log");
  const args = ["--socket", socket, "--log-file", log, "--workers", "2", app];
  const command = start(t, "tsgi-fcgi", args);
  await appears(socket);
  while (!readFileSync(log, "utf8").includes("listening on"));
  renameSync(log, `${log}.1`);
  command.child.kill("SIGUSR2");
  await appears(log);
  // Workers hear of it a moment later.
  const { pid } = command.child;
  const children = `/proc/${pid}/task/${pid}/children`;
  const workers = readFileSync(children, "utf8").trim().split(" ");
  while (workers.some((worker) => isOpen(`${log}.1`, worker)));
  await ask(socket, { PATH_INFO: "/late" });
  while (!readFileSync(log, "utf8").includes("has left"));
  command.child.kill("SIGTERM");
  assert.equal((await command.ended).stderr, "");
  const after = readFileSync(log, "utf8");
  assert.match(after, /"code":"UNCAUGHT"/);
  assert.match(after, /is to be replaced: uncaught/);
  assert.match(after, /"msg":"stopped"/);
  assert.doesNotMatch(readFileSync(`${log}.1`, "utf8"), /replaced|stopped/);
});

test("tsgi-fcgi goes on logging to standard error where the disk is full", async (t) => {
  const { app, socket } = site(t);
  const args = ["--socket", socket, "--log-file", "/dev/full", app];
  const command = start(t, "tsgi-fcgi", args);
  await appears(socket);
  await ask(socket);
  command.child.kill("SIGTERM");
  const { stderr } = await command.ended;
  assert.match(
    stderr,
    /^tsgi-fcgi: Cannot write to \/dev\/full: ENOSPC.*goes on here\n\{/,
  );
  assert.match(stderr, /"msg":"stopped"/);
});

test("tsgi-fcgi does not start with a log it cannot open", async (t) => {
  const { app, socket, root } = site(t);
  for (const option of ["--access-log", "--log-file"]) {
    const args = ["--socket", socket, option, join(root, "no/log"), app];
    const { status, stderr } = await run(t, "tsgi-fcgi", args);
    assert.equal(status, 78, stderr);
    assert.match(
      stderr,
      new RegExp(`Cannot open the file of ${option}: ENOENT`),
    );
  }
  assert.deepEqual(readdirSync(root), ["app.mjs"]);
});
