// FCGI_WEB_SERVER_ADDRS and `allow`: who may connect.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { parseAddress } from "../../src/fastcgi/address.ts";
import { peerTest } from "../../src/fastcgi/allow.ts";
import { serve } from "../../src/fastcgi/serve.ts";
import { Peer, request } from "../support/peer.ts";
import {
  answering,
  parse,
  type Responder,
  respond,
} from "../support/responder.ts";

/** A connection to a TCP responder from one of this machine's own addresses. */
async function from(
  t: TestContext,
  responder: Responder,
  localAddress: string,
): Promise<Peer> {
  const address = parseAddress(responder.address);
  assert.ok("port" in address);
  const socket = connect({ ...address, localAddress });
  await once(socket, "connect");
  const peer = new Peer(socket);
  t.after(() => peer.close());
  return peer;
}

async function assertServed(peer: Peer): Promise<void> {
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
}

async function assertRefused(
  responder: Responder,
  peer: Peer,
  who: string,
): Promise<void> {
  assert.equal(await peer.nextRecord(), undefined);
  await peer.closed;
  assert.deepEqual(responder.reports.codes, ["PROTOCOL"]);
  assert.equal(
    responder.reports.all[0]?.message,
    `Cannot accept a connection from ${who}: it is not in the list of web servers`,
  );
}

/** Sets the variable of the environment until the test ends. */
function setAddresses(t: TestContext, value: string): void {
  process.env.FCGI_WEB_SERVER_ADDRS = value;
  t.after(() => {
    delete process.env.FCGI_WEB_SERVER_ADDRS;
  });
}

test("C10.05 without a list everybody may connect", async (t) => {
  const responder = await respond(t, answering(), { tcp: true });
  await assertServed(await from(t, responder, "127.0.0.1"));
  await assertServed(await from(t, responder, "127.0.0.2"));
});

test("C10.05 FCGI_WEB_SERVER_ADDRS lets those in which it lists", async (t) => {
  setAddresses(t, "10.0.0.1, 127.0.0.3,127.0.0.1");
  const responder = await respond(t, answering(), { tcp: true });
  await assertServed(await from(t, responder, "127.0.0.1"));
  await assertServed(await from(t, responder, "127.0.0.3"));
});

test("C10.05 a peer which is not listed is closed without a byte", async (t) => {
  setAddresses(t, "10.0.0.1,127.0.0.3");
  const responder = await respond(t, answering(), { tcp: true });
  const peer = await from(t, responder, "127.0.0.1");
  peer.send(request());
  await assertRefused(responder, peer, "127.0.0.1");
  await assertServed(await from(t, responder, "127.0.0.3"));
});

test("C10.05 the option counts instead of the environment", async (t) => {
  setAddresses(t, "127.0.0.1");
  const responder = await respond(t, answering(), {
    tcp: true,
    allow: ["127.0.0.2"],
  });
  await assertServed(await from(t, responder, "127.0.0.2"));
  const peer = await from(t, responder, "127.0.0.1");
  await assertRefused(responder, peer, "127.0.0.1");
});

test("C10.05 on a Unix socket nobody has an address, so all are refused", async (t) => {
  const responder = await respond(t, answering(), { allow: ["127.0.0.1"] });
  const peer = await responder.connect();
  await assertRefused(responder, peer, "a Unix socket");
});

test("C10.05 a refused peer leaves other connections alone, and counts for none", async (t) => {
  const responder = await respond(t, answering(), {
    tcp: true,
    allow: ["127.0.0.1"],
    maxConnections: 1,
  });
  const peer = await from(t, responder, "127.0.0.1");
  for (let count = 0; count < 3; count++) {
    const refused = await from(t, responder, "127.0.0.2");
    await refused.closed;
    await assertServed(peer);
  }
});

test("C10.05 an IPv4 peer of an IPv6 listener is compared as IPv4", async (t) => {
  const responder = await respond(t, answering(), {
    listen: ["[::ffff:127.0.0.1]:0"],
    allow: ["127.0.0.1"],
  });
  await assertServed(await from(t, responder, "::ffff:127.0.0.1"));
  const peer = await from(t, responder, "::ffff:127.0.0.2");
  await assertRefused(responder, peer, "::ffff:127.0.0.2");
});

test("C10.05 a list may have IPv6 addresses, in any of their forms", async (t) => {
  const responder = await respond(t, answering(), {
    listen: ["[::1]:0"],
    allow: ["0:0:0:0:0:0:0:1", "::ffff:7f00:1"],
  });
  await assertServed(await from(t, responder, "::1"));
});

for (const [list, remoteAddress, isAllowed] of [
  ["::ffff:127.0.0.1", "127.0.0.1", true],
  ["::ffff:7f00:1", "127.0.0.1", true],
  ["127.0.0.1", "::FFFF:127.0.0.1", true],
  ["127.0.0.1", "::127.0.0.1", false],
  ["127.0.0.1", "127.0.0.10", false],
  ["::1", "127.0.0.1", false],
  ["2001:DB8::1", "2001:db8:0:0::1", true],
  ["2001:db8::1", "2001:db8::2", false],
] as const) {
  test(`C10.05 peerTest with ${list} ${isAllowed ? "lets in" : "refuses"} ${remoteAddress}`, () => {
    const isListed = peerTest([list]);
    assert.equal(isListed?.({ remoteAddress } as never), isAllowed);
  });
}

test("C10.05 a peer that has gone before it was looked at is refused", () => {
  assert.equal(
    peerTest(["::1"])?.({ remoteAddress: undefined } as never),
    false,
  );
});

for (const value of [
  "",
  " ",
  ",",
  "127.0.0.1,",
  "127.0.0.1 127.0.0.2",
  "127.0.0.1;127.0.0.2",
  "localhost",
  "127.0.0.0/8",
  "127.1",
  "127.0.0.256",
  "[::1]",
  "127.0.0.1:9000",
]) {
  test(`C10.06 FCGI_WEB_SERVER_ADDRS=${JSON.stringify(value)} keeps the server from starting`, async (t) => {
    setAddresses(t, value);
    await assert.rejects(
      serve(answering(), { listen: ["127.0.0.1:0"], inherited: false }),
      {
        code: "CONFIG",
        message: /list of web servers: it is not an IP address$/,
      },
    );
  });
}

test("C10.06 an empty list of the option does, too", async () => {
  const options = { listen: ["0"], inherited: false, allow: [] };
  await assert.rejects(serve(answering(), options), {
    code: "CONFIG",
    message: /it is empty/,
  });
});
