// C5.06, C5.07, A9.03, A9.06: more than either side can take.
import assert from "node:assert/strict";
import { statSync } from "node:fs";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import type { TsgiError } from "../../src/common/errors.ts";
import type { Application } from "../../src/common/types.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  begin,
  data,
  type Peer,
  params,
  record,
  request,
  roundTrip,
  stdin,
  VARIABLES,
} from "../support/peer.ts";
import { runs, seed } from "../support/property.ts";
import {
  answering,
  echo,
  echoStream,
  gate,
  parse,
  type Responder,
  type ResponderOptions,
  respond,
} from "../support/responder.ts";
import { openSpools } from "../support/spools.ts";
import { inPieces } from "../support/wire.ts";

const TEXT = [["Content-Type", "text/plain"]] as const;
const SIZE = 50_000_000;

/** Bytes that tell where they are. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at + 4 <= length; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
}

/** A request that is sent to its last byte before anything of the answer is read. */
async function writesFirst(peer: Peer, body: Buffer): Promise<Buffer> {
  peer.pause();
  const CONTENT_LENGTH = String(body.length);
  peer.send(
    begin(1, { keep: false }),
    params({ ...VARIABLES, CONTENT_LENGTH }),
  );
  await peer.send(stdin(body));
  peer.resume();
  const { stdout, appStatus } = await peer.untilEnd();
  assert.equal(appStatus, 0);
  return stdout.subarray(stdout.indexOf("\r\n\r\n") + 4);
}

/** Answers with 50 MB and reads nothing. */
const deaf: Application = (_, startResponse) => {
  startResponse("200 OK", TEXT);
  return (async function* () {
    const bytes = pattern(SIZE);
    for (let at = 0; at < SIZE; at += 100_000) {
      yield bytes.subarray(at, at + 100_000);
    }
  })();
};

/** Answers with 50 MB in one piece, and is done. */
const loud: Application = (_, startResponse) => {
  startResponse("200 OK", TEXT);
  return [pattern(SIZE)];
};

const stubborn: [name: string, application: Application][] = [
  ["writes 50 MB without reading", deaf],
  ["answers with 50 MB at once", loud],
  ["echoes what it gets", echoStream],
];
for (const tcp of [false, true]) {
  for (const [name, application] of stubborn) {
    const where = tcp ? "TCP" : "a Unix socket";
    test(`C5.07 C12.01 a peer that writes 50 MB before it reads, over ${where}, and an application that ${name}`, async (t) => {
      const responder = await respond(t, application, { tcp });
      const peer = await responder.connect();
      const body = pattern(SIZE);
      assert.ok((await writesFirst(peer, body)).equals(body));
      assert.deepEqual(openSpools(), []);
      assert.deepEqual(responder.reports.all, []);
    });
  }
}

test("C5.07 C9.04 a filter may read its file before a body that does not fit into memory", async (t) => {
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      const file = await environ["tsgi.data"]?.read();
      startResponse("200 OK", TEXT);
      return [String(file), String(await environ["tsgi.input"].read())];
    },
    { roles: ["FILTER"], maxBufferedBytes: 10_000 },
  );
  const peer = await responder.connect();
  const body = "0123456789".repeat(100_000);
  const variables = { CONTENT_LENGTH: "1000000", FCGI_DATA_LENGTH: "4" };
  peer.send(
    begin(1, { role: FCGI.FILTER }),
    params({ ...VARIABLES, ...variables }),
    stdin(body),
    data("file"),
  );
  assert.equal(parse(await peer.untilEnd()).body, `file${body}`);
});

test("C5.07 what nobody can take goes to a file, and no file stays open", async (t) => {
  const responder = await respond(t, echoStream);
  const peer = await responder.connect();
  peer.pause();
  const body = pattern(10_000_000);
  const CONTENT_LENGTH = String(body.length);
  peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH }));
  await peer.send(stdin(body));
  assert.equal(openSpools().length, 1);
  peer.close();
  while (openSpools().length > 0) await roundTrip(responder.address);
});

