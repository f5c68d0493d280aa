// C6 on real sockets: what a response looks like on the wire. `Peer` itself is strict about the
// order of records and their types (C6.05, C6.13); see test/support/peer.test.ts.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { type Answer, type Peer, request } from "../support/peer.ts";
import {
  answering,
  gate,
  parse,
  type ResponderOptions,
  respond,
} from "../support/responder.ts";
import { seededRandom, show } from "../support/wire.ts";

const TEXT = [["Content-Type", "text/plain"]] as const;

/** Contents of the records of a stream; text, or the number of bytes where they are many. */
function contents({ records }: Answer, type: number): (string | number)[] {
  return records
    .filter((each) => each.type === type)
    .map(({ content }) =>
      content.length > 100 ? content.length : Buffer.from(content).toString(),
    );
}

function typesOf({ records }: Answer): string {
  const names = { 3: "END", 6: "OUT", 7: "ERR" } as Record<number, string>;
  return records
    .map(({ type, content }) => (content.length > 0 ? "" : "/") + names[type])
    .join(" ");
}

/** All bytes of a connection, padding and all. */
function capture(peer: Peer): () => Buffer {
  const pieces: Buffer[] = [];
  peer.socket.on("data", (bytes) => pieces.push(bytes));
  return () => Buffer.concat(pieces);
}

async function* late(...chunks: (string | Uint8Array)[]) {
  for (const chunk of chunks) {
    await new Promise((resolve) => setImmediate(resolve));
    yield chunk;
  }
}

test("C6.01 A9.05 the only empty STDOUT record is the last one", async (t) => {
  const responder = await respond(t, (_, startResponse) => {
    startResponse("200 OK", TEXT);
    return late("", "a", "", Buffer.of(), "b", "");
  });
  const peer = await responder.connect();
  peer.send(request());
  const answer = await peer.untilEnd();
  const [head, ...rest] = contents(answer, FCGI.STDOUT);
  assert.match(String(head), /\r\n\r\na$/);
  assert.deepEqual(rest, ["b", ""]);
});

const splits: [length: number, records: number[]][] = [
  [16_384, [16_384]],
  [16_385, [16_385]],
  [65_535, [65_535]],
  [65_536, [65_535, 1]],
  [66_000, [65_535, 465]],
  [131_070, [65_535, 65_535]],
  [131_071, [65_535, 65_535, 1]],
];
for (const [length, records] of splits) {
  test(`C6.02 ${length} bytes go out in records of ${records.join(" and ")}`, async (t) => {
    const chunk = Buffer.alloc(length, "0123456789abcde");
    const responder = await respond(t, (_, startResponse) => {
      startResponse("200 OK", TEXT);
      return late("!", chunk, "!");
    });
    const peer = await responder.connect();
    peer.send(request());
    const answer = await peer.untilEnd();
    assert.ok(parse(answer).body === `!${chunk}!`);
    const sizes = answer.records.map(({ content }) => content.length);
    assert.deepEqual(sizes.slice(1, -3), records);
  });
}

test("C6.03 D1.14 records are padded to eight bytes, with zeros", async (t) => {
  const secret = "secret".repeat(20_000);
  const responder = await respond(t, async (environ, startResponse) => {
    const body = await environ["tsgi.input"].read();
    environ["tsgi.errors"].write(secret.slice(0, body.length));
    startResponse("200 OK", TEXT);
    return late(body, secret.slice(0, 20_000 + body.length));
  });
  const peer = await responder.connect();
  const bytes = capture(peer);
  for (let length = 1; length < 100; length++) {
    peer.send(request({}, secret.slice(0, length)));
    await peer.untilEnd();
  }
  const all = bytes();
  for (let at = 0; at < all.length; ) {
    const content = at + 8 + all.readUInt16BE(at + 4);
    const end = content + (all[at + 6] as number);
    assert.equal((end - at) % 8, 0);
    assert.equal(all[at + 7], 0);
    assert.ok(all.subarray(content, end).every((byte) => byte === 0));
    at = end;
  }
});

