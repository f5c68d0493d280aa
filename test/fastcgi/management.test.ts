// C2: what a web server may ask of the process, at any time.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { decodePairs, encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI, type FcgiRecord } from "../../src/fastcgi/protocol.ts";
import {
  begin,
  getValues,
  header,
  type Peer,
  params,
  record,
  request,
  stdin,
  VARIABLES,
} from "../support/peer.ts";
import {
  answering,
  echo,
  parse,
  type ResponderOptions,
  respond,
} from "../support/responder.ts";

const NAMES = ["FCGI_MAX_CONNS", "FCGI_MAX_REQS", "FCGI_MPXS_CONNS"] as const;
const POST = { ...VARIABLES, REQUEST_METHOD: "POST" };

async function connected(t: TestContext, options?: ResponderOptions) {
  const responder = await respond(t, answering(), options);
  return { responder, peer: await responder.connect() };
}

/** What the next record says, which has to be a GET_VALUES_RESULT. */
async function values(peer: Peer): Promise<Record<string, string | undefined>> {
  const next = await peer.nextRecord();
  assert.equal(next?.type, FCGI.GET_VALUES_RESULT);
  assert.equal(next.requestId, FCGI.NULL_REQUEST_ID);
  return { ...decodePairs(next.content, 100) };
}

/** Whatever is sent now comes behind all that was asked before. */
async function nothingElse(peer: Peer): Promise<void> {
  peer.send(request());
  const next = (await peer.nextRecord()) as FcgiRecord;
  assert.equal(next.type, FCGI.STDOUT);
  await peer.untilEnd();
}

test("C2.01 C2.04 GET_VALUES is answered with the known names asked for, in one record", async (t) => {
  const { peer } = await connected(t);
  peer.send(getValues("FCGI_MAX_CONNS", "FOO"));
  assert.deepEqual(Object.keys(await values(peer)), ["FCGI_MAX_CONNS"]);
  await nothingElse(peer);
});

test("C2.02 the values are those of the configuration", async (t) => {
  const options = { maxConnections: 7, maxConcurrency: 9, multiplex: false };
  const { peer } = await connected(t, options);
  peer.send(getValues(...NAMES));
  assert.deepEqual(await values(peer), {
    FCGI_MAX_CONNS: "7",
    FCGI_MAX_REQS: "9",
    FCGI_MPXS_CONNS: "0",
  });
});

test("C2.02 requests that may wait are requests there may be", async (t) => {
  const { peer } = await connected(t, { maxConcurrency: 9, maxQueue: 5 });
  peer.send(getValues("FCGI_MAX_REQS"));
  assert.deepEqual(await values(peer), { FCGI_MAX_REQS: "14" });
});

test("C2.02 the values are those of the defaults", async (t) => {
  const { peer } = await connected(t);
  peer.send(getValues(...NAMES));
  assert.deepEqual(await values(peer), {
    FCGI_MAX_CONNS: "10000",
    FCGI_MAX_REQS: "1000",
    FCGI_MPXS_CONNS: "1",
  });
});

test("C2.03 GET_VALUES is answered anywhere, and requests go on", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  const ask = getValues("FCGI_MPXS_CONNS");
  const stream = params(POST);
  const pieces = [
    begin(),
    record(FCGI.PARAMS, 1, stream.subarray(8, 48)),
    Buffer.concat([
      record(FCGI.PARAMS, 1, contentOf(stream).subarray(40)),
      record(FCGI.PARAMS),
    ]),
    record(FCGI.STDIN, 1, "bo"),
    record(FCGI.STDIN, 1, "dy"),
  ];
  for (const piece of pieces) {
    peer.send(ask, piece);
    assert.deepEqual(await values(peer), { FCGI_MPXS_CONNS: "1" });
  }
  peer.send(record(FCGI.STDIN));
  assert.equal(parse(await peer.untilEnd()).body, "body");
  peer.send(ask);
  assert.deepEqual(await values(peer), { FCGI_MPXS_CONNS: "1" });
});

function contentOf(bytes: Uint8Array): Uint8Array {
  return bytes.subarray(8, 8 + Buffer.from(bytes).readUInt16BE(4));
}

