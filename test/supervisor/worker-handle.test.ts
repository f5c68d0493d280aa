// What a child says, as its parent takes it: a real process, and messages that are odd.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { test } from "node:test";
import { promisify } from "node:util";
import { detachHandle } from "../../src/fastcgi/node-handle.ts";
import {
  type PassedHandle,
  WorkerHandle,
  type WorkerListener,
} from "../../src/supervisor/worker-handle.ts";
import { atEnd } from "../support/at-end.ts";

const ODD = `
process.send("text");
process.send(null);
process.send({ type: "nonsense" });
// A connection that its peer closed on the way comes without a handle.
process.send({ type: "connection" });
process.send({ type: "ready" });
process.disconnect();
`;

test("a parent takes no harm from what a child sends, and none from a connection that is lost on the way", async () => {
  const child = new Child(ODD);
  await child.ended;
  assert.deepEqual(child.heard, ["ready"]);
});

test("a child that the system does not start has ended a moment later, with the reason", async () => {
  // No process has so many descriptors.
  const child = new Child("", [1_000_000]);
  assert.equal(child.handle.phase, "starting");
  assert.equal(child.handle.pid, undefined);
  child.handle.drain(1_000);
  await child.ended;
  assert.match(child.handle.end, /^spawn EBADF$/);
  assert.equal(child.handle.phase, "ended");
});

test("a connection that a child has not taken is for another, also when it is killed", async (t) => {
  const server = createServer({ pauseOnConnect: true }).listen(0, "127.0.0.1");
  atEnd(t, async () => void server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  // It takes the first, declines the second, and never answers for the others.
  const child = new Child(`
let count = 0;
process.on("message", (message, handle) => {
  if (message.type !== "connection" || ++count > 2) return;
  handle.close();
  process.send({ type: "adopted", isTaken: count === 1 });
});`);
  server.on("connection", (socket) => {
    child.handle.pass(detachHandle(socket) as PassedHandle);
  });
  const closed = [1, 2, 3, 4].map(async () => {
    const client = connect(port, "127.0.0.1").resume();
    await once(client, "close");
  });
  while ((await connectionsOf(server)) < closed.length) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  await Promise.any(closed);
  while (child.heard.length < 1) {
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.kill(child.handle.pid as number, "SIGKILL");
  await Promise.all(closed);
  const returned = child.heard.filter((what) => what === "connection");
  assert.equal(returned.length, 3);
});

function connectionsOf(server: Server): Promise<number> {
  return promisify(server.getConnections.bind(server))();
}

/** A process, and what its parent hears of it. */
class Child {
  readonly heard: string[] = [];
  readonly handle: WorkerHandle;
  readonly ended: Promise<void>;
  #onEnded: () => void = () => {};

  constructor(source: string, sockets: readonly number[] = []) {
    this.ended = new Promise((resolve) => {
      this.#onEnded = resolve;
    });
    const listener: WorkerListener = {
      onListening: () => this.heard.push("ready"),
      onConnection: (connection) => {
        this.heard.push("connection");
        connection.close();
      },
      onLeave: () => this.heard.push("leave"),
      onStatusWanted: () => this.heard.push("status"),
      onEnded: () => this.#onEnded(),
    };
    const program = {
      command: process.execPath,
      args: ["--eval", source],
      env: () => ({ PATH: process.env.PATH }),
    };
    const identity = { id: 1, worker: 1, generation: 1 };
    this.handle = new WorkerHandle(identity, program, sockets, listener);
  }
}
