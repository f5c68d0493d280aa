// C5 on real sockets: bodies, whole and short, early and late.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  type Answer,
  begin,
  params,
  record,
  request,
  roundTrip,
  stdin,
  VARIABLES,
} from "../support/peer.ts";
import {
  answering,
  echo,
  echoStream,
  gate,
  parse,
  respond,
} from "../support/responder.ts";
import { inPieces } from "../support/wire.ts";

/** BEGIN_REQUEST and PARAMS of a request with a body of this length, or of none that is known. */
function posting(length?: number | string, variables = {}): Uint8Array {
  const CONTENT_LENGTH = String(length);
  return Buffer.concat([
    begin(),
    params({
      ...VARIABLES,
      REQUEST_METHOD: "POST",
      ...(length === undefined ? {} : { CONTENT_LENGTH }),
      ...variables,
    }),
  ]);
}

const STDIN = (content: string | Uint8Array): Uint8Array =>
  record(FCGI.STDIN, 1, content);
const END_STDIN = record(FCGI.STDIN);

/** Reads to the end and answers with what came of it. */
const reading: Application = async (environ, startResponse) => {
  const read = environ["tsgi.input"].read();
  const text = await read.then(String, (error) => `${error.code}`);
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return [text];
};

test("C5.01 a body may span 100,000 records of one byte", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  const body = Buffer.alloc(100_000, "0123456789");
  const records = inPieces(body, 1).map(STDIN);
  peer.send(posting(body.length), ...records, END_STDIN);
  assert.equal(parse(await peer.untilEnd()).body, body.toString());
});

test("C5.01 a body may span records of 65,535 bytes", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  const body = Buffer.alloc(1_000_000, "0123456789");
  peer.send(posting(body.length), stdin(body));
  assert.equal(parse(await peer.untilEnd()).body, body.toString());
});

const bodies: [
  name: string,
  length: number | undefined,
  sent: string,
  expected: string,
][] = [
  ["exactly as many bytes as CONTENT_LENGTH says", 3, "abc", "abc"],
  ["more bytes: the surplus is dropped", 3, "abcdef", "abc"],
  ["fewer bytes: the read rejects", 9, "abc", "INCOMPLETE_BODY"],
  ["no bytes of nine: the read rejects", 9, "", "INCOMPLETE_BODY"],
];
for (const [name, length, sent, expected] of bodies) {
  test(`C5.02 ${name}`, async (t) => {
    const responder = await respond(t, reading);
    const peer = await responder.connect();
    // Twice, since the first might stand in front of a body (mod_fcgid).
    peer.send(
      posting(length),
      stdin(sent),
      sent === "" ? END_STDIN : Buffer.of(),
    );
    assert.equal(parse(await peer.untilEnd()).body, expected);
  });
}

