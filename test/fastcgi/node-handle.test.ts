// What is known of the inside of Node, in the version that runs.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { bindSocket } from "../../src/fastcgi/bind.ts";
import { bindHandle } from "../../src/fastcgi/node-handle.ts";

const FILE = {
  socketMode: 0o600,
  socketOwner: undefined,
  socketGroup: undefined,
  backlog: 5,
};

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "tsgi-bind-"));
  t.after(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** A child that accepts one connection on descriptor 3, greets, and ends. */
const CHILD = `
  const server = require("node:net").createServer((socket) => {
    socket.end("hello");
    server.close();
  });
  server.listen({ fd: 3 }, () => console.log("listening"));`;

/** Resolves when it listens. */
async function startChild(fd: number): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["-e", CHILD], {
    stdio: ["ignore", "pipe", "inherit", fd],
  });
  await once(child.stdout as NodeJS.ReadableStream, "data");
  return child;
}

async function greetingOn(socket: Socket): Promise<string> {
  let said = "";
  socket.on("data", (bytes) => {
    said += bytes;
  });
  await once(socket, "end");
  return said;
}

/** What a child of its own says. */
async function greeting(fd: number, address: object): Promise<string> {
  const child = await startChild(fd);
  const said = await greetingOn(connect(address as { port: number }));
  if (child.exitCode === null) await once(child, "exit");
  return said;
}

test("bindHandle binds a path without listening, for one child after the other", async (t) => {
  const path = join(folder(t), "s");
  const handle = bindHandle(path, -1, -1);
  t.after(() => handle.close());
  const [error] = await once(connect(path), "error");
  assert.equal(error.code, "ECONNREFUSED");
  assert.equal(await greeting(handle.fd, { path }), "hello");
  assert.equal(await greeting(handle.fd, { path }), "hello");
});

test("bindHandle binds a port, and tells which", async (t) => {
  const handle = bindHandle("127.0.0.1", 0, 4);
  t.after(() => handle.close());
  assert.ok(handle.port > 0);
  assert.equal(await greeting(handle.fd, { port: handle.port }), "hello");
});

test("connections wait while no child is there", async (t) => {
  const path = join(folder(t), "s");
  const handle = bindHandle(path, -1, -1);
  t.after(() => handle.close());
  await greeting(handle.fd, { path });
  // The first child has listened, and is gone.
  const early = connect(path);
  await once(early, "connect");
  const child = await startChild(handle.fd);
  assert.equal(await greetingOn(early), "hello");
  if (child.exitCode === null) await once(child, "exit");
});

test("bindHandle tells what the system says", (t) => {
  const missing = join(folder(t), "missing", "s");
  assert.throws(() => bindHandle(missing, -1, -1), { syscall: "bind" });
});

test("bindSocket tells of a port that is taken", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await assert.rejects(bindSocket(`${port}`, FILE), {
    code: "LISTEN",
    message: `Cannot listen on 127.0.0.1:${port}: another process listens there`,
  });
});

test("bindSocket gives a path its name and mode when it is placed, and takes it away", async (t) => {
  const path = join(folder(t), "s");
  const socket = await bindSocket(path, FILE);
  assert.equal(statSync(path, { throwIfNoEntry: false }), undefined);
  await socket.place();
  await socket.place();
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.ok(socket.isReachable());
  rmSync(path);
  assert.equal(socket.isReachable(), false);
  socket.close();
});

test("bindSocket leaves a living socket alone", async (t) => {
  const path = join(folder(t), "s");
  const server = createServer().listen(path);
  t.after(() => server.close());
  await once(server, "listening");
  await assert.rejects(bindSocket(path, FILE), /another process listens/);
});
