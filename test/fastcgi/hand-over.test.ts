// Kept connections that go from one responder to another, as from a worker that leaves to one that stays.
import assert from "node:assert/strict";
import { type SendHandle, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { attachHandle, detachHandle } from "../../src/fastcgi/node-handle.ts";
import { type FastcgiServer, serve } from "../../src/fastcgi/serve.ts";
import { Peer, request, roundTrip } from "../support/peer.ts";

interface Named {
  readonly server: FastcgiServer;
  readonly path: string;
}

/** A responder that answers with its name. */
async function responder(t: TestContext, name: string): Promise<Named> {
  const root = mkdtempSync(join(tmpdir(), "tsgi-hand-"));
  const path = join(root, "s");
  const server = await serve(
    (_, startResponse) => {
      startResponse("200 OK", []);
      return name;
    },
    { listen: [path], inherited: false, gracefulTimeoutMs: 2_000 },
  );
  t.after(async () => {
    await server.close();
    rmSync(root, { recursive: true, force: true });
  });
  return { server, path };
}

/** Sends handles back, as a supervisor sends them on: each process has a descriptor of its own. */
const ECHO =
  'process.on("message", (message, handle) => process.send(message, handle, {}, () => handle.close()))';

/** How connections travel. Resolves with what the other process has of it. */
function ferry(t: TestContext): (socket: Socket) => Promise<Socket> {
  const stdio = ["ignore", "inherit", "inherit", "ipc"] as const;
  const child = spawn(process.execPath, ["-e", ECHO], { stdio: [...stdio] });
  t.after(() => child.kill());
  return async (socket) => {
    const arrived = once(child, "message");
    child.send({}, detachHandle(socket) as SendHandle, {}, () => {
      socket.destroy();
    });
    const [, handle] = await arrived;
    return attachHandle(handle);
  };
}

/** Closes a responder that has one kept connection; resolves with that. */
function inheritedFrom(t: TestContext, { server }: Named): Promise<Socket> {
  const move = ferry(t);
  return new Promise((resolve) => {
    void server.close({ handOver: (socket) => resolve(move(socket)) });
  });
}

async function ask(peer: Peer): Promise<string> {
  await peer.send(request());
  return body(peer);
}

async function body(peer: Peer): Promise<string> {
  const { stdout } = await peer.untilEnd();
  return `${stdout}`.split("\r\n\r\n")[1] ?? "";
}

test("an idle kept connection goes on at the heir", async (t) => {
  const [first, heir] = [await responder(t, "1"), await responder(t, "2")];
  const peer = await Peer.connect(first.path);
  assert.equal(await ask(peer), "1");
  heir.server.adopt(await inheritedFrom(t, first));
  assert.equal(await ask(peer), "2");
  peer.close();
});

test("a request that arrives while nobody reads is the heir's", async (t) => {
  const [first, heir] = [await responder(t, "1"), await responder(t, "2")];
  const peer = await Peer.connect(first.path);
  assert.equal(await ask(peer), "1");
  const connection = await inheritedFrom(t, first);
  await peer.send(request());
  heir.server.adopt(connection);
  assert.equal(await body(peer), "2");
  peer.close();
});

test("a half-read request stays until it is answered, then the connection goes", async (t) => {
  const [first, heir] = [await responder(t, "1"), await responder(t, "2")];
  const peer = await Peer.connect(first.path);
  assert.equal(await ask(peer), "1");
  const whole = request();
  const cut = whole.length - 12;
  await peer.send(whole.subarray(0, cut));
  // It has been read when another connection was served.
  await roundTrip(first.path);
  const connection = inheritedFrom(t, first);
  await peer.send(whole.subarray(cut));
  assert.equal(await body(peer), "1");
  heir.server.adopt(await connection);
  assert.equal(await ask(peer), "2");
  peer.close();
});

test("an heir that leaves itself passes what comes too late on, with the request on it", async (t) => {
  const [first, heir, last] = [
    await responder(t, "1"),
    await responder(t, "2"),
    await responder(t, "3"),
  ];
  const peer = await Peer.connect(first.path);
  assert.equal(await ask(peer), "1");
  const late = await inheritedFrom(t, first);
  await peer.send(request());
  const further = inheritedFrom(t, heir);
  heir.server.adopt(late);
  last.server.adopt(await further);
  assert.equal(await body(peer), "3");
  peer.close();
});
