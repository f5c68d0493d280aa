// What an observer is told over FastCGI, by either engine.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Observer } from "../../src/common/observer.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { begin, params, roundTrip, stdin } from "../support/peer.ts";
import { answering, gate, respond } from "../support/responder.ts";

function counter(): Observer & { readonly told: string[] } {
  const told: string[] = [];
  return {
    told,
    started: ({ variables }) => told.push(`started ${variables.PATH_INFO}`),
    ended: ({ status, outcome, bytesSent }) =>
      told.push(`${status} ${outcome} ${bytesSent}`),
    refused: () => told.push("refused"),
  };
}

for (const engine of ["tsgi", "node-fastcgi"] as const) {
  test(`Observer hears of requests, served and declined (${engine})`, async (t) => {
    const observer = counter();
    const go = gate();
    const responder = await respond(
      t,
      async (environ, startResponse) => {
        await go.passed;
        return answering("hello")(environ, startResponse);
      },
      { engine, observer, maxConcurrency: 1, multiplex: true },
    );
    const first = await responder.connect();
    await first.send(begin(), params(), stdin());
    while (observer.told.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    const { protocolStatus } = await roundTrip(responder.address);
    assert.equal(protocolStatus, FCGI.OVERLOADED);
    go.open();
    await first.untilEnd();
    assert.deepEqual(observer.told, [
      "started /",
      "refused",
      "200 completed 5",
    ]);
  });

  test(`Observer hears once of a request whose peer has left (${engine})`, async (t) => {
    const observer = counter();
    const responder = await respond(t, () => new Promise(() => {}), {
      engine,
      observer,
    });
    const peer = await responder.connect();
    await peer.send(begin(), params(), stdin());
    while (observer.told.length === 0) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    peer.close();
    await responder.close();
    assert.deepEqual(observer.told, ["started /", "undefined aborted 0"]);
  });
}
