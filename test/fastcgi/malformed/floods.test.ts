// F08, F09, F12, F13 and F14: more than anybody needs, and peers that do not read.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import {
  begin,
  getValues,
  type Peer,
  params,
  record,
  request,
  stdin,
  VARIABLES,
} from "../../support/peer.ts";
import { parse } from "../../support/responder.ts";
import { hex } from "../../support/wire.ts";
import { Target } from "./target.ts";

const MIB = 1024 * 1024;
/** What the kernel and the responder may hold of a connection nobody reads from. */
const HELD = 16 * MIB;
const TOO_LARGE = "431 Request Header Fields Too Large";
const POST = { ...VARIABLES, REQUEST_METHOD: "POST" };

/** Several records in one, so that they are sent in few writes. */
function many(bytes: Uint8Array, count: number): Uint8Array {
  return Buffer.concat(Array.from({ length: count }, () => bytes));
}

async function assertServed(peer: Peer): Promise<void> {
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
}

const large = Buffer.alloc(FCGI.MAX_CONTENT, "x");
const bombs: [name: string, piece: Uint8Array, total: number][] = [
  [
    "256 MiB of one value",
    Buffer.concat([
      record(FCGI.PARAMS, 1, hex("01 90 00 00 00", "'a'")),
      many(record(FCGI.PARAMS, 1, large), 4),
    ]),
    256 * MIB,
  ],
  [
    "a million tiny pairs",
    record(FCGI.PARAMS, 1, many(hex("01 01", "'ab'"), 10_000)),
    4_000_000,
  ],
  [
    "a million records of one byte",
    many(record(FCGI.PARAMS, 1, "\0"), 1000),
    16_000_000,
  ],
];
for (const [name, piece, total] of bombs) {
  test(`D3.08 C4.04 C4.12 ${name} in PARAMS are answered with 431, and the connection goes on`, async (t) => {
    const target = await Target.start(t);
    const peer = await target.connect();
    peer.send(begin());
    assert.ok((await target.flood(peer, piece, total)) >= total);
    peer.send(record(FCGI.PARAMS), stdin());
    assert.equal(parse(await peer.untilEnd()).status, TOO_LARGE);
    await assertServed(peer);
    await target.assertUnharmed();
    peer.close();
  });
}

test("D3.08 PARAMS without end are ended by the time limit", async (t) => {
  const target = await Target.start(t, { paramsTimeoutMs: 500 });
  const peer = await target.connect();
  peer.send(begin());
  const piece = many(record(FCGI.PARAMS, 1, large), 4);
  await target.flood(peer, piece, Number.POSITIVE_INFINITY);
  await peer.closed;
  assert.deepEqual(await target.codes(), { TIMEOUT: 1 });
  await target.assertUnharmed();
});

const body = many(record(FCGI.STDIN, 1, large), 4);

test("D3.09 C5.06 STDIN nobody reads is not taken either, with CONTENT_LENGTH or without", async (t) => {
  const target = await Target.start(t);
  const peers: Peer[] = [];
  for (const length of ["", `${1024 * MIB}`]) {
    const peer = await target.connect();
    const variables = { ...POST, PATH_INFO: "/wait", CONTENT_LENGTH: length };
    peer.send(begin(), params(variables));
    const sent = await target.flood(peer, body, 256 * MIB);
    assert.ok(sent < HELD, `${sent} bytes were taken`);
    peers.push(peer);
  }
  await target.assertUnharmed();
  for (const peer of peers) peer.close();
});

test("D3.09 C5.02 STDIN above CONTENT_LENGTH is dropped, however much", async (t) => {
  const target = await Target.start(t);
  const peer = await target.connect();
  const variables = { ...POST, PATH_INFO: "/wait", CONTENT_LENGTH: "10" };
  peer.send(begin(), params(variables));
  assert.ok((await target.flood(peer, body, 256 * MIB)) >= 256 * MIB);
  await target.assertUnharmed();
  peer.close();
});

test("D3.09 C5.01 STDIN that is read goes on as long as it will", async (t) => {
  const target = await Target.start(t);
  const peer = await target.connect();
  peer.send(begin(), params({ ...POST, PATH_INFO: "/count" }));
  const sent = await target.flood(peer, body, 256 * MIB);
  peer.send(record(FCGI.STDIN));
  const count = (sent / body.length) * 4 * FCGI.MAX_CONTENT;
  assert.equal(parse(await peer.untilEnd()).body, `${count}`);
  await target.assertUnharmed();
  peer.close();
});

for (const keep of [true, false]) {
  test(`D3.09 C5.09 STDIN without end behind a response on a connection that is ${keep ? "kept" : "not kept"} is read for a time`, async (t) => {
    const target = await Target.start(t, { lingerTimeoutMs: 500 });
    const peer = await target.connect();
    // Not even FIN makes it stop.
    peer.socket.removeAllListeners("end");
    peer.send(begin(1, { keep }), params(POST));
    await peer.untilEnd();
    await target.flood(peer, body, Number.POSITIVE_INFINITY);
    await peer.closed;
    await target.assertUnharmed();
  });
}

test("D3.09 C5.07 STDIN of a peer that does not read is kept in a file, up to its limit", async (t) => {
  const target = await Target.start(t, { maxSpooledBytes: 100 * MIB });
  const peer = await target.connect();
  peer.pause();
  const variables = { ...POST, PATH_INFO: "/huge", QUERY_STRING: `${1e9}` };
  peer.send(begin(), params(variables));
  const sent = await target.flood(peer, body, 512 * MIB);
  assert.ok(sent > 100 * MIB && sent < 100 * MIB + HELD, `${sent} bytes`);
  await target.assertUnharmed();
  peer.close();
});

