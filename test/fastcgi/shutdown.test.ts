// C10.08 and A15.04: close() lets running requests finish, up to a limit.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { TsgiError } from "../../src/common/errors.ts";
import type { Application } from "../../src/common/types.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  abort,
  begin,
  getValues,
  Peer,
  params,
  record,
  request,
  stdin,
  VARIABLES,
} from "../support/peer.ts";
import { startProgram } from "../support/program.ts";
import {
  answering,
  echo,
  type Gate,
  gate,
  parse,
  type Responder,
  type ResponderOptions,
  respond,
} from "../support/responder.ts";

const engines = ["tsgi", "node-fastcgi"] as const;
const sockets: [name: string, options: ResponderOptions][] = [
  ["a Unix socket", {}],
  ["TCP", { tcp: true }],
];

/** A responder whose only request has begun and waits. */
async function busy(
  t: TestContext,
  options: ResponderOptions = {},
  application: Application = answering(),
): Promise<{ responder: Responder; peer: Peer; go: Gate }> {
  const go = gate();
  const started = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      started.open();
      await go.passed;
      return application(environ, startResponse);
    },
    options,
  );
  const peer = await responder.connect();
  peer.send(request());
  await started.passed;
  return { responder, peer, go };
}

/** Whether a promise is settled, now that all that could happen at once has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const pending = Symbol();
  const turn = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, turn])) !== pending;
}

for (const engine of engines) {
  test(`A15.04 C10.08 close() lets a running request finish, and takes no new connection (${engine})`, async (t) => {
    const { responder, peer, go } = await busy(t, { engine });
    const closing = responder.server.close();
    await assert.rejects(Peer.connect(responder.address), { code: "ENOENT" });
    assert.equal(await isSettled(closing), false);
    go.open();
    assert.equal(parse(await peer.untilEnd()).body, "hello");
    assert.equal(await peer.closed, "FIN");
    await closing;
  });

  test(`C10.08 close() closes idle connections at once (${engine})`, async (t) => {
    const { responder, peer, go } = await busy(t, { engine });
    const silent = await responder.connect();
    const used = await responder.connect();
    used.send(getValues("FCGI_MAX_REQS"));
    await used.nextRecord();
    const closing = responder.server.close();
    assert.equal(await silent.closed, "FIN");
    assert.equal(await used.closed, "FIN");
    assert.equal(await isSettled(closing), false);
    go.open();
    await peer.untilEnd();
    await closing;
  });

  test(`C10.08 close() with nothing to do resolves, every time (${engine})`, async (t) => {
    const responder = await respond(t, answering(), { engine });
    await responder.server.close();
    await responder.server.close();
    await responder.server.close();
  });
}

for (const [name, options] of sockets) {
  test(`C10.08 a kept connection that has been used is closed at once, over ${name}`, async (t) => {
    const responder = await respond(t, answering(), options);
    const peer = await responder.connect();
    for (let count = 0; count < 3; count++) {
      peer.send(request());
      await peer.untilEnd();
    }
    const closing = responder.server.close();
    assert.equal(await peer.closed, "FIN");
    await closing;
  });

  test(`A15.04 C10.08 a response that streams goes on to its end, over ${name}`, async (t) => {
    const first = gate();
    const { responder, peer, go } = await busy(t, options, (_, start) => {
      start("200 OK", [["Content-Type", "text/plain"]]);
      return (async function* () {
        yield "one";
        await first.passed;
        yield "x".repeat(1_000_000);
      })();
    });
    go.open();
    assert.equal((await peer.nextRecord())?.type, FCGI.STDOUT);
    const closing = responder.server.close();
    first.open();
    const { stdout, appStatus } = await peer.untilEnd();
    assert.equal(stdout.length, 1_000_000);
    assert.equal(appStatus, 0);
    assert.equal(await peer.closed, "FIN");
    await closing;
  });

  test(`A15.04 C10.08 after gracefulTimeoutMs requests are aborted with SHUTDOWN, over ${name}`, async (t) => {
    const reason = gate<unknown>();
    const { responder, peer, go } = await busy(
      t,
      { ...options, gracefulTimeoutMs: 20 },
      async (environ) => {
        const signal = environ["tsgi.signal"];
        await new Promise((resolve) =>
          signal.addEventListener("abort", resolve),
        );
        reason.open(signal.reason);
        return [];
      },
    );
    go.open();
    const closing = responder.server.close();
    assert.equal(((await reason.passed) as TsgiError).code, "SHUTDOWN");
    const { appStatus, stdout } = await peer.untilEnd();
    assert.equal(appStatus, 1);
    assert.equal(stdout.length, 0);
    assert.equal(await peer.closed, "FIN");
    await closing;
  });
}

test("A15.02 C10.08 an application that does not listen cannot keep close() waiting", async (t) => {
  const { responder, peer, go } = await busy(t, {
    gracefulTimeoutMs: 20,
    abortGraceMs: 20,
  });
  await responder.server.close();
  await peer.closed;
  go.open();
});

test("C10.08 a second close() aborts at once", async (t) => {
  const { responder, peer, go } = await busy(t, { gracefulTimeoutMs: 60_000 });
  const closing = responder.server.close();
  assert.equal(await isSettled(closing), false);
  assert.equal(responder.server.close(), closing);
  await closing;
  assert.equal((await peer.untilEnd()).appStatus, 1);
  go.open();
});

test("C10.08 a body that fails with the abort is closed once", async (t) => {
  let closed = 0;
  const sent = gate();
  const { responder, peer, go } = await busy(
    t,
    { gracefulTimeoutMs: 20 },
    (_, start) => {
      start("200 OK", [["Content-Type", "text/plain"]]);
      return {
        async *[Symbol.asyncIterator]() {
          yield "one";
          sent.open();
          await new Promise(() => {});
        },
        close() {
          closed++;
        },
      };
    },
  );
  go.open();
  await sent.passed;
  await responder.server.close();
  assert.equal(closed, 1);
  // It is incomplete, and must not look complete.
  await assert.rejects(peer.untilEnd(), /connection ended/);
});

test("C10.08 a request whose params are not complete may still be made, and is answered", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  peer.send(begin(), getValues());
  await peer.nextRecord();
  const closing = responder.server.close();
  assert.equal(await isSettled(closing), false);
  peer.send(params({ ...VARIABLES, REQUEST_METHOD: "POST" }), stdin("body"));
  assert.equal(parse(await peer.untilEnd()).body, "body");
  await closing;
});

test("C10.08 no request begins on a connection that is being closed", async (t) => {
  let calls = 0;
  const { responder, peer, go } = await busy(t, {}, (environ, start) => {
    calls++;
    return answering()(environ, start);
  });
  const closing = responder.server.close();
  go.open();
  await peer.untilEnd();
  peer.send(request());
  await peer.closed;
  await closing;
  assert.equal(calls, 1);
});

test("C10.08 a peer that does not read cannot keep close() waiting", async (t) => {
  const responder = await respond(t, answering("x".repeat(10_000_000)), {
    gracefulTimeoutMs: 20,
    abortGraceMs: 20,
  });
  const peer = await responder.connect();
  peer.send(request({}, "", { keep: false }));
  await peer.nextRecord();
  peer.pause();
  await responder.server.close();
});

test("C10.08 a peer that leaves its side open cannot keep close() waiting", async (t) => {
  const responder = await respond(t, answering(), {
    gracefulTimeoutMs: 20,
    abortGraceMs: 20,
  });
  // It goes on with a body nobody wants, and never ends.
  const peer = await responder.connect();
  const variables = { ...VARIABLES, CONTENT_LENGTH: "1000" };
  peer.socket.removeAllListeners("end");
  peer.send(begin(1, { keep: false }), params(variables));
  await peer.untilEnd();
  peer.send(record(FCGI.STDIN, 1, "some of it"));
  await responder.server.close();
});

for (const engine of engines) {
  test(`C10.11 C11.08 END_REQUEST does not wait for tsgi.cleanup, close() does (${engine})`, async (t) => {
    const cleanup = gate();
    const steps: string[] = [];
    const responder = await respond(
      t,
      (environ, startResponse) => {
        environ["tsgi.cleanup"].push(async () => {
          steps.push("cleanup begins");
          await cleanup.passed;
          steps.push("cleanup ends");
        });
        return answering()(environ, startResponse);
      },
      { engine },
    );
    const peer = await responder.connect();
    peer.send(request());
    assert.equal(parse(await peer.untilEnd()).body, "hello");
    steps.push("answered");
    const closing = responder.server.close();
    await peer.closed;
    assert.equal(await isSettled(closing), false);
    cleanup.open();
    await closing;
    assert.equal(steps.at(-1), "cleanup ends");
    assert.ok(steps.includes("answered"));
  });
}

test("C10.11 cleanup that does not end cannot keep close() waiting", async (t) => {
  const responder = await respond(
    t,
    (environ, startResponse) => {
      environ["tsgi.cleanup"].push(() => new Promise(() => {}));
      return answering()(environ, startResponse);
    },
    { gracefulTimeoutMs: 20, abortGraceMs: 20 },
  );
  const peer = await responder.connect();
  peer.send(request());
  await peer.untilEnd();
  await responder.server.close();
});

test("C8.01 C10.08 an abort while closing ends the request and the connection", async (t) => {
  const { responder, peer, go } = await busy(t);
  const closing = responder.server.close();
  peer.send(abort());
  assert.equal((await peer.untilEnd()).appStatus, 1);
  await closing;
  go.open();
});

/** A process that serves, and closes at SIGTERM; its application says when it was called. */
const PROGRAM = `
  import { serve } from "./src/fastcgi/serve.ts";
  const server = await serve(async (environ, startResponse) => {
    console.log("called");
    const delay = Number(environ.QUERY_STRING);
    await new Promise((resolve) => setTimeout(resolve, delay));
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return ["finished"];
  }, { listen: ["0"], inherited: false, abortGraceMs: 50 });
  process.on("SIGTERM", () => {
    console.log("closing");
    void server.close();
  });
  console.log(server.addresses[0]);`;

