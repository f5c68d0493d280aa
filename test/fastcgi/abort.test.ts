// C8: what becomes of a request that the web server gives up.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { TsgiError } from "../../src/common/errors.ts";
import type { Application, Environ } from "../../src/common/types.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  type Answer,
  abort,
  begin,
  params,
  record,
  request,
  stdin,
  VARIABLES,
} from "../support/peer.ts";
import {
  answering,
  gate,
  parse,
  type ResponderOptions,
  respond,
} from "../support/responder.ts";

const TEXT = [["Content-Type", "text/plain"]] as const;

/** Says when it runs, and what it is told when it is aborted; then it settles, or not. */
function aborting({ settles }: { settles: boolean }) {
  const events: string[] = [];
  const running = gate();
  const application: Application = async (environ, startResponse) => {
    if (environ.PATH_INFO === "/other") {
      return answering("other")(environ, startResponse);
    }
    const signal = environ["tsgi.signal"];
    signal.onabort = () => events.push(`signal ${signal.reason.code}`);
    const read = environ["tsgi.input"].read();
    running.open();
    await read.catch(({ code }) => events.push(`read ${code}`));
    if (!settles) await new Promise(() => {});
    throw signal.reason;
  };
  return { application, events, running };
}

/** Rejects when the request is aborted. */
function abortOf(environ: Environ): Promise<never> {
  const signal = environ["tsgi.signal"];
  return new Promise((_, reject) => {
    signal.onabort = () => reject(signal.reason);
  });
}

/** BEGIN_REQUEST and PARAMS, whose body is still to come. */
function begun({ keep = true, id = 1 } = {}): Uint8Array {
  return Buffer.concat([
    begin(id, { keep }),
    params({ ...VARIABLES, CONTENT_LENGTH: "9" }, id),
  ]);
}

function typesOf({ records }: Answer): number[] {
  return records.map(({ type }) => type);
}

for (const settles of [true, false]) {
  const name = settles
    ? "ends with its application"
    : "ends after the grace time";
  test(`C8.01 A3.06 A15.01 A15.02 an aborted request ${name}`, async (t) => {
    const { application, events, running } = aborting({ settles });
    const abortGraceMs = settles ? 60_000 : 50;
    const responder = await respond(t, application, { abortGraceMs });
    const peer = await responder.connect();
    peer.send(begun());
    await running.passed;
    peer.send(abort());
    const answer = await peer.untilEnd();
    assert.deepEqual(events, ["signal ABORTED", "read ABORTED"]);
    assert.equal(answer.protocolStatus, FCGI.REQUEST_COMPLETE);
    assert.notEqual(answer.appStatus, 0);
    assert.equal(answer.stderr.length, 0);
    peer.send(abort(), abort(), request({ PATH_INFO: "/other" }));
    assert.equal(parse(await peer.untilEnd()).body, "other");
    assert.deepEqual(responder.reports.all, []);
  });
}

const early: [name: string, sent: Uint8Array[]][] = [
  ["BEGIN_REQUEST (HAProxy)", [begin()]],
  ["some of the PARAMS", [begin(), record(FCGI.PARAMS, 1, "\x09\x01REQ")]],
  ["PARAMS without their end", [begin(), params().subarray(0, -8)]],
  ["STDIN in front of the PARAMS", [begin(), stdin("early")]],
];
for (const [name, sent] of early) {
  test(`C8.02 an abort behind ${name} ends the request at once, uncalled`, async (t) => {
    let calls = 0;
    const responder = await respond(t, (environ, startResponse) => {
      calls++;
      return answering()(environ, startResponse);
    });
    const peer = await responder.connect();
    peer.send(...sent, abort());
    const answer = await peer.untilEnd();
    assert.deepEqual(typesOf(answer), [FCGI.END_REQUEST]);
    assert.equal(answer.protocolStatus, FCGI.REQUEST_COMPLETE);
    // What the web server sent before it knew is for nobody.
    peer.send(params(), stdin());
    peer.send(request());
    assert.equal(parse(await peer.untilEnd()).body, "hello");
    assert.equal(calls, 1);
    assert.deepEqual(responder.reports.all, []);
  });
}

test("C8.02 without KEEP_CONN the connection is closed as well", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  peer.send(begin(1, { keep: false }), abort());
  assert.deepEqual(typesOf(await peer.untilEnd()), [FCGI.END_REQUEST]);
  assert.equal(await peer.closed, "FIN");
});

