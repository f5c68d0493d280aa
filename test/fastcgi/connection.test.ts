// C7: how connections live and end.
import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import type { Application } from "../../src/common/types.ts";
import { encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  type Answer,
  abort,
  begin,
  getValues,
  Peer,
  params,
  record,
  request,
  roundTrip,
  stdin,
  VARIABLES,
} from "../support/peer.ts";
import { startProgram } from "../support/program.ts";
import { seed } from "../support/property.ts";
import {
  answering,
  echo,
  echoStream,
  gate,
  parse,
  type Responder,
  respond,
} from "../support/responder.ts";
import { inPieces } from "../support/wire.ts";

const TEXT = [["Content-Type", "text/plain"]] as const;

async function works(responder: Responder): Promise<void> {
  const answer = await roundTrip(responder.address);
  assert.equal(answer.protocolStatus, FCGI.REQUEST_COMPLETE);
}

test("C7.01 without KEEP_CONN the connection is closed behind END_REQUEST", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  peer.send(request({}, "", { keep: false }));
  assert.equal(parse(await peer.untilEnd()).body, "hello");
  assert.equal(await peer.nextRecord(), undefined);
  assert.equal(await peer.closed, "FIN");
});

test("C7.01 it is closed behind the last request of those that are active", async (t) => {
  const gates = [gate(), gate(), gate()];
  const responder = await respond(t, async (environ, startResponse) => {
    await gates[Number(environ.QUERY_STRING)]?.passed;
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  for (const [index, keep] of [true, false, true].entries()) {
    const QUERY_STRING = String(index);
    peer.send(request({ QUERY_STRING }, "", { requestId: index + 1, keep }));
  }
  for (const index of [1, 0, 2]) {
    gates[index]?.open();
    assert.equal(parse(await peer.untilEnd(index + 1)).body, "hello");
  }
  assert.equal(await peer.closed, "FIN");
});

test("C7.01 a request behind one without KEEP_CONN is not begun", async (t) => {
  let calls = 0;
  const responder = await respond(t, (environ, startResponse) => {
    calls++;
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  peer.send(
    request({}, "", { keep: false }),
    request({}, "", { requestId: 2 }),
  );
  await peer.untilEnd();
  assert.equal(await peer.closed, "FIN");
  assert.equal(calls, 1);
});

test("C7.02 1,000 requests of every kind on one connection do not get in each other's way", async (t) => {
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      if (environ.PATH_INFO === "/fail") throw new Error("oh");
      if (environ.PATH_INFO === "/unread") {
        return answering("unread")(environ, startResponse);
      }
      return echo(environ, startResponse);
    },
    { maxConcurrency: 1 },
  );
  const peer = await responder.connect();
  for (let i = 0; i < 1000; i++) {
    const requestId = 1 + (i % 3);
    const kind = i % 5;
    if (kind === 0) {
      peer.send(begin(requestId, { role: 9 }));
      const { protocolStatus } = await peer.untilEnd(requestId);
      assert.equal(protocolStatus, FCGI.UNKNOWN_ROLE);
    } else if (kind === 1) {
      peer.send(begin(requestId), abort(requestId));
      assert.equal((await peer.untilEnd(requestId)).records.length, 1);
    } else if (kind === 2) {
      peer.send(request({ PATH_INFO: "/fail" }, "", { requestId }));
      const { status } = parse(await peer.untilEnd(requestId));
      assert.equal(status, "500 Internal Server Error");
    } else if (kind === 3) {
      peer.send(
        request({ PATH_INFO: "/unread" }, "x".repeat(i), { requestId }),
      );
      assert.equal(parse(await peer.untilEnd(requestId)).body, "unread");
    } else {
      peer.send(request({}, `body ${i}`, { requestId }));
      assert.equal(parse(await peer.untilEnd(requestId)).body, `body ${i}`);
    }
  }
});

test("C7.03 KEEP_CONN counts for each request by itself", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  for (const keep of [true, true, false]) {
    peer.send(request({}, "", { keep }));
    assert.equal(parse(await peer.untilEnd()).body, "hello");
  }
  assert.equal(await peer.closed, "FIN");
});

test("C7.04 the multiplexed example of the specification (appendix B, 4)", async (t) => {
  const second = gate();
  const responder = await respond(t, async (environ, startResponse) => {
    startResponse("200 OK", [["Content-Type", "text/html"]]);
    if (environ.SERVER_PORT === "80") await second.passed;
    else environ["tsgi.cleanup"].push(() => second.open());
    return [`<html>\n<head> ${environ.SERVER_PORT}`];
  });
  const peer = await responder.connect();
  const stream = (port: string) =>
    encodePairs(Object.entries({ ...VARIABLES, SERVER_PORT: port }));
  peer.send(
    begin(1),
    record(FCGI.PARAMS, 1, stream("80")),
    record(FCGI.PARAMS, 1),
    begin(2),
    record(FCGI.PARAMS, 2, stream("81")),
    record(FCGI.STDIN, 1),
    record(FCGI.PARAMS, 2),
    record(FCGI.STDIN, 2),
  );
  const order: number[] = [];
  for (let i = 0; i < 6; i++) {
    order.push((await peer.nextRecord())?.requestId ?? 0);
  }
  assert.deepEqual(order, [2, 2, 2, 1, 1, 1]);
});

test("C7.05 records of several requests may interleave in any way", async (t) => {
  const responder = await respond(t, echoStream);
  const requests = fc.array(fc.string({ maxLength: 300 }), {
    minLength: 2,
    maxLength: 8,
  });
  t.diagnostic(`TSGI_PROPERTY_SEED=${seed}`);
  const property = fc.asyncProperty(
    requests,
    fc.infiniteStream(fc.nat()),
    fc.infiniteStream(fc.integer({ min: 1, max: 500 })),
    async (bodies, choices, sizes) => {
      const peer = await responder.connect();
      let waiting = bodies.map((body, index) => {
        const requestId = index * 257 + 1;
        const variables = {
          ...VARIABLES,
          CONTENT_LENGTH: `${Buffer.byteLength(body)}`,
        };
        return [
          begin(requestId),
          ...inPieces(encodePairs(Object.entries(variables)), 50).map((piece) =>
            record(FCGI.PARAMS, requestId, piece),
          ),
          record(FCGI.PARAMS, requestId),
          ...inPieces(Buffer.from(body), 40).map((piece) =>
            record(FCGI.STDIN, requestId, piece),
          ),
          record(FCGI.STDIN, requestId),
        ];
      });
      const mixed: Uint8Array[] = [];
      while (waiting.length > 0) {
        const choice = choices.next().value % waiting.length;
        mixed.push(waiting[choice]?.shift() ?? Buffer.of());
        waiting = waiting.filter((records) => records.length > 0);
      }
      let rest = Buffer.concat(mixed);
      while (rest.length > 0) {
        const size = sizes.next().value;
        peer.send(rest.subarray(0, size));
        rest = rest.subarray(size);
        await new Promise((resolve) => setImmediate(resolve));
      }
      for (const [index, body] of bodies.entries()) {
        const answer = parse(await peer.untilEnd(index * 257 + 1));
        assert.equal(Buffer.from(answer.body, "latin1").toString(), body);
      }
      peer.close();
    },
  );
  await fc.assert(property, { seed, numRuns: 50 });
});

const departures = ["close", "reset", "end"] as const;
const busy: [
  name: string,
  application: (reads: (code: string) => void) => Application,
][] = [
  [
    "waits for its input",
    (tell) => async (environ) => {
      await environ["tsgi.input"].read().catch(({ code }) => tell(code));
      throw environ["tsgi.signal"].reason;
    },
  ],
  [
    "waits for its signal",
    (tell) => async (environ) => {
      const signal = environ["tsgi.signal"];
      if (!signal.aborted) await once(signal, "abort");
      tell(signal.reason.code);
      return [];
    },
  ],
  [
    "streams its answer",
    (tell) => (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const close = () => tell(environ["tsgi.signal"].reason.code);
      const chunk = Buffer.alloc(10_000);
      return {
        async *[Symbol.asyncIterator]() {
          for (;;) yield chunk;
        },
        close,
      };
    },
  ],
];
for (const how of departures) {
  for (const [name, application] of busy) {
    test(`C7.06 C12.01 a peer that leaves (${how}) aborts an application that ${name}, once`, async (t) => {
      const codes: string[] = [];
      const told = gate();
      const tell = (code: string) => {
        codes.push(code);
        told.open();
      };
      const responder = await respond(
        t,
        (environ, startResponse) =>
          environ.CONTENT_LENGTH === undefined
            ? answering()(environ, startResponse)
            : application(tell)(environ, startResponse),
        { tcp: true },
      );
      const peer = await responder.connect();
      const CONTENT_LENGTH = "5";
      await peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH }));
      await peer.send(record(FCGI.STDIN, 1, "some"));
      peer[how]();
      await told.passed;
      await works(responder);
      assert.deepEqual(codes, ["DISCONNECTED"]);
    });
  }
}

