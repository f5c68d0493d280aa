// C4 on real sockets: from PARAMS records to the environ of a call.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  begin,
  type Pairs,
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
  type Parsed,
  parse,
  type ResponderOptions,
  respond,
  showing,
} from "../support/responder.ts";

/** The pairs of a request, with a few that are asked about. */
function stream(pairs: Pairs = {}): Buffer {
  const some = Symbol.iterator in pairs ? pairs : Object.entries(pairs);
  return Buffer.from(
    encodePairs([...Object.entries(VARIABLES), ...some] as [string, string][]),
  );
}

/** A request whose PARAMS stream is cut into these records. */
function inRecords(pieces: readonly Uint8Array[]): Uint8Array {
  return Buffer.concat([
    begin(),
    ...pieces.map((piece) => record(FCGI.PARAMS, 1, piece)),
    record(FCGI.PARAMS),
    stdin(),
  ]);
}

async function environOf(
  peer: Peer,
  pieces: readonly Uint8Array[],
): Promise<Record<string, string>> {
  peer.send(inRecords(pieces));
  const { body, status } = parse(await peer.untilEnd());
  assert.equal(status, "200 OK");
  return JSON.parse(body);
}

async function answerTo(
  t: TestContext,
  pieces: readonly Uint8Array[],
  options?: ResponderOptions,
): Promise<Parsed & { log: string; isAlive: boolean }> {
  const responder = await respond(t, answering(), options);
  const peer = await responder.connect();
  peer.send(inRecords(pieces));
  const answer = await peer.untilEnd();
  peer.send(request());
  const { status } = parse(await peer.untilEnd());
  return {
    ...parse(answer),
    log: answer.stderr.toString(),
    isAlive: status === "200 OK",
  };
}

// Lengths of one byte and of four.
const MIXED = {
  HTTP_A: "1",
  HTTP_LONG: "v".repeat(130),
  ["N".repeat(128)]: "x",
};

test("C4.01 PARAMS may be cut into two records anywhere", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  const bytes = stream(MIXED);
  const whole = await environOf(peer, [bytes]);
  assert.equal(whole.HTTP_LONG, "v".repeat(130));
  assert.equal(whole["N".repeat(128)], "x");
  for (let cut = 1; cut < bytes.length; cut++) {
    const pieces = [bytes.subarray(0, cut), bytes.subarray(cut)];
    assert.deepEqual(await environOf(peer, pieces), whole, `cut at ${cut}`);
  }
});

test("C4.01 PARAMS may be cut into three records anywhere, and into single bytes", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  const bytes = stream(MIXED);
  const whole = await environOf(peer, [bytes]);
  const start = stream().length;
  for (let one = start; one < bytes.length; one += 7) {
    for (let two = one + 1; two < bytes.length; two += 13) {
      const pieces = [
        bytes.subarray(0, one),
        bytes.subarray(one, two),
        bytes.subarray(two),
      ];
      assert.deepEqual(await environOf(peer, pieces), whole, `${one}, ${two}`);
    }
  }
  const single = [...bytes].map((byte) => Uint8Array.of(byte));
  assert.deepEqual(await environOf(peer, single), whole);
});

test("C4.02 values of every length arrive", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  for (const length of [0, 1, 127, 128, 1000, 65_536]) {
    peer.send(
      begin(),
      params({ ...VARIABLES, X_VALUE: "é".repeat(length) }),
      stdin(),
    );
    const { X_VALUE } = JSON.parse(parse(await peer.untilEnd()).body);
    assert.equal(Buffer.from(X_VALUE, "latin1").toString(), "é".repeat(length));
  }
});

test("C4.03 a short length in four bytes is accepted", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  const pair = Buffer.from("\x80\0\0\x06\x80\0\0\x02HTTP_Aok", "latin1");
  const environ = await environOf(peer, [Buffer.concat([stream(), pair])]);
  assert.equal(environ.HTTP_A, "ok");
});

test("C4.05 an empty value is kept, an empty name is not, nor is an empty CONTENT_TYPE", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  const bytes = stream([
    ["", "x"],
    ["HTTP_X", ""],
    ["CONTENT_TYPE", ""],
    ["CONTENT_LENGTH", ""],
  ]);
  const environ = await environOf(peer, [bytes]);
  assert.equal(environ.HTTP_X, "");
  for (const name of ["", "CONTENT_TYPE", "CONTENT_LENGTH"]) {
    assert.ok(!(name in environ), name);
  }
});

test("C4.06 A2.14 repeated headers are joined, of other names the last counts", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  const bytes = stream([
    ["HTTP_COOKIE", "a=1"],
    ["HTTP_COOKIE", "b=2"],
    ["HTTP_X", "1"],
    ["HTTP_X", "2"],
    ["X_A", "1"],
    ["X_A", "2"],
  ]);
  const environ = await environOf(peer, [bytes]);
  assert.equal(environ.HTTP_COOKIE, "a=1; b=2");
  assert.equal(environ.HTTP_X, "1, 2");
  assert.equal(environ.X_A, "2");
});

for (const [name, value] of [
  ["X\0Y", "value"],
  ["X_VALUE", "a\0b"],
] as const) {
  test(`C4.07 D2.04 NUL in ${JSON.stringify(name)}=${JSON.stringify(value)} is refused with 400`, async (t) => {
    const answer = await answerTo(t, [stream([[name, value]])]);
    assert.equal(answer.status, "400 Bad Request");
    assert.match(answer.log, /BAD_REQUEST/);
    assert.ok(answer.isAlive);
  });
}