test("C5.07 C3.08 maxSpooledBytes bounds that file: the peer has to read", async (t) => {
  const responder = await respond(t, echoStream, {
    maxSpooledBytes: 1_000_000,
    maxBufferedBytes: 10_000,
  });
  const peer = await responder.connect();
  peer.pause();
  const body = pattern(10_000_000);
  const CONTENT_LENGTH = String(body.length);
  peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH }));
  const sent = peer.send(stdin(body));
  for (let i = 0; i < 100; i++) await roundTrip(responder.address);
  assert.ok(peer.socket.writableLength > 5_000_000);
  peer.resume();
  await sent;
  const { stdout } = await peer.untilEnd();
  assert.ok(stdout.subarray(stdout.indexOf("\r\n\r\n") + 4).equals(body));
});

test("C5.07 C3.08 maxSpooledBytes is for all requests; whoever waits goes on when there is room", async (t) => {
  const responder = await respond(t, echoStream, {
    maxSpooledBytes: 1_000_000,
    maxBufferedBytes: 10_000,
  });
  const upload = async (length: number) => {
    const peer = await responder.connect();
    peer.pause();
    const CONTENT_LENGTH = String(length);
    peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH }));
    const sent = peer.send(stdin(pattern(length)));
    for (let i = 0; i < 100; i++) await roundTrip(responder.address);
    return { peer, sent };
  };
  const first = await upload(5_000_000);
  assert.ok(first.peer.socket.writableLength > 2_000_000);
  const second = await upload(900_000);
  assert.ok(second.peer.socket.writableLength > 100_000);
  const sizes = openSpools().map(
    (descriptor) => statSync(`/proc/self/fd/${descriptor}`).size,
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  assert.ok(total <= 1_000_000 + 2 * 65_536, `${sizes}`);
  first.peer.resume();
  await first.sent;
  await first.peer.untilEnd();
  // It has read nothing yet.
  await second.sent;
  second.peer.resume();
  const { stdout } = await second.peer.untilEnd();
  const body = stdout.subarray(stdout.indexOf("\r\n\r\n") + 4);
  assert.ok(body.equals(pattern(900_000)));
});

test("C5.07 where no file can be made, that request fails, and no other of its connection", async (t) => {
  const go = gate();
  let failure: unknown;
  const responder = await respond(t, async (environ, startResponse) => {
    if (environ.PATH_INFO !== "/upload") {
      await go.passed;
      return answering()(environ, startResponse);
    }
    startResponse("200 OK", TEXT);
    return (async function* () {
      try {
        yield* environ["tsgi.input"];
      } catch (error) {
        failure = error;
        throw error;
      }
    })();
  });
  inTemporaryFolder(t, "/nowhere");
  const peer = await responder.connect();
  peer.pause();
  const PATH_INFO = "/upload";
  const CONTENT_LENGTH = "10000000";
  peer.send(begin(), params({ ...VARIABLES, PATH_INFO, CONTENT_LENGTH }));
  peer.send(request({}, "", { requestId: 2 }));
  await peer.send(stdin(Buffer.alloc(10_000_000)));
  await responder.reports.matching(/temporary file: ENOENT/);
  peer.resume();
  assert.equal((await peer.untilEnd(1)).appStatus, 1);
  assert.equal((failure as TsgiError).code, "BODY_TOO_LARGE");
  go.open();
  assert.equal(parse(await peer.untilEnd(2)).body, "hello");
  assert.deepEqual(responder.reports.codes, ["BODY_TOO_LARGE"]);
});

test("C5.07 an application that asks for a body no file could be made for is answered for with 413", async (t) => {
  const lost = gate();
  const responder = await respond(t, async (environ, startResponse) => {
    if (environ.PATH_INFO === "/upload") {
      await lost.passed;
      return environ["tsgi.input"].read();
    }
    startResponse("200 OK", TEXT);
    return Buffer.alloc(10_000_000);
  });
  inTemporaryFolder(t, "/nowhere");
  const peer = await responder.connect();
  peer.pause();
  peer.send(request({}, "", { requestId: 2 }));
  const PATH_INFO = "/upload";
  const CONTENT_LENGTH = "10000000";
  peer.send(begin(), params({ ...VARIABLES, PATH_INFO, CONTENT_LENGTH }));
  await peer.send(stdin(Buffer.alloc(10_000_000)));
  await responder.reports.matching(/temporary file: ENOENT/);
  lost.open();
  peer.resume();
  const { status } = parse(await peer.untilEnd(1));
  assert.equal(status, "413 Content Too Large");
});