test("C5.02 A4.05 CONTENT_LENGTH ends a body, though STDIN stays open", async (t) => {
  const responder = await respond(t, reading);
  const peer = await responder.connect();
  peer.send(posting(5), STDIN("hello+extra"));
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

for (const length of [undefined, ""]) {
  test(`C5.03 with ${length === undefined ? "no" : "an empty"} CONTENT_LENGTH the body is the whole stream`, async (t) => {
    const responder = await respond(t, reading);
    const peer = await responder.connect();
    peer.send(posting(length, { HTTP_TRANSFER_ENCODING: "chunked" }));
    peer.send(STDIN("ab"), STDIN("c"), END_STDIN);
    assert.equal(parse(await peer.untilEnd()).body, "abc");
  });
}

const lengths = [
  "-1",
  "+5",
  "0x5",
  "5,5",
  "1e3",
  " 5",
  "5 ",
  "9007199254740992",
];
for (const length of lengths) {
  test(`C5.03 D2.02 CONTENT_LENGTH ${JSON.stringify(length)} is answered with 400`, async (t) => {
    const responder = await respond(t, () => assert.fail("was called"));
    const peer = await responder.connect();
    peer.send(posting(length), stdin("hello"));
    const answer = await peer.untilEnd();
    assert.equal(parse(answer).status, "400 Bad Request");
    assert.doesNotMatch(answer.stderr.toString(), /was called/);
    peer.send(posting(length), END_STDIN);
    await peer.untilEnd();
  });
}

test("C5.04 CONTENT_LENGTH 0 is an empty body, and needs no STDIN (lighttpd, HAProxy)", async (t) => {
  const responder = await respond(t, reading);
  const peer = await responder.connect();
  for (const end of [Buffer.of(), END_STDIN, Buffer.of()]) {
    peer.send(posting("0", { REQUEST_METHOD: "GET" }), end);
    assert.equal(parse(await peer.untilEnd()).body, "");
  }
  assert.deepEqual(responder.reports.all, []);
});

test("C5.01 an empty STDIN record in front of the body does not end it (mod_fcgid)", async (t) => {
  const responder = await respond(t, reading);
  const peer = await responder.connect();
  peer.send(posting(4), END_STDIN, STDIN("bo"), STDIN("dy"), END_STDIN);
  assert.equal(parse(await peer.untilEnd()).body, "body");
  peer.send(posting(4), END_STDIN, STDIN("bo"), END_STDIN);
  assert.equal(parse(await peer.untilEnd()).body, "INCOMPLETE_BODY");
  assert.deepEqual(responder.reports.all, []);
});

test("C5.05 STDIN behind its end is ignored and reported", async (t) => {
  const responder = await respond(t, reading);
  const peer = await responder.connect();
  peer.send(posting(), STDIN("body"), END_STDIN, STDIN("more"), END_STDIN);
  assert.equal(parse(await peer.untilEnd()).body, "body");
  assert.deepEqual(responder.reports.codes, ["PROTOCOL", "PROTOCOL"]);
});

test("C5.06 C5.08 unread input beyond the bound stops the socket, and nothing is lost", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      if (environ.CONTENT_LENGTH === undefined) {
        return answering()(environ, startResponse);
      }
      await go.passed;
      return echoStream(environ, startResponse);
    },
    { maxBufferedBytes: 100_000 },
  );
  const peer = await responder.connect();
  const body = Buffer.alloc(20_000_000, "0123456789");
  const sent = peer.send(posting(body.length), stdin(body));
  // Requests elsewhere go on, and give this one the time to take what it should not.
  for (let i = 0; i < 200; i++) await roundTrip(responder.address);
  const { writableLength } = peer.socket;
  assert.ok(writableLength > body.length - 5_000_000, `${writableLength} left`);
  go.open();
  await sent;
  assert.ok(parse(await peer.untilEnd()).body === body.toString());
});

test("C5.08 a body that nobody reads does not hold up another request", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      if (environ.PATH_INFO === "/slow") await go.passed;
      return echo(environ, startResponse);
    },
    { maxBufferedBytes: 65_536 },
  );
  const peer = await responder.connect();
  // More than the bound: only a further record of this body would have to wait.
  const body = Buffer.alloc(100_000, "x");
  const [first = Buffer.of(), ...rest] = inPieces(body, 65_535).map(STDIN);
  peer.send(posting(body.length, { PATH_INFO: "/slow" }), first, ...rest);
  peer.send(request({}, "other", { requestId: 2 }), END_STDIN);
  assert.equal(parse(await peer.untilEnd(2)).body, "other");
  go.open();
  assert.equal(parse(await peer.untilEnd(1)).body.length, body.length);
});

for (const tcp of [false, true]) {
  const where = tcp ? "TCP" : "a Unix socket";
  test(`C5.09 C12.01 A4.12 a body sent slowly behind the response takes nothing from it, over ${where}`, async (t) => {
    const body = Buffer.alloc(200_000, "answer");
    const responder = await respond(t, answering(body), { tcp });
    const peer = await responder.connect();
    peer.pause();
    const upload = Buffer.alloc(10_000_000);
    peer.send(
      begin(1, { keep: false }),
      params({ ...VARIABLES, CONTENT_LENGTH: `${upload.length}` }),
    );
    for (const piece of inPieces(stdin(upload), 1_000_000)) {
      await peer.send(piece);
    }
    peer.resume();
    assert.equal(parse(await peer.untilEnd()).body, body.toString());
    assert.equal(await peer.closed, "FIN");
  });
}

test("C5.09 D3.09 a body that never ends is cut off after the linger timeout", async (t) => {
  const responder = await respond(t, answering(), {
    lingerTimeoutMs: 100,
    tcp: true,
  });
  const peer = await responder.connect();
  peer.socket.removeAllListeners("end");
  peer.socket.on("error", () => {});
  peer.send(begin(1, { keep: false }), params());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
  let isClosed = false;
  peer.socket.on("close", () => {
    isClosed = true;
  });
  while (!isClosed) {
    await new Promise((resolve) => peer.socket.write(STDIN("more"), resolve));
    await new Promise((resolve) => setImmediate(resolve));
  }
});

