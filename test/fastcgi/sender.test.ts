import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { Sender } from "../../src/fastcgi/sender.ts";

/** A socket that is connected. */
async function connected(t: TestContext): Promise<Socket> {
  const server = createServer((peer) => peer.on("error", () => {}).resume());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  t.after(() => {
    socket.destroy();
    server.close();
  });
  return socket;
}

test("Sender.drained has nothing to wait for where nothing was sent", async (t) => {
  const sender = new Sender(await connected(t), () => {});
  assert.equal(sender.drained(0), undefined);
});

for (const how of ["end", "destroy"] as const) {
  test(`Sender.drained waits for the close of a socket behind ${how}(), though nothing is left to send`, async (t) => {
    const socket = await connected(t);
    const sender = new Sender(socket, () => {});
    socket[how]();
    assert.equal(sender.unsent, 0);
    const wait = sender.drained(0);
    assert.ok(wait, "whoever could go on would never learn of it");
    sender.close();
    await assert.rejects(wait, { code: "DISCONNECTED" });
    await assert.rejects(sender.drained(0) as Promise<void>, {
      code: "DISCONNECTED",
    });
  });
}