/** Where temporary files go, until the end of the test. */
function inTemporaryFolder(t: TestContext, path: string): void {
  const { TMPDIR } = process.env;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  process.env.TMPDIR = path;
}

const chunks: [size: number, times: number][] = [
  [4, 1000],
  [20_000, 500],
  [200_000, 50],
];
for (const [size, times] of chunks) {
  for (const how of ["yields", "writes"] as const) {
    test(`A9.03 an application that ${how} one buffer of ${size} bytes ${times} times, over a blocked socket`, async (t) => {
      const shared = Buffer.alloc(size);
      const responder = await respond(t, (_, startResponse) => {
        const write = startResponse("200 OK", TEXT);
        return (async function* () {
          for (let i = 0; i < times; i++) {
            shared.fill(i % 251);
            if (how === "yields") yield shared;
            else await write(shared);
          }
        })();
      });
      const peer = await responder.connect();
      peer.pause();
      await peer.send(request());
      for (let i = 0; i < 10; i++) await new Promise(setImmediate);
      peer.resume();
      const { stdout } = await peer.untilEnd();
      const body = stdout.subarray(stdout.indexOf("\r\n\r\n") + 4);
      assert.equal(body.length, size * times);
      for (let i = 0; i < times; i++) {
        const chunk = body.subarray(i * size, (i + 1) * size);
        assert.ok(
          chunk.every((byte) => byte === i % 251),
          `chunk ${i}`,
        );
      }
    });
  }
}

/** How much of an endless response is produced while the peer reads nothing. */
async function produced(
  t: Parameters<typeof respond>[0],
  size: number,
  options?: ResponderOptions,
): Promise<number> {
  let count = 0;
  const responder: Responder = await respond(
    t,
    (environ, startResponse) => {
      if (environ.PATH_INFO !== "/endless") {
        return answering()(environ, startResponse);
      }
      startResponse("200 OK", TEXT);
      const chunk = Buffer.alloc(size);
      return (function* () {
        for (;;) {
          count += size;
          yield chunk;
        }
      })();
    },
    options,
  );
  const peer = await responder.connect();
  peer.pause();
  await peer.send(request({ PATH_INFO: "/endless" }));
  for (let i = 0; i < 300; i++) await roundTrip(responder.address);
  peer.close();
  return count;
}

for (const size of [1000, 16_384, 65_536, 1_000_000]) {
  test(`A9.06 D3.14 chunks of ${size} bytes are not produced for a peer that does not read`, async (t) => {
    // What the kernel takes for a Unix socket, what waits here, and the chunk that had to wait.
    const bound = 1_000_000 + 65_536 + size;
    const count = await produced(t, size);
    assert.ok(count <= bound, `${count} bytes`);
  });
}

test("C5.06 D3.14 requests that a peer asks for and does not read are not begun without end", async (t) => {
  let calls = 0;
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      if (environ.PATH_INFO === "/hang") await go.passed;
      else calls++;
      return answering("x".repeat(10_000))(environ, startResponse);
    },
    { maxBufferedBytes: 50_000 },
  );
  const peer = await responder.connect();
  peer.pause();
  // One that runs all the time, so that the connection is never idle.
  peer.send(request({ PATH_INFO: "/hang" }, "", { requestId: 9 }));
  const requests = Array.from({ length: 1000 }, (_, index) =>
    request({}, "", { requestId: 10 + index }),
  );
  peer.send(...requests);
  for (let i = 0; i < 300; i++) {
    const other = await responder.connect();
    other.send(begin(1, { role: 9, keep: false }));
    await other.closed;
  }
  assert.ok(calls < 500, `${calls} calls`);
  peer.resume();
  for (let i = 0; i < 1000; i++) await peer.untilEnd(10 + i);
  go.open();
  await peer.untilEnd(9);
});

