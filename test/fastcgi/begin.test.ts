// C3: which requests are taken on, and what becomes of the others.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  type Answer,
  abort,
  begin,
  header,
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
  showing,
} from "../support/responder.ts";

/** BEGIN_REQUEST with these eight bytes. */
function beginWith(content: readonly number[], requestId = 1): Uint8Array {
  return record(FCGI.BEGIN_REQUEST, requestId, Uint8Array.from(content));
}

/** A request that was not taken on: END_REQUEST alone, or behind a page which says that there is no room. */
function assertDeclined(answer: Answer, protocolStatus: number): void {
  assert.equal(answer.protocolStatus, protocolStatus);
  assert.equal(answer.appStatus, 0);
  const isTold = protocolStatus === FCGI.OVERLOADED;
  assert.deepEqual(
    answer.records.map(({ type }) => type),
    [...(isTold ? [FCGI.STDOUT, FCGI.STDOUT] : []), FCGI.END_REQUEST],
  );
  if (!isTold) return;
  const { status, lines, body } = parse(answer);
  assert.equal(status, "503 Service Unavailable");
  assert.ok(lines.includes("Retry-After: 5"));
  assert.match(body, /Incident [0-9a-f]{8} \(OVERLOADED\)\.\n$/);
}

for (const length of [0, 7, 9, 16]) {
  test(`C3.01 D3.06 BEGIN_REQUEST of ${length} bytes closes the connection`, async (t) => {
    const responder = await respond(t, answering());
    const peer = await responder.connect();
    peer.send(
      header({ type: FCGI.BEGIN_REQUEST, contentLength: length }),
      Buffer.alloc(length, 1),
    );
    assert.equal(await peer.closed, "FIN");
    assert.match(responder.reports.all[0]?.message ?? "", / not 8$/);
  });
}

test("C3.02 a role has 16 bits", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  peer.send(beginWith([1, 1, FCGI.KEEP_CONN, 0, 0, 0, 0, 0]));
  assertDeclined(await peer.untilEnd(), FCGI.UNKNOWN_ROLE);
});

test("C3.02 only bit 0 of the flags is KEEP_CONN, and reserved bytes are ignored", async (t) => {
  const responder = await respond(t, answering());
  const kept = await responder.connect();
  kept.send(beginWith([0, 1, 0xff, 1, 2, 3, 4, 5]), params(), stdin());
  assert.equal(parse(await kept.untilEnd()).body, "hello");
  kept.send(request());
  await kept.untilEnd();

  const closed = await responder.connect();
  closed.send(beginWith([0, 1, 0xfe, 1, 2, 3, 4, 5]), params(), stdin());
  assert.equal(parse(await closed.untilEnd()).body, "hello");
  assert.equal(await closed.closed, "FIN");
});

for (const role of [0, FCGI.AUTHORIZER, FCGI.FILTER, 4, 65_535]) {
  test(`C3.03 C9.01 role ${role} is answered with UNKNOWN_ROLE`, async (t) => {
    const responder = await respond(t, answering());
    const peer = await responder.connect();
    peer.send(begin(1, { role }), params(), stdin("ignored"), abort());
    assertDeclined(await peer.untilEnd(), FCGI.UNKNOWN_ROLE);
    peer.send(request());
    assert.equal(parse(await peer.untilEnd()).body, "hello");
    assert.deepEqual(responder.reports.codes, ["PROTOCOL"]);
  });
}

test("C3.03 without KEEP_CONN a refused role closes the connection", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  peer.send(begin(1, { role: 9, keep: false }), params(), stdin("ignored"));
  assertDeclined(await peer.untilEnd(), FCGI.UNKNOWN_ROLE);
  assert.equal(await peer.closed, "FIN");
});

test("C3.03 a refused role leaves the other requests of its connection alone", async (t) => {
  const go = gate();
  const responder = await respond(t, async (environ, startResponse) => {
    await go.passed;
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  peer.send(request(), begin(2, { role: 9, keep: false }));
  assertDeclined(await peer.untilEnd(2), FCGI.UNKNOWN_ROLE);
  go.open();
  assert.equal(parse(await peer.untilEnd(1)).body, "hello");
  assert.equal(await peer.closed, "FIN");
});

test("C3.04 without multiplexing a second request is refused, the first goes on", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      await go.passed;
      return answering()(environ, startResponse);
    },
    { multiplex: false },
  );
  const peer = await responder.connect();
  peer.send(request({}, "", { requestId: 1 }));
  peer.send(request({}, "", { requestId: 2 }));
  assertDeclined(await peer.untilEnd(2), FCGI.CANT_MPX_CONN);
  go.open();
  assert.equal(parse(await peer.untilEnd(1)).body, "hello");
  peer.send(request({}, "", { requestId: 2 }));
  assert.equal(parse(await peer.untilEnd(2)).body, "hello");
});

