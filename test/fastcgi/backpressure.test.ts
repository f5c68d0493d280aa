// C5.06, C5.07, A9.03, A9.06: more than either side can take.
import assert from "node:assert/strict";
import { test } from "node:test";
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

test("C5.07 where no file can be made, the connection ends and the process goes on", async (t) => {
  const { TMPDIR } = process.env;
  const responder = await respond(t, echoStream);
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  process.env.TMPDIR = "/nowhere";
  const peer = await responder.connect();
  peer.socket.on("error", () => {});
  peer.pause();
  peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH: "10000000" }));
  peer.send(stdin(Buffer.alloc(10_000_000)));
  await responder.reports.matching(/temporary file: ENOENT/);
  const answer = await roundTrip(responder.address);
  assert.equal(parse(answer).status, "200 OK");
});

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