const malformed: [name: string, tail: Buffer][] = [
  ["a pair that runs past the end", Buffer.of(50, 50, 3, 4)],
  ["lengths of 31 bits", Buffer.alloc(8, 0xff)],
  ["half a length", Buffer.of(0x80, 0)],
  ["a name's length alone", Buffer.of(3)],
];
for (const [name, tail] of malformed) {
  test(`C4.04 C4.08 C12.01 D3.07 ${name} refuses this request and no other`, async (t) => {
    const answer = await answerTo(t, [Buffer.concat([stream(), tail])]);
    assert.equal(answer.status, "400 Bad Request");
    assert.match(answer.log, /Cannot decode the params/);
    assert.ok(answer.isAlive);
  });
}

test("C4.09 the application starts at the empty PARAMS record, without any STDIN", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  peer.send(begin(), params());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

test("C4.09 nothing is sent before the end of PARAMS", async (t) => {
  let calls = 0;
  const responder = await respond(t, (environ, startResponse) => {
    calls++;
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  const bytes = params();
  peer.send(begin(), bytes.subarray(0, -8), stdin());
  // The answer to this would come behind anything sent too early.
  peer.send(record(FCGI.GET_VALUES, 0));
  assert.equal((await peer.nextRecord())?.type, FCGI.GET_VALUES_RESULT);
  assert.equal(calls, 0);
  peer.send(bytes.subarray(-8));
  await peer.untilEnd();
  assert.equal(calls, 1);
});

test("C4.10 a request without variables is answered with 400 and logged", async (t) => {
  const answer = await answerTo(t, []);
  assert.equal(answer.status, "400 Bad Request");
  assert.match(answer.log, /REQUEST_METHOD is missing/);
});

test("C4.11 PARAMS behind their end are ignored and reported", async (t) => {
  const responder = await respond(t, async (environ, startResponse) => {
    await environ["tsgi.input"].read();
    return showing(environ, startResponse);
  });
  const peer = await responder.connect();
  peer.send(begin(), params(), params({ HTTP_LATE: "1" }), stdin());
  const environ = JSON.parse(parse(await peer.untilEnd()).body);
  assert.ok(!("HTTP_LATE" in environ));
  assert.deepEqual(responder.reports.codes, ["PROTOCOL", "PROTOCOL"]);
});

test("C4.12 100 KiB of params are served by default", async (t) => {
  const responder = await respond(t, showing);
  const peer = await responder.connect();
  const value = "x".repeat(102_400);
  peer.send(begin(), params({ ...VARIABLES, HTTP_LONG: value }), stdin());
  assert.equal(JSON.parse(parse(await peer.untilEnd()).body).HTTP_LONG, value);
});

test("C4.12 D3.08 more than 1 MiB is skipped and answered with 431", async (t) => {
  const long = stream({ HTTP_LONG: "x".repeat(1_048_576) });
  const pieces = [];
  for (let at = 0; at < long.length; at += 65_535) {
    pieces.push(long.subarray(at, at + 65_535));
  }
  const answer = await answerTo(t, pieces);
  assert.equal(answer.status, "431 Request Header Fields Too Large");
  assert.match(answer.log, /LIMIT/);
  assert.ok(answer.isAlive);
});

test("C4.12 D3.08 more than 1000 params are answered with 431", async (t) => {
  const pairs = Array.from({ length: 1001 }, (_, n) => [`HTTP_${n}`, ""]);
  const answer = await answerTo(t, [stream(pairs as [string, string][])]);
  assert.equal(answer.status, "431 Request Header Fields Too Large");
  assert.ok(answer.isAlive);
});

test("C4.13 STDIN that comes before the end of PARAMS is kept", async (t) => {
  const responder = await respond(t, echo);
  const peer = await responder.connect();
  const bytes = params({ ...VARIABLES, CONTENT_LENGTH: "6" });
  peer.send(
    begin(),
    record(FCGI.STDIN, 1, "ab"),
    bytes.subarray(0, -8),
    record(FCGI.STDIN, 1, "c"),
    bytes.subarray(-8),
    stdin("def"),
  );
  assert.equal(parse(await peer.untilEnd()).body, "abcdef");
});

test("C4.13 C3.08 too much STDIN before the end of PARAMS closes the connection", async (t) => {
  const responder = await respond(t, echo, { maxBufferedBytes: 10_000 });
  const peer = await responder.connect();
  peer.socket.on("error", () => {});
  const piece = record(FCGI.STDIN, 1, Buffer.alloc(8000));
  peer.send(begin(), piece, piece, piece);
  await peer.closed;
  assert.match(
    responder.reports.all[0]?.message ?? "",
    /in front of its params/,
  );
});

test("C4.12 C4.04 many records of one byte count for the memory they take", async (t) => {
  const bytes = stream({ HTTP_LONG: "x".repeat(9000) });
  const single = [...bytes].map((byte) => Uint8Array.of(byte));
  const answer = await answerTo(t, single);
  assert.equal(answer.status, "431 Request Header Fields Too Large");
  assert.ok(answer.isAlive);
});