test("C6.04 C1.08 50 concurrent requests do not mix", async (t) => {
  const random = seededRandom(1);
  const responder = await respond(t, (environ, startResponse) => {
    const letter = environ.QUERY_STRING;
    startResponse("200 OK", TEXT);
    return (async function* () {
      for (let i = 0; i < 40; i++) {
        const length = Math.floor(random() ** 4 * 200_000);
        yield Buffer.alloc(length, letter);
        environ["tsgi.errors"].write(`${letter}\n`);
        if (random() < 0.5) await new Promise(setImmediate);
      }
    })();
  });
  const peer = await responder.connect();
  const ids = Array.from({ length: 50 }, (_, index) => 1 + index * 1300);
  for (const [index, requestId] of ids.entries()) {
    const QUERY_STRING = String.fromCharCode(0x30 + index);
    peer.send(request({ QUERY_STRING }, "", { requestId }));
  }
  await Promise.all(
    ids.map(async (id, index) => {
      const answer = await peer.untilEnd(id);
      const letter = String.fromCharCode(0x30 + index);
      const { body } = parse(answer);
      assert.ok(body.length > 0 && body === letter.repeat(body.length));
      assert.equal(String(answer.stderr), `${letter}\n`.repeat(40));
    }),
  );
});

const orders: [name: string, application: Application, types: string][] = [
  ["a whole body", answering(), "OUT /OUT END"],
  ["an empty body", answering(""), "OUT /OUT END"],
  [
    "a status without a body",
    answering("", "304 Not Modified"),
    "OUT /OUT END",
  ],
  [
    "a streamed body",
    (_, startResponse) => {
      startResponse("200 OK", TEXT);
      return late("a", "b");
    },
    "OUT OUT /OUT END",
  ],
  [
    "complaints",
    (environ, startResponse) => {
      environ["tsgi.errors"].write("oh");
      return answering()(environ, startResponse);
    },
    "OUT ERR /OUT /ERR END",
  ],
  [
    "a failure",
    () => {
      throw new Error("oh");
    },
    "OUT ERR /OUT /ERR END",
  ],
  [
    "a body with close()",
    (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const close = () => environ["tsgi.errors"].write("closed");
      return Object.assign(["a", "b"], { close });
    },
    "OUT OUT /OUT ERR /ERR END",
  ],
];
for (const [name, application, types] of orders) {
  test(`C6.05 C6.06 C6.13 ${name} is answered with ${types}`, async (t) => {
    const responder = await respond(t, application);
    const peer = await responder.connect();
    for (let i = 0; i < 2; i++) {
      peer.send(request());
      const answer = await peer.untilEnd();
      assert.equal(typesOf(answer), types);
    }
  });
}

test("C6.07 complaints come between the chunks they were written between, and at once", async (t) => {
  const go = gate();
  const responder = await respond(t, (environ, startResponse) => {
    const errors = environ["tsgi.errors"];
    startResponse("200 OK", TEXT);
    return (async function* () {
      yield "a";
      errors.write("one");
      errors.writelines(["two", "three"]);
      await go.passed;
      yield "b";
    })();
  });
  const peer = await responder.connect();
  peer.send(request());
  const first = [];
  for (let i = 0; i < 4; i++) first.push(await peer.nextRecord());
  assert.deepEqual(
    first.map((each) => each?.type),
    [FCGI.STDOUT, FCGI.STDERR, FCGI.STDERR, FCGI.STDERR],
  );
  go.open();
  const answer = await peer.untilEnd();
  assert.equal(typesOf(answer), "OUT /OUT /ERR END");
});

test("C6.07 complaints wait for the header block, since HAProxy crashes on them", async (t) => {
  const responder = await respond(t, async (environ, startResponse) => {
    environ["tsgi.errors"].write("early");
    await new Promise((resolve) => setImmediate(resolve));
    startResponse("200 OK", TEXT);
    return late("a", "b");
  });
  const peer = await responder.connect();
  peer.send(request());
  const answer = await peer.untilEnd();
  assert.equal(typesOf(answer), "OUT ERR OUT /OUT /ERR END");
  assert.equal(String(answer.stderr), "early");
});

