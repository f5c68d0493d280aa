// C1 on real sockets: whatever the records look like, the requests in them are served.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  abort,
  begin,
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
  gate,
  parse,
  type Responder,
  respond,
} from "../support/responder.ts";

const POST = { ...VARIABLES, REQUEST_METHOD: "POST" };

/** A record with padding of its own, which is not zero. */
function padded(
  type: number,
  content: Uint8Array | string,
  paddingLength: number,
): Uint8Array {
  const bytes = Buffer.from(content);
  const contentLength = bytes.length;
  return Buffer.concat([
    header({ type, contentLength, paddingLength, reserved: 0xff }),
    bytes,
    Buffer.alloc(paddingLength, 1),
  ]);
}

/** The content of a record with one. */
function contentOf(record: Uint8Array): Uint8Array {
  return record.subarray(8, 8 + Buffer.from(record).readUInt16BE(4));
}

async function served(peer: Peer, body = "hello"): Promise<void> {
  peer.send(request({}, "", { requestId: 77 }));
  assert.equal(parse(await peer.untilEnd(77)).body, body);
}

/** Gives the responder a chance to read what was sent as a piece of its own. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

test("C1.01 a connection ignores the reserved byte", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  const bytes = Buffer.from(request());
  for (let at = 0; at < bytes.length; ) {
    bytes[at + 7] = 0xff;
    at += 8 + bytes.readUInt16BE(at + 4) + (bytes[at + 6] as number);
  }
  peer.send(bytes);
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

test("C1.02 a connection serves a request that comes byte by byte", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  for (const byte of request({}, "body")) {
    peer.send(Uint8Array.of(byte));
    await turn();
  }
  assert.equal(parse(await peer.untilEnd()).body, "body");
});

test("C1.02 a connection serves a request cut anywhere into two", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  const bytes = request({}, "body");
  for (let cut = 1; cut < bytes.length; cut++) {
    peer.send(bytes.subarray(0, cut));
    await turn();
    peer.send(bytes.subarray(cut));
    const answer = await peer.untilEnd();
    assert.equal(parse(answer).body, "body", `cut at ${cut}`);
  }
});

test("C1.03 a connection handles all records of one read, in order", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  const bodies = ["first", "second", "third"];
  const requests = bodies.map((body, index) =>
    request({}, body, { requestId: index + 1 }),
  );
  peer.send(...requests);
  for (const [index, body] of bodies.entries()) {
    assert.equal(parse(await peer.untilEnd(index + 1)).body, body);
  }
});

for (const padding of [1, 7, 255]) {
  test(`C1.04 a connection skips ${padding} bytes of padding behind every type`, async (t) => {
    const responder = await respond(t, echo);
    const peer = await responder.connect();
    peer.send(
      padded(FCGI.GET_VALUES, "", padding),
      padded(FCGI.BEGIN_REQUEST, contentOf(begin()), padding),
      padded(FCGI.PARAMS, contentOf(params(POST)), padding),
      padded(FCGI.PARAMS, "", padding),
      padded(FCGI.STDIN, "body", padding),
      padded(FCGI.DATA, "data", padding),
      padded(FCGI.STDIN, "", padding),
    );
    assert.equal(parse(await peer.untilEnd()).body, "body");
    peer.send(begin(), padded(FCGI.ABORT_REQUEST, "", padding));
    assert.equal((await peer.untilEnd()).records.length, 1);
    await served(peer, "");
  });
}

test("C1.05 a connection takes 65,535 bytes of content and 255 of padding", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  const body = Buffer.alloc(65_535, "0123456789");
  peer.send(
    begin(),
    params(POST),
    padded(FCGI.STDIN, body, 255),
    record(FCGI.STDIN),
  );
  assert.equal(parse(await peer.untilEnd()).body, body.toString());
});

for (const version of [0, 2, 0x16, 0x80, 0xff]) {
  test(`C1.06 C10.10 version ${version} closes the connection and aborts its requests`, async (t) => {
    const reason = gate<unknown>();
    const responder = await respond(t, async (environ) => {
      if (environ.PATH_INFO === "/hang") {
        const signal = environ["tsgi.signal"];
        signal.onabort = () => reason.open(signal.reason);
      }
      await reason.passed;
      return [];
    });
    const peer = await responder.connect();
    peer.send(request({ PATH_INFO: "/hang", REQUEST_URI: "/hang" }));
    peer.send(header({ version, type: FCGI.STDIN }));
    assert.equal(((await reason.passed) as { code: string }).code, "PROTOCOL");
    assert.equal(await peer.closed, "FIN");
    assert.match(responder.reports.all[0]?.message ?? "", /version/);
  });
}

test("C1.06 a wrong version behind a request leaves others alone", async (t) => {
  const responder = await respond(t, answering());
  const [good, bad] = [await responder.connect(), await responder.connect()];
  bad.send(request());
  await bad.untilEnd();
  bad.send(header({ version: 3, type: 1 }));
  await bad.closed;
  await served(good);
});

test("C1.06 D3.04 a connection tells an HTTP client what it has reached", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  const answer = gate<string>();
  peer.socket.removeAllListeners("data");
  peer.socket.on("data", (bytes) => answer.open(bytes.toString()));
  peer.send(Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  assert.match(
    await answer.passed,
    /^HTTP\/1\.1 400 [\s\S]*speaks FastCGI, not HTTP/,
  );
  peer.send(Buffer.from("GET /again HTTP/1.1\r\n\r\n"));
  peer.send(Buffer.from("\0 and a body"));
  assert.equal(await peer.closed, "FIN");
  assert.deepEqual(responder.reports.codes, ["PROTOCOL"]);
});

const unknown: [name: string, bytes: Uint8Array][] = [
  ["PARAMS", params(VARIABLES, 7)],
  ["STDIN", stdin("body", 7)],
  ["DATA", record(FCGI.DATA, 7, "data")],
  ["ABORT_REQUEST", abort(7)],
  ["an unknown type", record(200, 7, "?")],
];
for (const [name, bytes] of unknown) {
  test(`C1.07 C8.03 ${name} for an unknown id is ignored`, async (t) => {
    const responder = await respond(t, echo);
    const peer = await responder.connect();
    peer.send(bytes, begin(), bytes, params(POST), bytes, stdin("x"), bytes);
    assert.equal(parse(await peer.untilEnd()).body, "x");
    peer.send(bytes, request());
    await peer.untilEnd();
    assert.deepEqual(responder.reports.all, []);
  });
}

for (const id of [1, 0xff, 0x100, 0x0101, 0xffff]) {
  test(`C1.08 request id ${id} is answered under that id`, async (t) => {
    const responder = await respond(t, answering());
    const peer = await responder.connect();
    peer.send(request({}, "", { requestId: id }));
    const { records } = await peer.untilEnd(id);
    assert.deepEqual(
      new Set(records.map((each) => each.requestId)),
      new Set([id]),
    );
  });
}

const ours = {
  END_REQUEST: FCGI.END_REQUEST,
  STDOUT: FCGI.STDOUT,
  STDERR: FCGI.STDERR,
  GET_VALUES_RESULT: FCGI.GET_VALUES_RESULT,
  UNKNOWN_TYPE: FCGI.UNKNOWN_TYPE,
};
for (const [name, type] of Object.entries(ours)) {
  test(`C1.09 ${name} from the peer is ignored and reported`, async (t) => {
    const responder = await respond(t, echo);
    const peer = await responder.connect();
    const odd = record(type, 1, "12345678");
    peer.send(begin(), odd, params(POST), odd, record(FCGI.STDIN, 1, "x"), odd);
    peer.send(record(FCGI.STDIN));
    assert.equal(parse(await peer.untilEnd()).body, "x");
    assert.deepEqual(responder.reports.codes, Array(3).fill("PROTOCOL"));
    assert.match(
      responder.reports.all[0]?.message ?? "",
      new RegExp(`type ${type}:`),
    );
  });
}

for (const type of [12, 99, 255]) {
  test(`C1.10 type ${type} of a request is skipped and not answered`, async (t) => {
    const responder = await respond(t, echo);
    const peer = await responder.connect();
    const odd = record(type, 1, "12345678");
    peer.send(begin(), odd, params(POST), odd, stdin("x"));
    const { records } = await peer.untilEnd();
    const types = records.map((each) => each.type);
    assert.deepEqual(types, [FCGI.STDOUT, FCGI.STDOUT, FCGI.END_REQUEST]);
    // An answer on id 0 would have come before this one.
    peer.send(request());
    assert.equal((await peer.nextRecord())?.type, FCGI.STDOUT);
  });
}

test("C1.08 a responder serves ids of any order again and again", async (t) => {
  const responder: Responder = await respond(t, answering());
  const peer = await responder.connect();
  for (const id of [9, 65_535, 1, 9, 256, 1]) {
    peer.send(request({}, "", { requestId: id }));
    assert.equal(parse(await peer.untilEnd(id)).body, "hello");
  }
});
