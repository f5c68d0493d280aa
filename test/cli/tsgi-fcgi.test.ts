// The command tsgi-fcgi, as shells, service managers and web servers start it.
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, statSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { begin, Peer, params } from "../support/peer.ts";
import { CGI_VARIABLES, folder, run, start } from "./command.ts";
import { APPLICATION, bodyFrom, listening, site } from "./responding.ts";

test("tsgi-fcgi serves on all it is told, and says so", async (t) => {
  const { app, socket } = site(t);
  const args = ["--socket", socket, "--listen", "0", app];
  const command = start(t, "tsgi-fcgi", args);
  assert.equal(await listening(command), socket);
  const port = await listening(command);
  assert.match(port, /^127\.0\.0\.1:[1-9][0-9]*$/);
  const { pid } = command.child;
  assert.equal((await bodyFrom(socket)).pid, pid);
  assert.equal((await bodyFrom(port)).pid, pid);
});

test("tsgi-fcgi takes options on either side of the application, from the environment and from a file", async (t) => {
  const root = folder(t, {
    "app.mjs": APPLICATION,
    "tsgi.json": '{ "socketMode": "600", "environ": { "CONFIGURED": "1" } }',
  });
  const command = start(t, "tsgi-fcgi", ["app.mjs", "--config", "tsgi.json"], {
    cwd: root,
    env: { TSGI_SOCKET: "s", TSGI_MOUNT: "/app" },
  });
  await listening(command);
  const socket = join(root, "s");
  const body = await bodyFrom(socket, { REQUEST_URI: "/app/x" });
  assert.equal(body.SCRIPT_NAME, "/app");
  assert.equal(body.CONFIGURED, "1");
  assert.equal(statSync(socket).mode & 0o777, 0o600);
});

test("tsgi-fcgi warns of what looks like a misspelled option, and of strangers", async (t) => {
  const { app } = site(t);
  const command = start(t, "tsgi-fcgi", ["--listen", "0.0.0.0:0", app], {
    env: { TSGI_MAX_BDY: "1m" },
  });
  assert.match(await command.logged(), /TSGI_MAX_BDY .*TSGI_MAX_BODY/);
  const address = await listening(command);
  assert.ok((await command.logged()).includes(`whoever can reach ${address}`));
});

test("tsgi-fcgi takes other roles only when told to", async (t) => {
  const { app, socket } = site(t);
  const ask = async (): Promise<number> => {
    const peer = await Peer.connect(socket);
    await peer.send(begin(1, { role: 2, keep: false }), params());
    const { protocolStatus } = await peer.untilEnd();
    peer.close();
    return protocolStatus;
  };
  const plain = start(t, "tsgi-fcgi", ["--socket", socket, app]);
  await listening(plain);
  assert.equal(await ask(), 3);
  plain.child.kill("SIGTERM");
  await plain.ended;
  const other = start(t, "tsgi-fcgi", [
    "--authorizer",
    "--socket",
    socket,
    app,
  ]);
  await listening(other);
  assert.equal(await ask(), 0);
});

test("C10.10 tsgi-fcgi logs a connection's trouble, and goes on", async (t) => {
  const { app, socket } = site(t);
  const command = start(t, "tsgi-fcgi", ["--socket", socket, app]);
  await listening(command);
  const browser = connect(socket);
  browser.on("error", () => {});
  browser.write("GET / HTTP/1.1\r\n\r\n");
  assert.match(await command.logged(), /^Cannot read FastCGI/);
  browser.destroy();
  await bodyFrom(socket);
});

test("C10.01 tsgi-fcgi serves descriptor 0 when a web server has left a socket there", async (t) => {
  const { app } = site(t);
  const server = await listener(t);
  const { port } = server.address() as AddressInfo;
  const command = start(t, "tsgi-fcgi", [app], { stdin: server });
  assert.equal(await listening(command), "fd:0");
  server.close();
  assert.equal((await bodyFrom(`${port}`)).pid, command.child.pid);
});

test("C10.01 of several tsgi-fcgi with the same descriptor 0 the first serves the socket too", async (t) => {
  const { app, socket } = site(t);
  const server = await listener(t);
  const args = ["--socket", socket, app];
  const first = start(t, "tsgi-fcgi", args, { stdin: server });
  assert.equal(await listening(first), "fd:0");
  assert.equal(await listening(first), socket);
  const second = start(t, "tsgi-fcgi", args, { stdin: server });
  assert.equal(await listening(second), "fd:0");
  assert.equal(
    await second.logged(),
    `another process listens on ${socket}; this one will when that ends`,
  );
  assert.equal((await bodyFrom(socket)).pid, first.child.pid);
});

test("B1.12 tsgi-fcgi started as a CGI program serves that request", async (t) => {
  const root = folder(t, {
    "app.fcgi": `#!/usr/bin/env -S tsgi-fcgi --socket ./s --environ CONFIGURED=1\n${APPLICATION}`,
  });
  const script = join(root, "app.fcgi");
  const { status, stdout } = await run(t, script, ["--show-errors", "x"], {
    cwd: root,
    env: { ...CGI_VARIABLES, SCRIPT_FILENAME: script },
  });
  assert.match(stdout, /Status: 200 OK\r\n\r\n.*"CONFIGURED":"1"/);
  assert.equal(existsSync(join(root, "s")), false);
  assert.equal(status, 0);
});

/** A port that listens, as a web server leaves it on descriptor 0. */
async function listener(t: TestContext): Promise<Server> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  return server;
}
