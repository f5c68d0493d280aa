import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import {
  encodeRecord,
  endOfStream,
  endRequest,
} from "../../src/fastcgi/encoder.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { begin, header, Peer, record, request, roundTrip } from "./peer.ts";

const STDOUT = (text: string, id = 1) =>
  encodeRecord(FCGI.STDOUT, id, Buffer.from(text));
const END_STDOUT = endOfStream(FCGI.STDOUT, 1);
const END = endRequest(1, 7, FCGI.REQUEST_COMPLETE);

/** A responder that answers the first bytes it gets with these, and closes. */
async function answering(t: TestContext, ...bytes: Uint8Array[]) {
  const server = createServer((socket: Socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(Buffer.concat(bytes)));
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  return `${(server.address() as AddressInfo).port}`;
}

test("roundTrip collects the streams and the statuses", async (t) => {
  const stderr = encodeRecord(FCGI.STDERR, 1, Buffer.from("oops"));
  const ends = [END_STDOUT, endOfStream(FCGI.STDERR, 1), END];
  const all = [STDOUT("a"), stderr, STDOUT("b"), ...ends];
  const answer = await roundTrip(await answering(t, ...all), {}, "body");
  assert.equal(String(answer.stdout), "ab");
  assert.equal(String(answer.stderr), "oops");
  assert.equal(answer.appStatus, 7);
  assert.equal(answer.protocolStatus, FCGI.REQUEST_COMPLETE);
  assert.equal(answer.records.length, 6);
});

test("Peer keeps the records of other requests for later", async (t) => {
  const two = endRequest(2, 0, FCGI.REQUEST_COMPLETE);
  const end = endOfStream(FCGI.STDOUT, 2);
  const all = [STDOUT("one"), STDOUT("two", 2), end, two, END_STDOUT, END];
  const peer = await Peer.connect(await answering(t, ...all));
  peer.send(begin(1), begin(2));
  assert.equal(String((await peer.untilEnd(2)).stdout), "two");
  assert.equal(String((await peer.untilEnd(1)).stdout), "one");
  assert.equal(await peer.nextRecord(), undefined);
  assert.equal(await peer.closed, "FIN");
  peer.close();
});

test("Peer tells a reset from a FIN", async (t) => {
  const server = createServer((socket) => {
    socket.once("data", () => socket.resetAndDestroy());
  }).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const peer = await Peer.connect(`127.0.0.1:${port}`);
  peer.send(begin());
  assert.equal(await peer.closed, "reset");
  await assert.rejects(peer.untilEnd(), /ended \(reset\) before request 1/);
  peer.close();
});

const violations: [name: string, sent: Uint8Array[], message: RegExp][] = [
  ["another version", [header({ version: 2, type: 6 })], /version 2/],
  ["a type of the server's", [record(FCGI.STDIN)], /this type/],
  ["a type that does not exist", [record(99)], /this type/],
  ["a request never begun", [STDOUT("x", 9)], /not open/],
  ["request id 0", [STDOUT("x", 0)], /id 0/],
  ["a stream after its end", [END_STDOUT, STDOUT("x")], /behind the end/],
  ["records after END_REQUEST", [END, STDOUT("x")], /not open/],
  ["STDOUT without an end", [STDOUT("x"), END], /before those of its streams/],
  ["STDERR of nothing", [record(FCGI.STDERR)], /needless/],
  ["a short END_REQUEST", [record(FCGI.END_REQUEST)], /this length/],
  ["UNKNOWN_TYPE for a request", [record(FCGI.UNKNOWN_TYPE)], /request id/],
  ["half a record", [STDOUT("abc").subarray(0, 9)], /inside a record/],
];

for (const [name, bytes, message] of violations) {
  test(`Peer refuses ${name}`, async (t) => {
    const peer = await Peer.connect(await answering(t, ...bytes));
    peer.send(request());
    await assert.rejects(peer.closed, message);
    assert.throws(() => peer.close(), message);
  });
}