test("C3.05 requests above the limit are refused, on whichever connection", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      await go.passed;
      return answering()(environ, startResponse);
    },
    { maxConcurrency: 2 },
  );
  const [one, two] = [await responder.connect(), await responder.connect()];
  one.send(request({}, "", { requestId: 1 }));
  one.send(request({}, "", { requestId: 2 }));
  one.send(request({}, "", { requestId: 3 }));
  assertDeclined(await one.untilEnd(3), FCGI.OVERLOADED);
  two.send(request());
  assertDeclined(await two.untilEnd(), FCGI.OVERLOADED);
  assert.deepEqual(responder.reports.codes, ["LIMIT", "LIMIT"]);
  go.open();
  await one.untilEnd(1);
  await one.untilEnd(2);
  two.send(request());
  assert.equal(parse(await two.untilEnd()).body, "hello");
});

test("C3.05 connections above the limit are refused, the earlier ones are not", async (t) => {
  const responder = await respond(t, answering(), { maxConnections: 1 });
  const first = await responder.connect();
  first.send(request());
  await first.untilEnd();
  const second = await responder.connect();
  second.send(request({}, "", { keep: false }));
  assertDeclined(await second.untilEnd(), FCGI.OVERLOADED);
  await second.closed;
  first.send(request());
  assert.equal(parse(await first.untilEnd()).body, "hello");
  first.socket.end();
  await first.closed;
  const third = await responder.connect();
  third.send(request());
  assert.equal(parse(await third.untilEnd()).body, "hello");
});

test("C3.05 a connection above the limit is not kept, so that the next one may find room", async (t) => {
  const responder = await respond(t, answering(), { maxConnections: 1 });
  const first = await responder.connect();
  first.send(request());
  await first.untilEnd();
  const second = await responder.connect();
  second.send(request({}, "", { keep: true }));
  assertDeclined(await second.untilEnd(), FCGI.OVERLOADED);
  assert.equal(await second.closed, "FIN");
});

for (const state of ["beginning", "running"]) {
  test(`C3.06 D3.06 BEGIN_REQUEST for an id that is ${state} closes the connection`, async (t) => {
    const reason = gate<unknown>();
    const responder = await respond(t, async (environ) => {
      const signal = environ["tsgi.signal"];
      signal.onabort = () => reason.open(signal.reason);
      await reason.passed;
      return [];
    });
    const peer = await responder.connect();
    peer.send(
      begin(),
      state === "running" ? params() : record(FCGI.PARAMS, 1, "x"),
    );
    peer.send(begin());
    assert.equal(await peer.closed, "FIN");
    assert.match(responder.reports.all[0]?.message ?? "", /running already/);
    if (state === "running") {
      assert.equal(
        ((await reason.passed) as { code: string }).code,
        "PROTOCOL",
      );
    }
  });
}

test("C3.07 FCGI_ROLE names the role", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  peer.send(request({ FCGI_ROLE: "made up" }));
  const { FCGI_ROLE } = JSON.parse(parse(await peer.untilEnd()).body);
  assert.equal(FCGI_ROLE, "RESPONDER");
});

const limits: [
  option: ResponderOptions,
  variables: Record<string, string>,
  body: string,
  status: string,
][] = [
  [
    { maxParamsBytes: 1000 },
    { HTTP_LONG: "x".repeat(1000) },
    "",
    "431 Request Header Fields Too Large",
  ],
  [
    { maxParams: Object.keys(VARIABLES).length },
    { HTTP_ONE: "1" },
    "",
    "431 Request Header Fields Too Large",
  ],
  [{ maxBodyBytes: 3 }, {}, "four", "413 Content Too Large"],
];
for (const [option, variables, body, status] of limits) {
  const [name] = Object.keys(option);
  test(`C3.08 ${name} is a limit: ${status}`, async (t) => {
    const responder = await respond(t, answering(), option);
    const peer = await responder.connect();
    peer.send(request(variables, body));
    assert.equal(parse(await peer.untilEnd()).status, status);
    peer.send(request());
    assert.equal(parse(await peer.untilEnd()).status, "200 OK");
  });
}

test("a request that is not admitted is declined, and the application not called", async (t) => {
  let isOpen = false;
  const responder = await respond(t, answering("served"), {
    admit: () => isOpen,
  });
  const peer = await responder.connect();
  peer.send(request());
  assertDeclined(await peer.untilEnd(), FCGI.OVERLOADED);
  isOpen = true;
  peer.send(request());
  assert.match(`${(await peer.untilEnd()).stdout}`, /served$/);
});
