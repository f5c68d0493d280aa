// With the real systemd-notify, and a real datagram socket.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SystemdNotifier } from "../../src/host/systemd.ts";
import { folder } from "../cli/command.ts";
import { find } from "../support/servers/sandbox.ts";
import { notifySocket } from "./datagrams.ts";

const missing = ["systemd-notify", "perl"].find((name) => !find(name));
const needed = { skip: missing && `${missing} is not installed` };
const { PATH } = process.env;

test("SystemdNotifier tells of every state in its order", needed, async (t) => {
  const socket = await notifySocket(t);
  const environment: NodeJS.ProcessEnv = {
    PATH,
    NOTIFY_SOCKET: socket.path,
    WATCHDOG_USEC: "60000000",
    WATCHDOG_PID: `${process.pid}`,
  };
  const notifier = SystemdNotifier.take(environment, assert.fail);
  // What the application starts cannot speak for it.
  assert.deepEqual(environment, { PATH });
  const before = process.hrtime.bigint() / 1_000n;
  notifier?.tell("ready", "serving\napp.js");
  notifier?.tell("reloading", "a new generation");
  await notifier?.tell("stopping", "SIGTERM");
  assert.deepEqual(await socket.next(), {
    READY: "1",
    MAINPID: `${process.pid}`,
    STATUS: "serving app.js",
  });
  const { MONOTONIC_USEC, ...reloading } = await socket.next();
  assert.deepEqual(reloading, { RELOADING: "1", STATUS: "a new generation" });
  assert.ok(BigInt(MONOTONIC_USEC ?? 0) >= before);
  assert.deepEqual(await socket.next(), { STOPPING: "1", STATUS: "SIGTERM" });
});

test(
  "SystemdNotifier keeps the watchdog quiet, and lets it go when it stops",
  needed,
  async (t) => {
    const socket = await notifySocket(t);
    const notifier = SystemdNotifier.take(
      { PATH, NOTIFY_SOCKET: socket.path, WATCHDOG_USEC: "100000" },
      assert.fail,
    );
    // The timer alone would not keep this process.
    const alive = setInterval(() => {}, 1_000);
    assert.deepEqual(await socket.next(), { WATCHDOG: "1" });
    assert.deepEqual(await socket.next(), { WATCHDOG: "1" });
    clearInterval(alive);
    await notifier?.tell("stopping", "SIGTERM");
    let last = await socket.next();
    while (last.WATCHDOG !== undefined) last = await socket.next();
    assert.equal(last.STOPPING, "1");
  },
);

test(
  "SystemdNotifier leaves a watchdog of another process alone",
  needed,
  async (t) => {
    const socket = await notifySocket(t);
    const notifier = SystemdNotifier.take(
      {
        PATH,
        NOTIFY_SOCKET: socket.path,
        WATCHDOG_USEC: "1000",
        WATCHDOG_PID: "1",
      },
      assert.fail,
    );
    await notifier?.tell("ready", "a");
    await notifier?.tell("ready", "b");
    assert.equal((await socket.next()).STATUS, "a");
    assert.equal((await socket.next()).STATUS, "b");
  },
);

test("SystemdNotifier is not needed where nobody wants to know", () => {
  assert.equal(SystemdNotifier.take({}, assert.fail), undefined);
  const environment = { NOTIFY_SOCKET: "" };
  assert.equal(SystemdNotifier.take(environment, assert.fail), undefined);
});

test("SystemdNotifier tells once where systemd-notify is not installed", async (t) => {
  const errors: string[] = [];
  const notifier = SystemdNotifier.take(
    { PATH: folder(t), NOTIFY_SOCKET: "/nonexistent" },
    (message) => errors.push(message),
  );
  await notifier?.tell("ready", "");
  await notifier?.tell("stopping", "");
  assert.deepEqual(errors, [
    "Cannot tell systemd how the service is: there is no program systemd-notify; install it, or set Type=exec in the unit and no WatchdogSec=",
  ]);
});

test(
  "SystemdNotifier tells of a socket that is gone once, and goes on",
  needed,
  async (t) => {
    const path = `${folder(t)}/notify`;
    const errors: string[] = [];
    const notifier = SystemdNotifier.take(
      { PATH, NOTIFY_SOCKET: path },
      (message) => errors.push(message),
    );
    await notifier?.tell("ready", "");
    await notifier?.tell("ready", "");
    assert.equal(errors.length, 1);
    assert.match(
      errors[0] ?? "",
      /^Cannot tell systemd how the service is: Failed to notify/,
    );
  },
);
