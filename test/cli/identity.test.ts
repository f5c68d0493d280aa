// As whom the command tsgi-fcgi serves.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync, statSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { findAccount } from "../../src/host/accounts.ts";
import { folder, run, start } from "./command.ts";
import { bodyFrom, listening, site } from "./responding.ts";

const asRoot = { skip: process.getuid?.() === 0 ? false : "takes root" };

test(
  "tsgi-fcgi refuses to serve as root, and ends with 77 before it loads anything",
  asRoot,
  async (t) => {
    const root = folder(t, { "app.mjs": "throw new Error('loaded')" });
    const { status, stderr } = await run(
      t,
      "tsgi-fcgi",
      ["--socket", "s", "app.mjs"],
      { cwd: root, env: { TSGI_ALLOW_ROOT: "off" } },
    );
    assert.equal(
      stderr,
      "tsgi-fcgi: Cannot serve as root: whoever finds a fault in the application would own this machine; name a user, such as --user www-data, or insist by --allow-root\n",
    );
    assert.equal(status, 77);
  },
);

test("tsgi-fcgi tells of a user there is not, and ends with 78", async (t) => {
  const { app, socket } = site(t);
  const args = ["--user", "no-such-user", "--socket", socket, app];
  const { status, stderr } = await run(t, "tsgi-fcgi", args);
  assert.match(
    stderr,
    /^tsgi-fcgi: Cannot become user "no-such-user": there is none of that name; [^\n]+\n$/,
  );
  assert.equal(status, 78);
});

/** Tells who loaded it, and who runs it. */
const WHO = `const loader = process.getuid();
export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  const { HOME, USER } = process.env;
  return JSON.stringify({ loader, pid: process.pid, groups: process.getgroups(), HOME, USER });
};
`;

for (const workers of [[], ["--workers", "2"]]) {
  test(
    `tsgi-fcgi ${workers.join(" ")} loads and serves as the user it is told to become`,
    asRoot,
    async (t) => {
      // Only root may make files here: the socket, and the pid file.
      const root = folder(t, { "app.mjs": WHO });
      const account = findAccount("www-data");
      const args = [
        "--user",
        "www-data",
        "--pid-file",
        "app.pid",
        "--access-log",
        "access.log",
        "--socket",
        "s",
      ];
      const command = start(t, "tsgi-fcgi", [...args, ...workers, "app.mjs"], {
        cwd: root,
        env: { TSGI_ALLOW_ROOT: "off", HOME: "/root", USER: "root" },
      });
      await listening(command);
      const socket = join(root, "s");
      const { loader, pid, groups, HOME, USER } = await bodyFrom(socket);
      assert.equal(loader, account?.uid);
      assert.equal(statSync(`/proc/${pid}`).uid, account?.uid);
      assert.deepEqual(groups, [account?.gid]);
      assert.equal(HOME, account?.home);
      assert.equal(USER, "www-data");
      // The parent of all has given root up, too.
      const supervisor = Number(readFileSync(join(root, "app.pid"), "utf8"));
      assert.equal(supervisor, command.child.pid);
      assert.equal(statSync(`/proc/${supervisor}`).uid, account?.uid);
      // The socket is whose it would be without: --socket-owner says otherwise.
      assert.equal(statSync(socket).uid, 0);
      command.child.kill("SIGTERM");
      assert.equal((await command.ended).status, 0);
      // Root has made it, and workers write to it.
      const log = join(root, "access.log");
      assert.equal(statSync(log).uid, account?.uid);
      assert.match(readFileSync(log, "utf8"), / 200 /);
    },
  );
}

test(
  "tsgi-fcgi becomes the user in one process where there is nothing to bind",
  asRoot,
  async (t) => {
    const root = folder(t, { "app.mjs": WHO });
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const command = start(t, "tsgi-fcgi", ["--user", "www-data", "app.mjs"], {
      cwd: root,
      stdin: server,
      env: { TSGI_ALLOW_ROOT: "off" },
    });
    assert.equal(await listening(command), "fd:0");
    server.close();
    const { loader, pid } = await bodyFrom(`${port}`);
    assert.equal(loader, findAccount("www-data")?.uid);
    assert.equal(pid, command.child.pid);
  },
);
