// close({ quietMs }): a process that others succeed loses nothing which a web server sends on kept connections.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Peer, request } from "../support/peer.ts";
import {
  answering,
  gate,
  parse,
  type ResponderOptions,
  respond,
} from "../support/responder.ts";

const LONG = 60_000;
const variants: [name: string, options: ResponderOptions][] = [
  ["a Unix socket", {}],
  ["TCP", { tcp: true }],
  ["node-fastcgi", { engine: "node-fastcgi" }],
];

for (const [name, options] of variants) {
  test(`C10.08 while quiet, a kept connection takes one more request and closes with its answer (${name})`, async (t) => {
    const responder = await respond(t, answering(), {
      ...options,
      gracefulTimeoutMs: LONG,
    });
    const used = await responder.connect();
    used.send(request());
    await used.untilEnd();
    const fresh = await responder.connect();
    fresh.send(request());
    await fresh.untilEnd();
    const closing = responder.server.close({ quietMs: LONG });
    await assert.rejects(Peer.connect(responder.address));
    for (const peer of [used, fresh]) {
      peer.send(request());
      assert.equal(parse(await peer.untilEnd()).body, "hello");
      assert.equal(await peer.closed, "FIN");
    }
    await closing;
  });

  test(`C10.08 a kept connection that stays silent is closed after quietMs (${name})`, async (t) => {
    const responder = await respond(t, answering(), {
      ...options,
      gracefulTimeoutMs: LONG,
    });
    const peer = await responder.connect();
    peer.send(request());
    await peer.untilEnd();
    const start = performance.now();
    const closing = responder.server.close({ quietMs: 50 });
    assert.equal(await peer.closed, "FIN");
    assert.ok(performance.now() - start > 45);
    await closing;
  });

  test(`C10.08 a connection with a running request closes with its response, however quiet (${name})`, async (t) => {
    const started = gate();
    const go = gate();
    const responder = await respond(
      t,
      async (environ, startResponse) => {
        started.open();
        await go.passed;
        return answering()(environ, startResponse);
      },
      { ...options, gracefulTimeoutMs: LONG },
    );
    const peer = await responder.connect();
    peer.send(request());
    await started.passed;
    const closing = responder.server.close({ quietMs: LONG });
    go.open();
    assert.equal(parse(await peer.untilEnd()).body, "hello");
    assert.equal(await peer.closed, "FIN");
    await closing;
  });
}

test("C10.08 a request that has come while the process was busy is answered, though the quiet time is over", async (t) => {
  const responder = await respond(t, answering(), { gracefulTimeoutMs: LONG });
  const peer = await responder.connect();
  peer.send(request());
  await peer.untilEnd();
  const closing = responder.server.close({ quietMs: 5 });
  peer.send(request());
  // The kernel has it; this process does not look before the time is over.
  const until = performance.now() + 20;
  while (performance.now() < until);
  assert.equal(parse(await peer.untilEnd()).body, "hello");
  assert.equal(await peer.closed, "FIN");
  await closing;
});

test("a second close() ends the quiet time", async (t) => {
  const responder = await respond(t, answering(), { gracefulTimeoutMs: LONG });
  const peer = await responder.connect();
  peer.send(request());
  await peer.untilEnd();
  const closing = responder.server.close({ quietMs: LONG });
  await responder.server.close();
  assert.equal(await peer.closed, "FIN");
  await closing;
});