test("C6.07 A5.01 flush() sends complaints ahead of the header block", async (t) => {
  const go = gate();
  const responder = await respond(t, async (environ, startResponse) => {
    environ["tsgi.errors"].write("early");
    await environ["tsgi.errors"].flush();
    await go.passed;
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  peer.send(request());
  const first = await peer.nextRecord();
  assert.equal(first?.type, FCGI.STDERR);
  assert.equal(Buffer.from(first.content).toString(), "early");
  go.open();
  assert.equal(typesOf(await peer.untilEnd()), "OUT /OUT /ERR END");
});

test("C6.07 A5.03 much text is not held back, and split where a record cannot hold it", async (t) => {
  const go = gate();
  const text = "é".repeat(70_000);
  const responder = await respond(t, async (environ, startResponse) => {
    environ["tsgi.errors"].write(text);
    await go.passed;
    return answering()(environ, startResponse);
  });
  const peer = await responder.connect();
  peer.send(request());
  const first = await peer.nextRecord();
  assert.equal(first?.type, FCGI.STDERR);
  assert.equal(first.content.length, 65_535);
  go.open();
  const { stderr } = await peer.untilEnd();
  assert.equal(first.content.length + stderr.length, 140_000);
});

test("C6.09 C6.10 END_REQUEST of a request that went well", async (t) => {
  const responder = await respond(t, answering());
  const peer = await responder.connect();
  const bytes = capture(peer);
  peer.send(request());
  await peer.untilEnd();
  assert.equal(
    show(bytes().subarray(-16)),
    "01 03 0001 0008 00 00 00 00 00 00 00 00 00 00",
  );
});

test("C6.09 C6.10 END_REQUEST of a request that failed", async (t) => {
  const responder = await respond(t, () => Promise.reject(new Error("oh")));
  const peer = await responder.connect();
  const bytes = capture(peer);
  peer.send(request());
  const answer = await peer.untilEnd();
  assert.equal(parse(answer).status, "500 Internal Server Error");
  assert.equal(
    show(bytes().subarray(-16)),
    "01 03 0001 0008 00 00 00 00 00 01 00 00 00 00",
  );
});

const cuts: [name: string, headers: [string, string][]][] = [
  ["an error behind the first chunk", [["Content-Type", "text/plain"]]],
  ["fewer bytes than Content-Length says", [["Content-Length", "9"]]],
];
for (const [name, headers] of cuts) {
  const application: Application = (environ, startResponse) => {
    startResponse("200 OK", headers);
    return (async function* () {
      yield "begun";
      if (environ.PATH_INFO === "/wait") await new Promise(() => {});
      if (headers.length === 1) throw new Error("oh");
    })();
  };
  for (const tcp of [false, true]) {
    const how = tcp ? "resets a TCP connection" : "closes a Unix connection";
    test(`C6.11 A11.02 A13.02 ${name} ${how} without END_REQUEST`, async (t) => {
      const responder = await respond(t, application, { tcp });
      const peer = await responder.connect();
      peer.send(request());
      const first = await peer.nextRecord();
      assert.match(Buffer.from(first?.content ?? []).toString(), /begun$/);
      assert.equal(await peer.closed, tcp ? "reset" : "FIN");
      for (;;) {
        const next = await peer.nextRecord();
        if (next === undefined) break;
        assert.equal(next.type, FCGI.STDERR);
      }
      assert.deepEqual(responder.reports.all, []);
    });
  }

  test(`C6.11 C6.10 ${name} ends the request alone where another is active`, async (t) => {
    const responder = await respond(t, application);
    const peer = await responder.connect();
    peer.send(request({ PATH_INFO: "/wait" }, "", { requestId: 2 }));
    peer.send(request());
    const answer = await peer.untilEnd();
    assert.equal(parse(answer).body, "begun");
    assert.notEqual(answer.appStatus, 0);
    assert.equal(answer.protocolStatus, FCGI.REQUEST_COMPLETE);
  });
}

for (const how of ["close", "reset"] as const) {
  test(`C6.12 a peer that leaves (${how}) after the end of STDOUT is no abort and no error`, async (t) => {
    const left = gate();
    const closed = gate<{ aborted: boolean }>();
    const responder = await respond(
      t,
      (environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return Object.assign(["body"], {
          close: async () => {
            await left.passed;
            closed.open({ aborted: environ["tsgi.signal"].aborted });
          },
        });
      },
      { tcp: true, maxConcurrency: 1, abortGraceMs: 5000 },
    );
    const peer = await responder.connect();
    peer.send(request());
    while ((await peer.nextRecord())?.content.length !== 0);
    peer[how]();
    const other = await responder.connect();
    // Refused while the first request is open: by then the responder has seen it go.
    other.send(request());
    assert.equal((await other.untilEnd()).protocolStatus, FCGI.OVERLOADED);
    left.open();
    assert.deepEqual(await closed.passed, { aborted: false });
    assert.deepEqual(responder.reports.codes, ["LIMIT"]);
  });
}

for (const size of [4000, 60_000]) {
  test(`C6.14 a header block of ${size} bytes leaves in one record, Status last`, async (t) => {
    const responder = await respond(t, (_, startResponse) => {
      const value = "x".repeat(size / 4);
      const headers = ["A", "B", "C", "Location"].map(
        (name) => [name, value] as const,
      );
      startResponse("201 Created", headers);
      return ["body"];
    });
    const peer = await responder.connect();
    peer.send(request());
    const answer = await peer.untilEnd();
    const [head] = answer.records;
    assert.match(
      Buffer.from(head?.content ?? []).toString(),
      /\r\nStatus: 201 Created\r\n\r\n(body)?$/,
    );
    assert.equal(parse(answer).body, "body");
  });
}

test("C6.14 a header block that no record can hold spans several", async (t) => {
  const responder = await respond(
    t,
    (_, startResponse) => {
      startResponse("200 OK", [["X-Long", "x".repeat(70_000)]]);
      return ["body"];
    },
    { maxHeaderBytes: 100_000 },
  );
  const peer = await responder.connect();
  peer.send(request());
  const { lines, body } = parse(await peer.untilEnd());
  assert.deepEqual(lines, [
    `X-Long: ${"x".repeat(70_000)}`,
    "Content-Length: 4",
    "Status: 200 OK",
  ]);
  assert.equal(body, "body");
});

const single: [
  name: string,
  application: Application,
  options?: ResponderOptions,
][] = [
  ["hello", answering()],
  ["16 KB", answering("x".repeat(16_384))],
  ["100 KB", answering("x".repeat(100_000))],
  ["an error page", () => assert.fail("oh")],
  [
    "a response with complaints",
    (environ, startResponse) => {
      environ["tsgi.errors"].write("oh");
      return answering()(environ, startResponse);
    },
  ],
  [
    "a promised response",
    async (environ, startResponse) => answering()(environ, startResponse),
  ],
];
for (const [name, application] of single) {
  test(`C6.15 ${name} is one write to the socket`, async (t) => {
    const { Socket } = await import("node:net");
    const responder = await respond(t, application);
    const peer = await responder.connect();
    const writes = t.mock.method(
      Socket.prototype as unknown as { _writeGeneric(): void },
      "_writeGeneric",
    );
    peer.send(request());
    await peer.untilEnd();
    const ours = writes.mock.calls.filter((call) => call.this !== peer.socket);
    assert.equal(ours.length, 1);
  });
}

test("C6.15 A9.02 a chunk is sent before the next one is asked for", async (t) => {
  const go = gate();
  const responder = await respond(t, (_, startResponse) => {
    startResponse("200 OK", TEXT);
    return (function* () {
      yield "a";
      go.open();
      yield "b";
    })();
  });
  const peer = await responder.connect();
  peer.send(request());
  await go.passed;
  const answer = await peer.untilEnd();
  assert.deepEqual(contents(answer, FCGI.STDOUT).slice(1), ["b", ""]);
});

test("A1.12 C8.05 what an application does after its request has ended reaches nobody", async (t) => {
  const done = gate();
  let late: () => Promise<unknown> = async () => {};
  const responder = await respond(t, (environ, startResponse) => {
    const { [`${"tsgi.errors"}` as const]: errors } = environ;
    const write = startResponse("200 OK", TEXT);
    if (environ.PATH_INFO === "/first") {
      late = async () => {
        errors.write("");
        assert.throws(() => startResponse("200 OK", TEXT), /has ended/);
        await assert.rejects(async () => write("late"), /has ended/);
        done.open();
      };
    }
    return ["body"];
  });
  const peer = await responder.connect();
  peer.send(request({ PATH_INFO: "/first" }));
  await peer.untilEnd();
  peer.send(request({ PATH_INFO: "/second" }));
  await late();
  await done.passed;
  assert.equal(parse(await peer.untilEnd()).body, "body");
});

for (const size of [1_048_576, 3_000_000]) {
  test(`C6.02 a string of ${size} bytes is answered whole, also to who reads late`, async (t) => {
    const body = "0123456789abcdef".repeat(size / 16);
    const responder = await respond(t, answering(body));
    for (const keep of [true, false]) {
      const peer = await responder.connect();
      peer.pause();
      await peer.send(request({}, "", { keep }));
      await peer.send(Buffer.of());
      peer.resume();
      const answer = await peer.untilEnd();
      assert.ok(parse(answer).body === body);
      assert.equal(answer.appStatus, 0);
    }
  });
}

test("C6.13 D1.01 no response has a Transfer-Encoding, and HEAD has no body", async (t) => {
  const responder = await respond(t, (_, startResponse) => {
    startResponse("200 OK", TEXT);
    return late("a", "b");
  });
  const peer = await responder.connect();
  peer.send(request({ REQUEST_METHOD: "HEAD" }));
  const head = parse(await peer.untilEnd());
  assert.deepEqual(head.lines, ["Content-Type: text/plain", "Status: 200 OK"]);
  assert.equal(head.body, "");
  peer.send(request({ SERVER_PROTOCOL: "HTTP/1.1" }));
  const { lines, body } = parse(await peer.untilEnd());
  assert.deepEqual(lines, ["Content-Type: text/plain", "Status: 200 OK"]);
  assert.equal(body, "ab");
});

test("C12.02 C12.03 D1.11 nothing is made up, and 304 loses no more than HTTP forbids", async (t) => {
  const responder = await respond(t, (environ, startResponse) => {
    if (environ.PATH_INFO === "/bare") startResponse("200 OK", []);
    else {
      startResponse("304 Not Modified", [
        ["ETag", '"1"'],
        ["Content-Type", "text/plain"],
        ["Content-Length", "4"],
      ]);
    }
    return ["body"];
  });
  const peer = await responder.connect();
  peer.send(request({ PATH_INFO: "/bare" }));
  const bare = parse(await peer.untilEnd());
  assert.deepEqual(bare.lines, ["Content-Length: 4", "Status: 200 OK"]);
  assert.equal(bare.body, "body");
  peer.send(request());
  const { lines, body } = parse(await peer.untilEnd());
  assert.deepEqual(lines, [
    'ETag: "1"',
    "Content-Type: text/plain",
    "Content-Length: 4",
    "Status: 304 Not Modified",
  ]);
  assert.equal(body, "");
});

test("C6.07 A13.01 a long report of a failure waits for the header block, too", async (t) => {
  const responder = await respond(t, () => {
    throw new Error("x".repeat(30_000));
  });
  const peer = await responder.connect();
  peer.send(request());
  assert.equal(typesOf(await peer.untilEnd()), "OUT ERR /OUT /ERR END");
});