const empty: [name: string, asked: Uint8Array][] = [
  ["no names", getValues()],
  ["unknown names only", getValues("FOO", "BAR")],
  ["names of Object.prototype", getValues("toString", "__proto__")],
];
for (const [name, asked] of empty) {
  test(`C2.04 GET_VALUES with ${name} has one empty answer`, async (t) => {
    const { peer } = await connected(t);
    peer.send(asked);
    assert.deepEqual(await values(peer), {});
    await nothingElse(peer);
  });
}

test("C2.05 a name asked for twice is answered once, a value given with it ignored", async (t) => {
  const { peer } = await connected(t, { maxConcurrency: 5 });
  const pairs = encodePairs([
    ["FCGI_MAX_REQS", "77"],
    ["FCGI_MAX_REQS", ""],
  ]);
  peer.send(record(FCGI.GET_VALUES, 0, pairs));
  const result = await peer.nextRecord();
  assert.deepEqual(
    Buffer.from(result?.content ?? []),
    encodePairs([["FCGI_MAX_REQS", "5"]]),
  );
});

test("C2.05 a malformed end of the names is reported, those in front of it are answered", async (t) => {
  const { peer, responder } = await connected(t);
  const pairs = encodePairs([["FCGI_MPXS_CONNS", ""]]);
  peer.send(record(FCGI.GET_VALUES, 0, Buffer.concat([pairs, Buffer.of(99)])));
  assert.deepEqual(await values(peer), { FCGI_MPXS_CONNS: "1" });
  assert.deepEqual(responder.reports.codes, ["PROTOCOL"]);
  await nothingElse(peer);
});

const kinds: [name: string, sent: Uint8Array, type: number][] = [
  [
    "type 200 with content and padding",
    Buffer.concat([
      header({ type: 200, requestId: 0, contentLength: 5, paddingLength: 3 }),
      Buffer.alloc(8, 0xff),
    ]),
    200,
  ],
  ["type 0", record(0, 0), 0],
  ["type 12", record(12, 0), 12],
  ["type 255", record(255, 0), 255],
];
for (const [name, sent, type] of kinds) {
  test(`C2.06 ${name} on id 0 is answered with UNKNOWN_TYPE`, async (t) => {
    const { peer } = await connected(t);
    peer.send(sent);
    const answer = await peer.nextRecord();
    assert.equal(answer?.type, FCGI.UNKNOWN_TYPE);
    assert.equal(answer.requestId, 0);
    assert.deepEqual([...answer.content], [type, 0, 0, 0, 0, 0, 0, 0]);
    await nothingElse(peer);
  });
}

test("C2.07 D3.06 BEGIN_REQUEST on id 0 closes the connection", async (t) => {
  const { peer, responder } = await connected(t);
  peer.send(begin(0));
  assert.equal(await peer.closed, "FIN");
  assert.match(responder.reports.all[0]?.message ?? "", /its id is 0/);
});

for (const type of [FCGI.ABORT_REQUEST, FCGI.PARAMS, FCGI.STDIN, FCGI.DATA]) {
  test(`C2.07 type ${type} on id 0 is answered with UNKNOWN_TYPE`, async (t) => {
    const { peer } = await connected(t);
    peer.send(record(type, 0, "content"));
    assert.equal((await peer.nextRecord())?.type, FCGI.UNKNOWN_TYPE);
    await nothingElse(peer);
  });
}

test("C2.08 GET_VALUES with a request id is ignored", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  const ask = record(FCGI.GET_VALUES, 1, encodePairs([["FCGI_MAX_REQS", ""]]));
  peer.send(ask, begin(), ask, params(POST), ask, stdin("x"));
  const answer = await peer.untilEnd();
  assert.equal(parse(answer).body, "x");
  peer.send(ask);
  await nothingElse(peer);
});

test("D3.13 a peer that asks and does not read is left", async (t) => {
  const { peer, responder } = await connected(t, { maxBufferedBytes: 65_536 });
  peer.pause();
  const ask = Buffer.concat(Array(1000).fill(getValues(...NAMES)));
  peer.socket.on("error", () => {});
  while (responder.reports.all.length === 0) await peer.send(ask);
  assert.match(
    responder.reports.all[0]?.message ?? "",
    /asks and does not read/,
  );
});
