// C10.03: ports and hosts. test/fastcgi/socket-file.test.ts has the paths, inherited.test.ts the descriptors.
import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import type { FastcgiOptions } from "../../src/fastcgi/options.ts";
import { type FastcgiServer, serve } from "../../src/fastcgi/serve.ts";
import { Peer, roundTrip } from "../support/peer.ts";
import { answering, respond } from "../support/responder.ts";

async function listenOn(
  t: TestContext,
  listen: readonly string[],
  options: FastcgiOptions = {},
): Promise<FastcgiServer> {
  const server = await serve(answering(), {
    listen,
    inherited: false,
    ...options,
  });
  t.after(() => server.close());
  return server;
}

async function assertServes(address: string | undefined): Promise<void> {
  const { stdout } = await roundTrip(address ?? "");
  assert.match(stdout.toString(), /hello$/);
}

/** A port that somebody else listens on. */
async function takenPort(t: TestContext): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

for (const [address, bound] of [
  ["0", /^127\.0\.0\.1:[1-9]\d*$/],
  [":0", /^127\.0\.0\.1:[1-9]\d*$/],
  ["127.0.0.1:0", /^127\.0\.0\.1:[1-9]\d*$/],
  ["127.0.0.2:0", /^127\.0\.0\.2:[1-9]\d*$/],
  ["localhost:0", /^localhost:[1-9]\d*$/],
  ["[::1]:0", /^\[::1\]:[1-9]\d*$/],
] as const) {
  test(`C10.03 D2.10 serve listens on ${address}, and tells the port it got`, async (t) => {
    const server = await listenOn(t, [address]);
    assert.equal(server.addresses.length, 1);
    assert.match(server.addresses[0] ?? "", bound);
    await assertServes(server.addresses[0]);
  });
}

test("C10.03 serve listens on the port it is given", async (t) => {
  const first = await listenOn(t, ["0"]);
  const [address = ""] = first.addresses;
  await first.close();
  const second = await listenOn(t, [address.replace("127.0.0.1:", "")]);
  assert.deepEqual(second.addresses, [address]);
  await assertServes(address);
});

test("C10.03 serve listens on several addresses", async (t) => {
  const server = await listenOn(t, ["0", "[::1]:0", "127.0.0.1:0"]);
  assert.equal(new Set(server.addresses).size, 3);
  for (const address of server.addresses) await assertServes(address);
  await server.close();
  for (const address of server.addresses) {
    await assert.rejects(Peer.connect(address), { code: "ECONNREFUSED" });
  }
});

test("C10.02 a port that is taken is told", async (t) => {
  const port = await takenPort(t);
  await assert.rejects(listenOn(t, [`${port}`]), {
    code: "LISTEN",
    message: `Cannot listen on 127.0.0.1:${port}: another process listens there`,
  });
});

for (const [address, reason] of [
  ["192.0.2.1:0", "this machine has no such address"],
  ["[2001:db8::1]:0", "this machine has no such address"],
  ["fd:1000", "it is not a listening socket"],
] as const) {
  test(`C10.02 serve tells that it cannot listen on ${address}`, async (t) => {
    await assert.rejects(listenOn(t, [address]), {
      code: "LISTEN",
      message: `Cannot listen on ${address}: ${reason}`,
    });
  });
}

test("C10.02 serve gives up what it has where it cannot have all", async (t) => {
  const port = await takenPort(t);
  const free = await listenOn(t, ["0"]);
  const [address = ""] = free.addresses;
  await free.close();
  await assert.rejects(listenOn(t, [address, `${port}`]), { code: "LISTEN" });
  await assert.rejects(Peer.connect(address), { code: "ECONNREFUSED" });
});

test("C10.02 serve without any address is refused", async (t) => {
  await assert.rejects(listenOn(t, []), {
    code: "LISTEN",
    message:
      "Cannot listen: descriptor 0 is not a listening socket, and no address was given",
  });
});

test("C10.03 backlog is how many connections the kernel queues", async (t) => {
  // The loop is not given a turn to accept until the last has connected.
  const responder = await respond(t, answering(), { backlog: 1 });
  const peers = await Promise.allSettled(
    Array.from({ length: 10 }, () => Peer.connect(responder.address)),
  );
  const refused = peers.filter(({ status }) => status === "rejected");
  assert.ok(refused.length > 0 && refused.length < 10, `${refused.length}`);
  for (const peer of peers) {
    if (peer.status === "fulfilled") peer.value.close();
  }
});