test("C7.06 a peer that ends its side is not answered by default, though its request is whole", async (t) => {
  const reason = gate<string>();
  const responder = await respond(t, async (environ, startResponse) => {
    const signal = environ["tsgi.signal"];
    signal.onabort = () => reason.open(signal.reason.code);
    await reason.passed;
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  await peer.send(request({}, "body"));
  peer.end();
  assert.equal(await reason.passed, "DISCONNECTED");
  assert.equal(await peer.nextRecord(), undefined);
});

for (const keep of [true, false]) {
  test(`C7.07 with halfClose a peer that ends its side is answered, with KEEP_CONN=${Number(keep)}`, async (t) => {
    const ended = gate();
    const responder = await respond(
      t,
      async (environ, startResponse) => {
        const body = await environ["tsgi.input"].read();
        await ended.passed;
        startResponse("200 OK", TEXT);
        return [Buffer.alloc(1_000_000, body)];
      },
      { halfClose: true },
    );
    const peer = await responder.connect();
    await peer.send(request({}, "body", { keep }));
    peer.end();
    // Seen by the responder before it answers: a whole request takes longer.
    await roundTripPastGate(responder);
    ended.open();
    const answer = await peer.untilEnd();
    assert.equal(parse(answer).body, "body".repeat(250_000));
    assert.equal(await peer.closed, "FIN");
  });
}

/** A request that is refused, on a connection of its own. */
async function roundTripPastGate(responder: Responder): Promise<void> {
  const peer = await responder.connect();
  peer.send(begin(1, { role: 9, keep: false }));
  await peer.untilEnd();
  await peer.closed;
}

test("C7.07 with halfClose too, a request that is not whole is aborted", async (t) => {
  const code = gate<string>();
  const responder = await respond(
    t,
    async (environ) => {
      await environ["tsgi.input"]
        .read()
        .catch((error) => code.open(error.code));
      return [];
    },
    { halfClose: true },
  );
  const peer = await responder.connect();
  await peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH: "9" }));
  peer.end();
  assert.equal(await code.passed, "DISCONNECTED");
  await peer.closed;
});