test("C5.06 100,000 small records cost no more memory than their bound", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      await go.passed;
      return echo(environ, startResponse);
    },
    { maxBufferedBytes: 100_000 },
  );
  const peer = await responder.connect();
  const piece = record(FCGI.STDIN, 1, "x");
  const sent = peer.send(
    begin(),
    params({ ...VARIABLES, CONTENT_LENGTH: "100000" }),
    Buffer.concat(Array(100_000).fill(piece)),
    record(FCGI.STDIN),
  );
  for (let i = 0; i < 50; i++) {
    const other = await responder.connect();
    other.send(begin(1, { role: 9, keep: false }));
    await other.closed;
  }
  // Each is one byte, yet their number is what the bound is about.
  assert.ok(peer.socket.writableLength > 500_000);
  go.open();
  await sent;
  assert.equal(parse(await peer.untilEnd()).body, "x".repeat(100_000));
});

/** Echoes at once, echoes at the end, writes without reading, at once or slowly, reads half. */
const tempers: Application = async (environ, startResponse) => {
  const input = environ["tsgi.input"];
  startResponse("200 OK", TEXT);
  switch (environ.QUERY_STRING) {
    case "0":
      return input;
    case "1":
      return [await input.read()];
    case "2":
      return [Buffer.alloc(100_000)];
    case "3":
      return (async function* () {
        for (let i = 0; i < 100; i++) {
          await new Promise(setImmediate);
          yield Buffer.alloc(1000);
        }
      })();
    default:
      await input.read(Math.floor(Number(environ.CONTENT_LENGTH) / 2));
      return ["half."];
  }
};

for (const writesAll of [false, true]) {
  const how = writesAll ? "writes all before it reads" : "reads now and then";
  test(`C5.07 C7.05 requests of every temper come to an end, with a peer that ${how}`, async (t) => {
    const responder = await respond(t, tempers, {
      maxBufferedBytes: 2000,
      maxConcurrency: 6,
    });
    t.diagnostic(`TSGI_PROPERTY_SEED=${seed}`);
    const size = fc.oneof(fc.nat(3000), fc.nat(300_000));
    const property = fc.asyncProperty(
      fc.array(fc.record({ temper: fc.nat(4), size }), { maxLength: 6 }),
      fc.infiniteStream(fc.nat(99)),
      async (requests, choices) => {
        const peer = await responder.connect();
        const streams = requests.map(({ temper, size }, index) => {
          const requestId = index + 1;
          const variables = {
            ...VARIABLES,
            QUERY_STRING: `${temper}`,
            CONTENT_LENGTH: `${size}`,
          };
          peer.send(begin(requestId), params(variables, requestId));
          const pieces = inPieces(pattern(size), 20_000);
          return [...pieces, Buffer.of()].map((piece) =>
            record(FCGI.STDIN, requestId, piece),
          );
        });
        if (writesAll) peer.pause();
        let waiting = streams;
        while (waiting.length > 0) {
          const choice = choices.next().value;
          const sent = peer.send(
            waiting[choice % waiting.length]?.shift() ?? Buffer.of(),
          );
          waiting = waiting.filter((pieces) => pieces.length > 0);
          if (writesAll) await sent;
          else if (choice < 20) peer.pause();
          else if (choice < 70) peer.resume();
          if (choice % 3 === 0) await new Promise(setImmediate);
        }
        peer.resume();
        for (const [index, { temper, size }] of requests.entries()) {
          const { stdout, appStatus } = await peer.untilEnd(index + 1);
          assert.equal(appStatus, 0);
          const body = stdout.subarray(stdout.indexOf("\r\n\r\n") + 4);
          const expected = temper < 2 ? size : temper < 4 ? 100_000 : 5;
          assert.equal(body.length, expected);
          if (temper < 2) assert.ok(body.equals(pattern(size)));
        }
        peer.close();
      },
    );
    await fc.assert(property, { seed, numRuns: runs / 10 });
  });
}