test("C10.08 a process that closes at SIGTERM answers what runs, and ends with 0 by itself", async (t) => {
  const program = startProgram(t, PROGRAM);
  const peer = await Peer.connect(await program.line());
  const idle = await Peer.connect(
    `${peer.socket.remoteAddress}:${peer.socket.remotePort}`,
  );
  peer.send(request({ QUERY_STRING: "200" }));
  assert.equal(await program.line(), "called");
  program.child.kill("SIGTERM");
  assert.equal(await program.line(), "closing");
  assert.equal(parse(await peer.untilEnd()).body, "finished");
  assert.equal(await peer.closed, "FIN");
  assert.equal(await idle.closed, "FIN");
  const { status, stderr } = await program.ended;
  assert.equal(status, 0);
  assert.equal(stderr, "");
});

test("C10.08 a second SIGTERM ends a process whose request would take for ever", async (t) => {
  const program = startProgram(t, PROGRAM);
  const peer = await Peer.connect(await program.line());
  peer.send(request({ QUERY_STRING: "1000000000" }));
  assert.equal(await program.line(), "called");
  program.child.kill("SIGTERM");
  assert.equal(await program.line(), "closing");
  program.child.kill("SIGTERM");
  assert.equal((await peer.untilEnd()).appStatus, 1);
  assert.equal(await peer.closed, "FIN");
});