const unfinished: [name: string, sent: Uint8Array][] = [
  ["nothing", Buffer.of()],
  ["3 bytes", begin().subarray(0, 3)],
  ["BEGIN_REQUEST", begin()],
  ["some of the PARAMS", Buffer.concat([begin(), params().subarray(0, 50)])],
  [
    "PARAMS without their end",
    Buffer.concat([begin(), params().subarray(0, -8)]),
  ],
];
for (const kept of [false, true]) {
  for (const [name, sent] of unfinished) {
    if (kept && sent.length === 0) continue;
    const behind = kept ? " behind a whole request" : "";
    test(`C7.08 D3.17 a connection that sends ${name}${behind} is closed after a time`, async (t) => {
      const responder = await respond(t, answering(), { paramsTimeoutMs: 30 });
      const peer = await responder.connect();
      if (kept) {
        peer.send(request());
        await peer.untilEnd();
      }
      peer.send(sent);
      await peer.closed;
      assert.deepEqual(responder.reports.codes, ["TIMEOUT"]);
    });
  }
}

/** Waits as long as a connection that owes its params may live. */
async function paramsTimeout(responder: Responder): Promise<void> {
  const peer = await responder.connect();
  peer.send(begin());
  await peer.closed;
}

test("C7.08 an idle kept connection is not closed", async (t) => {
  const responder = await respond(t, answering(), { paramsTimeoutMs: 30 });
  const peer = await responder.connect();
  peer.send(request());
  await peer.untilEnd();
  await paramsTimeout(responder);
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

test("C7.08 D3.17 a slow body is not held against a connection", async (t) => {
  const responder = await respond(t, echo, { paramsTimeoutMs: 30 });
  const peer = await responder.connect();
  peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH: "4" }));
  const rest = stdin("dy");
  peer.send(record(FCGI.STDIN, 1, "bo"), rest.subarray(0, 5));
  await paramsTimeout(responder);
  peer.send(rest.subarray(5));
  assert.equal(parse(await peer.untilEnd()).body, "body");
});

