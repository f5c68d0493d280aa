// As whom the command tsgi-fcgi serves.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
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

test("tsgi-fcgi serves as the user it is told to become", asRoot, async (t) => {
  const { app, socket } = site(t);
  const account = findAccount("www-data");
  const command = start(
    t,
    "tsgi-fcgi",
    ["--user", "www-data", "--socket", socket, app],
    {
      env: { TSGI_ALLOW_ROOT: "off" },
    },
  );
  await listening(command);
  const { pid } = await bodyFrom(socket);
  assert.equal(statSync(`/proc/${pid}`).uid, account?.uid);
  // The socket is whose it would be without: --socket-owner says otherwise.
  assert.equal(statSync(socket).uid, 0);
});
