// What tsgi-fcgi tells those who have started it, and finds in its environment.
import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { notifySocket } from "../host/datagrams.ts";
import { find } from "../support/servers/sandbox.ts";
import { folder, run, start } from "./command.ts";
import { bodyFrom, listening, site } from "./responding.ts";

const missing = ["systemd-notify", "perl"].find((name) => !find(name));
const needsSystemd = { skip: missing && `${missing} is not installed` };

const ENVIRONMENT = `export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return JSON.stringify(process.env);
};
`;

test("tsgi-fcgi writes its pid file once it serves, and removes it at the end", async (t) => {
  const { root, app, socket } = site(t);
  const args = ["--pid-file", "app.pid", "--socket", socket, app];
  const command = start(t, "tsgi-fcgi", args, { cwd: root });
  await listening(command);
  const { pid } = await bodyFrom(socket);
  assert.equal(readFileSync(join(root, "app.pid"), "utf8"), `${pid}\n`);
  command.child.kill("SIGTERM");
  assert.equal((await command.ended).status, 0);
  assert.equal(existsSync(join(root, "app.pid")), false);
});

test("tsgi-fcgi leaves no pid file where it cannot serve", async (t) => {
  const { root, socket } = site(t);
  const args = ["--pid-file", "app.pid", "--socket", socket, "none.mjs"];
  const { status } = await run(t, "tsgi-fcgi", args, { cwd: root });
  assert.equal(status, 66);
  assert.equal(existsSync(join(root, "app.pid")), false);
});

test("tsgi-fcgi tells of a pid file it cannot write before it loads anything", async (t) => {
  const root = folder(t, { "app.mjs": "throw new Error('loaded')" });
  const args = ["--pid-file", "no/app.pid", "--socket", "s", "app.mjs"];
  const { status, stderr } = await run(t, "tsgi-fcgi", args, { cwd: root });
  assert.equal(
    stderr,
    `tsgi-fcgi: Cannot write the pid file ${root}/no/app.pid: its folder does not exist; make it first\n`,
  );
  assert.equal(status, 78);
});

test("tsgi-fcgi refuses the pid file of another one that serves, and leaves it", async (t) => {
  const { root, app, socket } = site(t);
  const args = ["--pid-file", "app.pid", "--socket"];
  const first = start(t, "tsgi-fcgi", [...args, socket, app], { cwd: root });
  await listening(first);
  const other = [...args, `${socket}2`, app];
  const { status, stderr } = await run(t, "tsgi-fcgi", other, { cwd: root });
  const { pid } = first.child;
  assert.match(stderr, new RegExp(`app\\.pid: process ${pid} has, and still`));
  assert.equal(status, 78);
  assert.equal(readFileSync(join(root, "app.pid"), "utf8"), `${pid}\n`);
});

test("tsgi-fcgi starts with the pid file of one that was killed", async (t) => {
  const { root, app, socket } = site(t);
  const args = ["--pid-file", "app.pid", "--socket", socket, app];
  const first = start(t, "tsgi-fcgi", args, { cwd: root });
  await listening(first);
  first.child.kill("SIGKILL");
  await first.ended;
  const second = start(t, "tsgi-fcgi", args, { cwd: root });
  await listening(second);
  await bodyFrom(socket);
  const { pid } = second.child;
  assert.equal(readFileSync(join(root, "app.pid"), "utf8"), `${pid}\n`);
});

test(
  "tsgi-fcgi tells systemd when it serves and when it stops",
  needsSystemd,
  async (t) => {
    const { app, socket } = site(t);
    const systemd = await notifySocket(t);
    const command = start(t, "tsgi-fcgi", ["--socket", socket, app], {
      env: { NOTIFY_SOCKET: systemd.path },
    });
    await listening(command);
    assert.deepEqual(await systemd.next(), {
      READY: "1",
      MAINPID: `${command.child.pid}`,
      STATUS: `serving ${app}`,
    });
    command.child.kill("SIGTERM");
    assert.deepEqual(await systemd.next(), {
      STOPPING: "1",
      STATUS: "SIGTERM",
    });
  },
);

test("tsgi-fcgi serves without systemd-notify, and says what is missing", async (t) => {
  const { app, socket } = site(t);
  const command = start(
    t,
    process.execPath,
    [join(import.meta.dirname, "../../bin/tsgi-fcgi"), "--socket", socket, app],
    { env: { NOTIFY_SOCKET: "/nonexistent", PATH: "/nonexistent" } },
  );
  await listening(command);
  assert.match(
    await command.logged(),
    /no program systemd-notify; install it, or set Type=exec/,
  );
  await bodyFrom(socket);
});

test("tsgi-fcgi finds HOME, USER and a PATH in a naked environment, and says so to who wants to know", async (t) => {
  const root = folder(t, { "app.mjs": ENVIRONMENT });
  const socket = join(root, "s");
  const command = start(
    t,
    process.execPath,
    [
      join(import.meta.dirname, "../../bin/tsgi-fcgi"),
      "--log-level",
      "debug",
      "--socket",
      socket,
      "app.mjs",
    ],
    {
      cwd: root,
      env: { PATH: "", HOME: "", LISTEN_FDS: "1", NOTIFY_SOCKET: "" },
    },
  );
  assert.equal(
    await command.logged(),
    "set in the environment: HOME, USER, LOGNAME, PATH",
  );
  await listening(command);
  const environment = await bodyFrom(socket);
  const { username, homedir } = userInfo();
  assert.equal(environment.HOME, homedir);
  assert.equal(environment.USER, username);
  assert.match(String(environment.PATH), /^\/.*:\/usr\/bin:\/bin$/);
});