test("C7.08 nor is an application that is slow to read, which stops the connection", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      await go.passed;
      return echo(environ, startResponse);
    },
    { paramsTimeoutMs: 30, maxBufferedBytes: 1000 },
  );
  const peer = await responder.connect();
  peer.send(
    begin(),
    params({ ...VARIABLES, CONTENT_LENGTH: "4000" }),
    ...Array(4).fill(record(FCGI.STDIN, 1, "x".repeat(1000))),
    begin(2),
  );
  await paramsTimeout(responder);
  peer.send(params(VARIABLES, 2), stdin("", 2));
  go.open();
  assert.equal(parse(await peer.untilEnd()).body, "x".repeat(4000));
  assert.equal(parse(await peer.untilEnd(2)).body, "");
});

const states: [name: string, sent: Uint8Array][] = [
  ["accepted", Buffer.of()],
  ["reading a header", begin().subarray(0, 5)],
  ["beginning", begin()],
  ["reading params", Buffer.concat([begin(), params().subarray(0, 40)])],
  [
    "reading a body",
    Buffer.concat([begin(), params({ ...VARIABLES, CONTENT_LENGTH: "9" })]),
  ],
  ["answering", request({ PATH_INFO: "/large" })],
  ["idle", request()],
  ["lingering", request({}, "", { keep: false })],
  ["refusing", begin(1, { role: 9 })],
  ["asked for values", getValues("FCGI_MAX_REQS")],
];
for (const how of departures) {
  for (const [name, sent] of states) {
    test(`C7.10 D3.01 D3.02 D3.03 a peer may leave (${how}) a connection that is ${name}`, async (t) => {
      const responder = await respond(
        t,
        async (environ, startResponse) =>
          environ.PATH_INFO === "/large"
            ? answering(Buffer.alloc(10_000_000))(environ, startResponse)
            : echo(environ, startResponse),
        { tcp: true, maxConcurrency: 1 },
      );
      const peer = await responder.connect();
      peer.pause();
      if (sent.length > 0) await peer.send(sent);
      await new Promise((resolve) => setImmediate(resolve));
      peer[how]();
      peer.resume();
      for (;;) {
        const { protocolStatus } = await roundTrip(responder.address);
        if (protocolStatus === FCGI.REQUEST_COMPLETE) break;
        assert.equal(protocolStatus, FCGI.OVERLOADED);
      }
    });
  }
}

