// F04: what is not FastCGI 1.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { type TestContext, test } from "node:test";
import { connect as connectTls } from "node:tls";
import { parseAddress } from "../../../src/fastcgi/address.ts";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import { header, request } from "../../support/peer.ts";
import { inPieces } from "../../support/wire.ts";
import { Siege } from "./siege.ts";
import { lead, states } from "./states.ts";

for (const state of states) {
  test(`D3.04 C1.06 another version in state "${state}" closes the connection`, async (t) => {
    const siege = await Siege.begin(t);
    for (const version of [0, 2, 3, 0x16, 0x47, 0x7f, 0x80, 0xff]) {
      // The first byte of a connection says a little more if it is a capital letter.
      if (state === "idle" && version === 0x47) continue;
      const peer = await siege.connect();
      await lead(peer, state);
      peer.send(header({ version, type: FCGI.BEGIN_REQUEST }));
      assert.equal(await peer.nextRecord(), undefined);
      assert.match(
        siege.reports.all.at(-1)?.message ?? "",
        new RegExp(`Cannot read FastCGI version ${version}:`),
      );
    }
    siege.release();
    await siege.assertUnharmed();
  });
}

test("D3.04 the first byte is enough to tell another version", async (t) => {
  const siege = await Siege.begin(t);
  const peer = await siege.connect();
  peer.send(Uint8Array.of(0));
  assert.equal(await peer.closed, "FIN");
  await siege.assertUnharmed();
});

test("D3.04 requests in front of another version are answered", async (t) => {
  const siege = await Siege.begin(t);
  const peer = await siege.connect();
  peer.send(request({}, "body"), header({ version: 2, type: 1 }));
  await peer.closed.catch(() => {});
  await siege.assertUnharmed();
});

/** All that comes back for some bytes that are not FastCGI. */
async function answerTo(
  t: TestContext,
  siege: Siege,
  ...pieces: (string | Uint8Array)[]
): Promise<string> {
  const address = parseAddress(siege.responder.address);
  assert.ok(!("fd" in address));
  const socket = connect({ ...address, allowHalfOpen: true, noDelay: true });
  t.after(() => socket.destroy());
  await once(socket, "connect");
  socket.on("error", () => {});
  let answer = "";
  socket.on("data", (text) => {
    answer += text;
  });
  for (const piece of pieces) {
    if (!socket.writable) break;
    await new Promise((resolve) => socket.write(piece, resolve));
  }
  if (!socket.readableEnded) await once(socket, "end");
  return answer;
}

const get = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
const http: [name: string, pieces: (string | Uint8Array)[]][] = [
  ["GET", [get]],
  ["GET byte by byte", inPieces(Buffer.from(get), 1)],
  ["GET without its end", ["GET / HT"]],
  ["one letter", ["P"]],
  ["POST with a body", [`POST / HTTP/1.1\r\n\r\n${"x".repeat(1_000_000)}`]],
  ["the preface of HTTP/2", ["PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"]],
  ["several requests", [get, get, get]],
  ["a request with FastCGI behind it", [get, request()]],
];
for (const tcp of [false, true]) {
  for (const [name, pieces] of http) {
    const over = tcp ? "TCP" : "a Unix socket";
    test(`D3.04 ${name} in HTTP over ${over} is answered with 400`, async (t) => {
      const siege = await Siege.begin(t, { tcp });
      const answer = await answerTo(t, siege, ...pieces);
      assert.match(answer, /^HTTP\/1\.1 400 Bad Request\r\n/);
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      assert.match(head, new RegExp(`\r\nContent-Length: ${body.length}\r\n`));
      assert.match(head, /\r\nConnection: close$/);
      assert.match(body, /speaks FastCGI, not HTTP/);
      assert.deepEqual(siege.reports.codes, ["PROTOCOL"]);
      await siege.assertUnharmed();
    });
  }
}

test("D3.04 a client of HTTP that neither reads nor leaves is closed after a time", async (t) => {
  const siege = await Siege.begin(t, { lingerTimeoutMs: 50 });
  const address = parseAddress(siege.responder.address);
  assert.ok("path" in address);
  const socket = connect({ ...address, allowHalfOpen: true });
  socket.on("error", () => {});
  socket.write(get);
  socket.resume();
  await once(socket, "end");
  // Our side is open still, and sends on until it is told that nobody reads.
  const closed = new Promise((resolve) => socket.on("close", resolve));
  while (!socket.destroyed) {
    await new Promise((resolve) => socket.write("x".repeat(1000), resolve));
  }
  await closed;
  await siege.assertUnharmed();
});

test("D3.04 lower case is no HTTP", async (t) => {
  const siege = await Siege.begin(t);
  assert.equal(await answerTo(t, siege, get.toLowerCase()), "");
  await siege.assertUnharmed();
});

test("D3.04 a TLS client is closed without a byte", async (t) => {
  const siege = await Siege.begin(t, { tcp: true });
  const address = parseAddress(siege.responder.address);
  assert.ok("port" in address);
  const client = connectTls({ ...address, rejectUnauthorized: false });
  const [error] = await once(client, "error");
  assert.match(error.code, /^(?:ECONNRESET|EPIPE)$/);
  assert.equal(client.bytesRead, 0);
  assert.match(siege.reports.all[0]?.message ?? "", /FastCGI version 22:/);
  await siege.assertUnharmed();
});