test("C8.03 D3.11 aborts of no request, of ended ones and with content are ignored", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  const odd = record(FCGI.ABORT_REQUEST, 1, "content");
  peer.send(abort(), odd, abort(7), request(), abort(), odd);
  assert.equal(parse(await peer.untilEnd()).body, "hello");
  peer.send(abort(), request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
  peer.send(begin(), odd);
  assert.deepEqual(typesOf(await peer.untilEnd()), [FCGI.END_REQUEST]);
});

for (const keep of [true, false]) {
  test(`C8.04 an abort leaves another request alone, with KEEP_CONN=${Number(keep)}`, async (t) => {
    const { application, running } = aborting({ settles: true });
    const go = gate();
    const responder = await respond(t, async (environ, startResponse) => {
      if (environ.PATH_INFO === "/other") await go.passed;
      return application(environ, startResponse);
    });
    const peer = await responder.connect();
    peer.send(request({ PATH_INFO: "/other" }, "", { requestId: 2 }));
    peer.send(begun({ keep }));
    await running.passed;
    peer.send(abort());
    assert.notEqual((await peer.untilEnd()).appStatus, 0);
    go.open();
    assert.equal(parse(await peer.untilEnd(2)).body, "other");
    if (keep) {
      peer.send(request({ PATH_INFO: "/other" }));
      assert.equal(parse(await peer.untilEnd()).body, "other");
    } else {
      assert.equal(await peer.closed, "FIN");
    }
  });
}

test("C8.05 A1.12 an aborted application that goes on writes into no other request", async (t) => {
  const running = gate();
  const go = gate();
  const over = gate();
  const responder = await respond(
    t,
    (environ, startResponse) => {
      if (environ.PATH_INFO === "/new") {
        return answering("new")(environ, startResponse);
      }
      const write = startResponse("200 OK", TEXT);
      return (async function* () {
        yield "old 1";
        running.open();
        await go.passed;
        await assert.rejects(async () => write("old 2"), /has ended/);
        over.open();
        yield "old 3";
      })();
    },
    { abortGraceMs: 20 },
  );
  const peer = await responder.connect();
  peer.send(request());
  await running.passed;
  peer.send(abort());
  assert.match(String((await peer.untilEnd()).stdout), /old 1$/);
  peer.send(begin());
  go.open();
  await over.passed;
  peer.send(params({ ...VARIABLES, PATH_INFO: "/new" }), stdin());
  assert.equal(parse(await peer.untilEnd()).body, "new");
});

test("C8.06 STDOUT that was begun is ended before END_REQUEST", async (t) => {
  const responder = await respond(t, (environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return (async function* () {
      yield "begun";
      await abortOf(environ);
    })();
  });
  const peer = await responder.connect();
  peer.send(request());
  await peer.nextRecord();
  peer.send(abort());
  const answer = await peer.untilEnd();
  assert.deepEqual(
    answer.records.map(({ type, content }) => [type, content.length]),
    [
      [FCGI.STDOUT, 0],
      [FCGI.END_REQUEST, 8],
    ],
  );
});

/** An application that writes until nobody takes it any more, and what it was told then. */
function flooding() {
  const blocked = gate();
  const told = gate<string>();
  let closings = 0;
  const application: Application = (environ, startResponse) => {
    const write = startResponse("200 OK", TEXT);
    const chunk = Buffer.alloc(50_000);
    const flood = async () => {
      for (;;) {
        const wait = write(chunk);
        if (wait === undefined) continue;
        setImmediate(blocked.open);
        await wait;
      }
    };
    void flood().catch(({ code }) => told.open(code));
    return {
      [Symbol.asyncIterator]: () => ({ next: () => abortOf(environ) }),
      close: () => {
        closings++;
      },
    };
  };
  return { application, blocked, told, closings: () => closings };
}

test("C8.01 an abort frees an application whose output is blocked", async (t) => {
  const { application, blocked, told, closings } = flooding();
  const responder = await respond(t, application);
  const peer = await responder.connect();
  peer.pause();
  peer.send(request());
  await blocked.passed;
  peer.send(abort());
  assert.equal(await told.passed, "ABORTED");
  assert.equal(closings(), 1);
  peer.resume();
  const answer = await peer.untilEnd();
  assert.notEqual(answer.appStatus, 0);
  assert.ok(answer.stdout.length > 50_000);
});