test("C7.10 a peer may leave while a response is complete but not closed, and unsent", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    (environ, startResponse) => {
      if (environ.PATH_INFO !== "/large") {
        return answering()(environ, startResponse);
      }
      startResponse("200 OK", TEXT);
      const close = () => go.passed;
      return Object.assign([Buffer.alloc(10_000), Buffer.alloc(10_000)], {
        close,
      });
    },
    { tcp: true },
  );
  const peer = await responder.connect();
  peer.pause();
  await peer.send(request({ PATH_INFO: "/large" }));
  await works(responder);
  peer.reset();
  await works(responder);
  go.open();
  await works(responder);
  assert.deepEqual(responder.reports.all, []);
});

test("C7.09 a process that runs out of descriptors goes on when it has some again", async (t) => {
  const source = `
    import { serve } from "./src/fastcgi/serve.ts";
    const application = (_, startResponse) => {
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return ["hello"];
    };
    const options = { listen: ["127.0.0.1:0"], inherited: false };
    const server = await serve(application, options);
    console.log(server.addresses[0]);
  `;
  const shell = 'ulimit -n 64; exec "$@"';
  const address = await startProgram(t, source, { shell }).line();
  const peers: Peer[] = [];
  for (let i = 0; i < 100; i++) peers.push(await Peer.connect(address));
  // Some are served, and the others are closed at once or wait to be accepted.
  const sent = peers.map((peer) => peer.send(request()));
  assert.equal(parse(await (peers[0] as Peer).untilEnd()).body, "hello");
  for (const peer of peers) peer.close();
  await Promise.allSettled(sent);
  // Until it has seen them leave it has no descriptor for anybody.
  let answer: Answer | undefined;
  while (answer === undefined) {
    answer = await roundTrip(address).catch(() => undefined);
  }
  assert.equal(parse(answer).body, "hello");
});

test("A15.04 C10.08 close() lets running requests finish, and takes no others", async (t) => {
  const running = gate();
  const go = gate();
  const responder = await respond(t, async (environ, startResponse) => {
    running.open();
    await go.passed;
    return answering()(environ, startResponse);
  });
  const [peer, idle] = [await responder.connect(), await responder.connect()];
  peer.send(request());
  await running.passed;
  const closed = responder.server.close();
  assert.equal(await idle.closed, "FIN");
  await assert.rejects(responder.connect(), /ENOENT|ECONNREFUSED/);
  go.open();
  const answer = await peer.untilEnd();
  assert.equal(parse(answer).body, "hello");
  assert.equal(answer.appStatus, 0);
  assert.equal(await peer.closed, "FIN");
  await closed;
});

test("A15.04 a request whose params are on their way is still served", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  peer.send(begin(), getValues());
  await peer.nextRecord();
  const closed = responder.server.close();
  peer.send(params(), stdin());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
  await closed;
});

for (const settles of [true, false]) {
  test(`A15.04 A3.06 after gracefulTimeoutMs requests are aborted${settles ? "" : ", also where they hang"}`, async (t) => {
    const running = gate();
    const reason = gate<string>();
    const responder = await respond(
      t,
      async (environ) => {
        const signal = environ["tsgi.signal"];
        running.open();
        await once(signal, "abort");
        reason.open(signal.reason.code);
        if (!settles) await new Promise(() => {});
        throw signal.reason;
      },
      { gracefulTimeoutMs: 30, abortGraceMs: 30 },
    );
    const peer = await responder.connect();
    peer.send(request());
    await running.passed;
    await responder.server.close();
    assert.equal(await reason.passed, "SHUTDOWN");
    assert.notEqual((await peer.untilEnd()).appStatus, 0);
  });
}

test("A15.04 a second close() aborts at once", async (t) => {
  const running = gate();
  const responder = await respond(
    t,
    async (environ) => {
      running.open();
      await once(environ["tsgi.signal"], "abort");
      throw environ["tsgi.signal"].reason;
    },
    { gracefulTimeoutMs: 60_000 },
  );
  const peer = await responder.connect();
  peer.send(request());
  await running.passed;
  const closed = responder.server.close();
  void responder.server.close();
  assert.notEqual((await peer.untilEnd()).appStatus, 0);
  await closed;
});