test("C5.09 D3.09 on a kept connection too, once no request needs it", async (t) => {
  const responder = await respond(t, answering(), { lingerTimeoutMs: 100 });
  const peer = await responder.connect();
  peer.send(begin(1), params({ ...VARIABLES, CONTENT_LENGTH: "9" }));
  await peer.untilEnd();
  await peer.closed;
});

test("C5.09 a kept connection whose bodies have ended stays open", async (t) => {
  const responder = await respond(t, answering(), { lingerTimeoutMs: 30 });
  const peer = await responder.connect();
  const idle = await responder.connect();
  peer.send(posting(), STDIN("late"));
  await peer.untilEnd();
  peer.send(END_STDIN);
  // As long as it takes another one to be closed for its unfinished body.
  idle.send(begin(1), params({ ...VARIABLES, CONTENT_LENGTH: "9" }));
  await idle.closed;
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

test("C5.09 C5.10 a kept connection stays open whose unfinished body the next request with its id has ended", async (t) => {
  const responder = await respond(t, answering(), { lingerTimeoutMs: 200 });
  const peer = await responder.connect();
  const idle = await responder.connect();
  peer.send(posting(), STDIN("late"));
  await peer.untilEnd();
  // No end of STDIN, which would be that of the first body as well.
  peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH: "0" }));
  await peer.untilEnd();
  idle.send(begin(1), params({ ...VARIABLES, CONTENT_LENGTH: "9" }));
  await idle.closed;
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

test("C5.10 C12.01 late STDIN of an ended request does not reach the next one with its id", async (t) => {
  const responder = await respond(t, async (environ, startResponse) =>
    environ.PATH_INFO === "/early"
      ? answering("early")(environ, startResponse)
      : echo(environ, startResponse),
  );
  const peer = await responder.connect();
  const early = posting(undefined, { PATH_INFO: "/early" });
  peer.send(early, STDIN("one "));
  assert.equal(parse(await peer.untilEnd()).body, "early");
  peer.send(STDIN("two "), STDIN("three "), END_STDIN);
  peer.send(posting(5), stdin("clean"));
  assert.equal(parse(await peer.untilEnd()).body, "clean");
  // The end of the first body never comes: BEGIN_REQUEST says that it is over.
  peer.send(early, STDIN("one "));
  await peer.untilEnd();
  peer.send(STDIN("two "), posting(5), stdin("clean"));
  assert.equal(parse(await peer.untilEnd()).body, "clean");
});

test("C5.10 A4.12 10 MB that nobody reads are discarded, and the next request works", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  const body = Buffer.alloc(10_000_000);
  peer.send(posting(body.length), stdin(body));
  peer.send(request({}, "", { requestId: 2 }));
  const answers: Answer[] = [await peer.untilEnd(1), await peer.untilEnd(2)];
  assert.deepEqual(
    answers.map((answer) => parse(answer).body),
    ["hello", "hello"],
  );
});

test("C5.11 DATA records of a responder are ignored", async (t) => {
  const responder = await respond(t, reading);
  const peer = await responder.connect();
  const data = record(FCGI.DATA, 1, "data");
  peer.send(posting(), data, STDIN("a"), data, STDIN("b"), END_STDIN, data);
  assert.equal(parse(await peer.untilEnd()).body, "ab");
});

test("A4.13 a body half read is discarded, and the next request works", async (t) => {
  const responder = await respond(t, async (environ, startResponse) => {
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    for await (const chunk of environ["tsgi.input"]) return [chunk];
    return [];
  });
  const peer = await responder.connect();
  for (const text of ["one", "two"]) {
    peer.send(posting(6), STDIN(text), STDIN("..."), END_STDIN);
    assert.equal(parse(await peer.untilEnd()).body, text);
  }
});

test("D2.11 a chunk an application keeps is never written to again", async (t) => {
  const chunks: Uint8Array[] = [];
  const responder = await respond(t, async (environ, startResponse) => {
    chunks.push(await environ["tsgi.input"].read());
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  for (let i = 0; i < 50; i++) {
    peer.send(request({}, `body ${i} `.repeat(1000)));
    await peer.untilEnd();
  }
  for (const [i, chunk] of chunks.entries()) {
    assert.equal(String(chunk), `body ${i} `.repeat(1000));
  }
});