for (const how of ["close", "reset"] as const) {
  test(`C7.06 A10.01 a peer that leaves (${how}) frees an application whose output is blocked`, async (t) => {
    const { application, blocked, told, closings } = flooding();
    const responder = await respond(t, application, { tcp: true });
    const peer = await responder.connect();
    peer.pause();
    peer.send(request());
    await blocked.passed;
    peer[how]();
    assert.equal(await told.passed, "DISCONNECTED");
    assert.equal(closings(), 1);
  });
}

/** Runs into the limit of one request at once, so that each has to be counted down. */
async function oneByOne(
  t: TestContext,
  application: Application,
  options: ResponderOptions = {},
) {
  const responder = await respond(t, application, {
    maxConcurrency: 1,
    abortGraceMs: 20,
    ...options,
  });
  return {
    responder,
    /** Asks again while the request before may still be ending. */
    async works(): Promise<void> {
      for (;;) {
        const peer = await responder.connect();
        peer.send(request({ PATH_INFO: "/other" }, "", { keep: false }));
        const answer = await peer.untilEnd();
        if (answer.protocolStatus === FCGI.OVERLOADED) continue;
        assert.equal(parse(answer).body, "other");
        return;
      }
    },
  };
}

const endings: [
  name: string,
  sent: Uint8Array,
  then: "abort" | "close" | "reset" | "end",
][] = [
  ["an abort", begun(), "abort"],
  ["an abort before the params", begin(), "abort"],
  ["a lost connection", begun(), "close"],
  ["a reset", begun(), "reset"],
  ["a half-closed connection", begun(), "end"],
  ["a connection lost before the params", begin(), "close"],
];
for (const settles of [true, false]) {
  for (const [name, sent, then] of endings) {
    test(`C3.05 C8.01 a request is counted down after ${name}, where its application ${settles ? "settles" : "hangs"}`, async (t) => {
      const { application, running } = aborting({ settles });
      const { responder, works } = await oneByOne(t, application, {
        tcp: then === "reset",
      });
      const peer = await responder.connect();
      await peer.send(sent);
      if (sent.length > 16) await running.passed;
      if (then === "abort") peer.send(abort());
      else peer[then]();
      await works();
      await works();
    });
  }
}

test("A15.02 A10.03 a close() that never settles does not keep an abandoned request open", async (t) => {
  const closing = gate();
  const { responder, works } = await oneByOne(t, (environ, startResponse) => {
    if (environ.PATH_INFO === "/other") {
      return answering("other")(environ, startResponse);
    }
    startResponse("200 OK", TEXT);
    const close = () => {
      closing.open();
      return new Promise(() => {});
    };
    return Object.assign(["body"], { close });
  });
  const lost = await responder.connect();
  lost.send(request());
  await closing.passed;
  lost.close();
  await works();
  const aborted = await responder.connect();
  aborted.send(request());
  await aborted.nextRecord();
  aborted.send(abort());
  const answer = await aborted.untilEnd();
  assert.equal(answer.appStatus, 0);
  await works();
});

test("A3.06 a request that went well leaves its signal alone, also when the connection closes", async (t) => {
  const signals: AbortSignal[] = [];
  const responder = await respond(t, (environ, startResponse) => {
    signals.push(environ["tsgi.signal"]);
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  peer.send(request());
  await peer.untilEnd();
  peer.end();
  await peer.closed;
  assert.deepEqual(
    signals.map(({ aborted }) => aborted),
    [false],
  );
});

test("A15.03 C6.11 a request that takes too long is answered with 504, or cut where it was begun", async (t) => {
  let reason: TsgiError | undefined;
  const responder = await respond(
    t,
    (environ, startResponse) => {
      environ["tsgi.signal"].onabort = () => {
        reason = environ["tsgi.signal"].reason;
      };
      if (environ.PATH_INFO === "/late") return new Promise(() => {});
      startResponse("200 OK", TEXT);
      return (async function* () {
        yield "begun";
        await new Promise(() => {});
      })();
    },
    { requestTimeoutMs: 50, abortGraceMs: 20 },
  );
  const peer = await responder.connect();
  peer.send(request({ PATH_INFO: "/late" }));
  assert.equal(parse(await peer.untilEnd()).status, "504 Gateway Timeout");
  assert.equal(reason?.code, "TIMEOUT");
  peer.send(request({ PATH_INFO: "/begun" }));
  assert.match(
    String(Buffer.from((await peer.nextRecord())?.content ?? [])),
    /begun$/,
  );
  assert.equal(await peer.closed, "FIN");
  await assert.rejects(peer.untilEnd(), /ended/);
});