test("D3.12 65,535 BEGIN_REQUESTs are taken on up to the limit, and the others declined", async (t) => {
  const target = await Target.start(t);
  const peer = await target.connect();
  const ids = Array.from({ length: 65_535 }, (_, index) => index + 1);
  const all = ids.map((id) => begin(id));
  for (let at = 0; at < all.length; at += 1000) {
    await peer.send(...all.slice(at, at + 1000));
  }
  for (const id of ids.slice(1000)) {
    const { protocolStatus } = await peer.untilEnd(id);
    assert.equal(protocolStatus, FCGI.OVERLOADED);
  }
  // Nobody else can be served before these have gone.
  peer.close();
  await peer.closed;
  await assertRecovers(target);
});

test("D3.12 BEGIN_REQUESTs of a peer that does not read are taken no more", async (t) => {
  const target = await Target.start(t);
  const peer = await target.connect();
  peer.pause();
  // Each is declined.
  const piece = many(begin(1, { role: FCGI.FILTER }), 1000);
  const sent = await target.flood(peer, piece, 256 * MIB);
  assert.ok(sent < HELD, `${sent} bytes were taken`);
  await target.assertUnharmed();
  // It may go on reading at any time.
  assert.equal((await target.codes()).LIMIT, undefined);
  peer.close();
});

async function assertRecovers(target: Target): Promise<void> {
  const peer = await target.connect();
  for (;;) {
    peer.send(request());
    if ((await peer.untilEnd()).protocolStatus !== FCGI.OVERLOADED) break;
  }
  peer.close();
  await target.assertUnharmed();
}

const questions: [name: string, question: Uint8Array, answer: number][] = [
  ["GET_VALUES", getValues("FCGI_MAX_REQS"), FCGI.GET_VALUES_RESULT],
  ["management records of unknown type", record(77, 0), FCGI.UNKNOWN_TYPE],
  [
    "GET_VALUES with 65,535 bytes of names",
    record(FCGI.GET_VALUES, 0, many(hex("01 00", "'a'"), 21_845)),
    FCGI.GET_VALUES_RESULT,
  ],
  [
    "GET_VALUES with 65,535 bytes that make no sense",
    record(FCGI.GET_VALUES, 0, Buffer.alloc(FCGI.MAX_CONTENT, 0xff)),
    FCGI.GET_VALUES_RESULT,
  ],
];
for (const [name, question, type] of questions) {
  test(`D3.13 C2.04 ${name}: two thousand are answered, each once`, async (t) => {
    const target = await Target.start(t);
    const peer = await target.connect();
    const sent = target.flood(peer, many(question, 10), 2000 * question.length);
    for (let count = 0; count < 2000; count++) {
      assert.equal((await peer.nextRecord())?.type, type);
    }
    await sent;
    await assertServed(peer);
    await target.assertUnharmed();
    peer.close();
  });
}

// The answers to the others are so small that the kernel takes very many.
for (const [name, question] of questions.slice(0, 2)) {
  test(`D3.13 ${name}: a peer that does not read the answers is closed`, async (t) => {
    const target = await Target.start(t, { maxBufferedBytes: 10_000 });
    const peer = await target.connect();
    peer.pause();
    const piece = many(question, Math.ceil(65_536 / question.length));
    await target.flood(peer, piece, Number.POSITIVE_INFINITY);
    peer.resume();
    await peer.closed.catch(() => {});
    assert.equal((await target.codes()).LIMIT, 1);
    await target.assertUnharmed();
  });
}

const huge = { PATH_INFO: "/huge", QUERY_STRING: `${256 * MIB}` };

test("D3.14 a response nobody reads is not made, and goes on when it is read", async (t) => {
  const target = await Target.start(t);
  const peer = await target.connect();
  peer.pause();
  peer.send(request(huge));
  assert.ok((await settled(target)) < HELD);
  await target.assertUnharmed();
  peer.resume();
  assert.equal(parse(await peer.untilEnd()).body.length, 256 * MIB);
  await target.assertUnharmed();
  peer.close();
});

test("D3.14 C7.06 a response nobody reads ends with its connection", async (t) => {
  const target = await Target.start(t, { maxConcurrency: 2 });
  for (let count = 0; count < 10; count++) {
    const peer = await target.connect();
    peer.pause();
    peer.send(request(huge));
    const produced = await settled(target);
    peer.reset();
    await assertRecovers(target);
    assert.equal(Number(await target.ask("/produced")), produced);
  }
});

/** How much the application has made of a response, once that is no longer growing. */
async function settled(target: Target): Promise<number> {
  let before = -1;
  for (;;) {
    for (let round = 0; round < 50; round++) await target.ask("/");
    const produced = Number(await target.ask("/produced"));
    if (produced === before && produced > 0) return produced;
    before = produced;
  }
}

test("D3.14 resets within the records of a response do no harm", async (t) => {
  const target = await Target.start(t, { maxConcurrency: 20 });
  for (let count = 0; count < 50; count++) {
    const peer = await target.connect();
    peer.send(request({ ...huge, QUERY_STRING: `${1e12}` }));
    await peer.nextRecord();
    peer.reset();
    await peer.closed;
  }
  await assertRecovers(target);
});