test("A15.04 C6.11 a response that shutdown cuts short breaks the connection", async (t) => {
  const responder = await respond(
    t,
    (_, startResponse) => {
      startResponse("200 OK", TEXT);
      return (async function* () {
        yield "begun";
        await new Promise(() => {});
      })();
    },
    { gracefulTimeoutMs: 20, abortGraceMs: 20, tcp: true },
  );
  const peer = await responder.connect();
  peer.send(request());
  await peer.nextRecord();
  await responder.server.close();
  assert.equal(await peer.closed, "reset");
  assert.equal(await peer.nextRecord(), undefined);
});

test("A15.04 C5.09 a response whose body is still on its way is not lost by close()", async (t) => {
  const responder = await respond(t, answering(Buffer.alloc(100_000, "x")), {
    tcp: true,
  });
  const peer = await responder.connect();
  peer.pause();
  const body = Buffer.alloc(3_000_000);
  const CONTENT_LENGTH = `${body.length}`;
  await peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH }));
  await works(responder);
  const closed = responder.server.close();
  for (const piece of inPieces(stdin(body), 100_000)) await peer.send(piece);
  peer.resume();
  assert.equal(parse(await peer.untilEnd()).body.length, 100_000);
  await closed;
});

test("A15.05 close() adds no listener for each record of a peer that does not read", async (t) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  t.after(() => process.off("warning", onWarning));
  const responder = await respond(t, answering(Buffer.alloc(5_000_000)));
  const peer = await responder.connect();
  peer.pause();
  await peer.send(request());
  await works(responder);
  const closed = responder.server.close();
  for (let i = 0; i < 50; i++) {
    await peer.send(getValues());
    await new Promise((resolve) => setImmediate(resolve));
  }
  peer.resume();
  assert.equal(parse(await peer.untilEnd()).body.length, 5_000_000);
  await closed;
  assert.deepEqual(warnings, []);
});

test("A15.04 A15.02 close() does not wait for ever for a close() of an application", async (t) => {
  const responder = await respond(
    t,
    (_, startResponse) => {
      startResponse("200 OK", TEXT);
      return Object.assign(["body"], { close: () => new Promise(() => {}) });
    },
    { gracefulTimeoutMs: 20, abortGraceMs: 20 },
  );
  const peer = await responder.connect();
  peer.send(request());
  await peer.nextRecord();
  await responder.server.close();
  const answer = await peer.untilEnd();
  assert.equal(answer.appStatus, 0);
});

test("A15.05 10,000 requests on one connection leave nothing behind", async (t) => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  t.after(() => process.off("warning", onWarning));
  const responder = await respond(t, async (environ, startResponse) => {
    environ["tsgi.signal"].addEventListener("abort", () => {});
    const body = await environ["tsgi.input"].read();
    startResponse("200 OK", TEXT);
    return [body];
  });
  const peer = await responder.connect();
  const used = async (requests: number) => {
    await ask(peer, requests);
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = await used(2000);
  const after = await used(10_000);
  assert.ok(after - before < 2_000_000, `${after - before} bytes more`);
  assert.deepEqual(warnings, []);
  const timers = process
    .getActiveResourcesInfo()
    .filter((name) => name === "Timeout");
  // The test runner's own.
  assert.ok(timers.length <= 1, `${timers}`);
});

/** Asks ten at a time. */
async function ask(peer: Peer, requests: number): Promise<void> {
  const batch = Buffer.concat(
    Array.from({ length: 10 }, (_, index) =>
      request({}, "body", { requestId: index + 1 }),
    ),
  );
  for (let i = 0; i < requests; i += 10) {
    peer.send(batch);
    for (let id = 1; id <= 10; id++) await peer.untilEnd(id);
  }
}
