// F17: a byte at a time, and no hurry.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setInterval } from "node:timers/promises";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import {
  begin,
  type Peer,
  params,
  record,
  request,
  stdin,
  VARIABLES,
} from "../../support/peer.ts";
import { parse } from "../../support/responder.ts";
import { assertServed, Siege } from "./siege.ts";

const TIMEOUT_MS = 400;
const PAUSE_MS = 20;

/** Sends byte by byte with pauses, as long as somebody takes them. */
async function drip(peer: Peer, bytes: Uint8Array): Promise<void> {
  let at = 0;
  for await (const _ of setInterval(PAUSE_MS)) {
    if (at === bytes.length || !peer.socket.writable) return;
    peer.send(bytes.subarray(at, ++at));
  }
}

const begun = begin();
const slow: [name: string, lead: Uint8Array, rest: Uint8Array][] = [
  ["a request", new Uint8Array(0), request()],
  ["a request behind another one", request(), request({}, "body")],
  ["params", begun, params()],
  ["params in records of a byte", begun, pieces(FCGI.PARAMS, 100)],
  ["a body in front of its params", begun, stdin("x".repeat(100))],
  ["padding", begun.subarray(0, 1), paddedBegin()],
];

/** So many records of a byte. */
function pieces(type: number, count: number): Uint8Array {
  return Buffer.concat(
    Array.from({ length: count }, () => record(type, 1, "\x01")),
  );
}

/** What is missing of a BEGIN_REQUEST with as much padding as there can be. */
function paddedBegin(): Uint8Array {
  const bytes = Buffer.concat([begun, Buffer.alloc(255)]);
  bytes[6] = 255;
  return bytes.subarray(1);
}

for (const [name, lead, rest] of slow) {
  test(`D3.17 C7.08 ${name}, byte by byte, runs into the time limit`, async (t) => {
    const siege = await Siege.begin(t, { paramsTimeoutMs: TIMEOUT_MS });
    const peer = await siege.connect();
    peer.send(lead);
    await drip(peer, rest);
    await peer.closed;
    assert.deepEqual(siege.reports.codes, ["TIMEOUT"]);
    await siege.assertUnharmed();
  });
}

test("D3.17 C7.08 a body may take its time, byte by byte", async (t) => {
  const siege = await Siege.begin(t, { paramsTimeoutMs: TIMEOUT_MS });
  const peer = await siege.connect();
  const body = stdin("slow but steady");
  // More than the limit in all.
  assert.ok(body.length * PAUSE_MS > TIMEOUT_MS);
  peer.send(begin(), params({ ...VARIABLES, REQUEST_METHOD: "POST" }));
  await drip(peer, body);
  assert.equal(parse(await peer.untilEnd()).body, "slow but steady");
  await assertServed(peer);
  await siege.assertUnharmed();
});

test("D3.17 slow connections by the hundred keep nobody waiting", async (t) => {
  const siege = await Siege.begin(t, { paramsTimeoutMs: TIMEOUT_MS });
  const peers = await Promise.all(
    Array.from({ length: 100 }, () => siege.connect()),
  );
  const dripping = peers.map((peer) => drip(peer, request()));
  const fast = await siege.connect();
  for (let count = 0; count < 100; count++) await assertServed(fast);
  await Promise.all(dripping);
  await Promise.all(peers.map(({ closed }) => closed));
  await siege.assertUnharmed();
});
