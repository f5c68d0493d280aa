// --status-path and --ping-path, of a process that is alone.
import assert from "node:assert/strict";
import { test } from "node:test";
import { run, start } from "./command.ts";
import { ask } from "./programs.ts";
import { listening, site } from "./responding.ts";

const STATUS = { PATH_INFO: "/-/status", REQUEST_URI: "/-/status" };

test("tsgi-fcgi tells its status, whose totals are the requests there were", async (t) => {
  const { app, socket } = site(t);
  const args = ["--socket", socket, "--status-path", "/-/status", app];
  const command = start(t, "tsgi-fcgi", args);
  await listening(command);
  const local = { ...STATUS, REMOTE_ADDR: "127.0.0.1" };
  await ask(socket, local);
  for (let count = 0; count < 5; count++) await ask(socket);
  const { status, body } = await ask(socket, local);
  assert.equal(status, 200);
  const told = JSON.parse(body);
  assert.equal(told.application, app);
  assert.equal(told.totals.total, 5);
  assert.equal(told.totals.byClass[2], 5);
  const [worker] = told.workers;
  assert.equal(worker.pid, command.child.pid);
  assert.deepEqual(
    [worker.worker, worker.running, worker.state, worker.connections],
    [0, 0, "serving", 1],
  );
  // The application answers a stranger.
  const stranger = { ...STATUS, REMOTE_ADDR: "192.0.2.1" };
  assert.match((await ask(socket, stranger)).body, /"pid":/);
});

test("tsgi-fcgi answers a ping below its mount point, though all turns are taken", async (t) => {
  const { app, socket } = site(t);
  const args = ["--ping-path", "/ping", "--mount", "/app"];
  const command = start(t, "tsgi-fcgi", [
    "--socket",
    socket,
    ...args,
    "--max-concurrency",
    "1",
    app,
  ]);
  await listening(command);
  const hanging = ask(socket, { REQUEST_URI: "/app/forever" });
  hanging.catch(() => {});
  const ping = { REQUEST_URI: "/app/ping", REMOTE_ADDR: "::1" };
  assert.equal((await ask(socket, ping)).body, "pong\n");
});

test("tsgi-fcgi refuses paths and clients that make no sense", async (t) => {
  const { app, socket } = site(t);
  const cases = [
    ["--status-path", "status"],
    ["--ping-path", "/ping?x"],
    ["--status-allow", "10.0.0.0/40"],
  ];
  for (const args of cases) {
    const { status, stderr } = await run(t, "tsgi-fcgi", [
      "--socket",
      socket,
      ...args,
      app,
    ]);
    assert.equal(status, 2, stderr);
    assert.match(stderr, new RegExp(`Cannot use ${args[0]}`));
  }
});
