// The second engine: what would end its process, or be read wrongly, does no harm behind the guard.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { TsgiError } from "../../src/common/errors.ts";
import { encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { type FastcgiServer, serve } from "../../src/fastcgi/serve.ts";
import {
  abort,
  begin,
  getValues,
  header,
  Peer,
  params,
  record,
  request,
  roundTrip,
  stdin,
  VARIABLES,
} from "../support/peer.ts";

const directory = mkdtempSync(join(tmpdir(), "tsgi-other-"));
const address = join(directory, "s");
const errors: TsgiError[] = [];
let server: FastcgiServer;

before(async () => {
  server = await serve(
    async (environ, startResponse) => {
      const body = await environ["tsgi.input"].read();
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return [`${environ.HTTP_LONG?.length} ${environ.HTTP_X} `, body];
    },
    {
      listen: [address],
      inherited: false,
      engine: "node-fastcgi",
      onError: (error) => errors.push(error),
    },
  );
});
after(async () => {
  await server.close();
  rmSync(directory, { recursive: true });
});

async function stillServes(): Promise<void> {
  const { stdout } = await roundTrip(address, { HTTP_X: "alive" });
  assert.match(stdout.toString(), /alive/);
}

test("nodeFastcgiEngine joins params that are cut anywhere over records", async () => {
  const peer = await Peer.connect(address);
  const pairs = encodePairs([
    ...Object.entries(VARIABLES),
    ["HTTP_LONG", "x".repeat(70_000)],
    ["HTTP_X", "behind it"],
  ]);
  peer.send(begin(1, { keep: true }));
  for (let at = 0; at < pairs.length; at += 65_000) {
    const piece = pairs.subarray(at, at + 65_000);
    peer.send(record(FCGI.PARAMS, 1, piece));
  }
  peer.send(record(FCGI.PARAMS, 1), stdin());
  const { stdout } = await peer.untilEnd(1);
  assert.match(stdout.toString(), /70000 behind it/);
  peer.close();
});

test("nodeFastcgiEngine keeps the bytes of params", async () => {
  const { stdout } = await roundTrip(address, { HTTP_X: "\u00e9\u00ff" });
  assert.ok(stdout.includes(Buffer.from("\u00e9\u00ff")));
});

test("nodeFastcgiEngine survives records of unknown type", async () => {
  const peer = await Peer.connect(address);
  peer.send(header({ type: 200, requestId: 0 }));
  const answer = await peer.nextRecord();
  assert.equal(answer?.type, FCGI.UNKNOWN_TYPE);
  assert.equal(answer.content[0], 200);
  peer.send(begin(1), header({ type: 99 }), params(VARIABLES), stdin());
  const { appStatus } = await peer.untilEnd(1);
  assert.equal(appStatus, 0);
  peer.close();
  await stillServes();
});

test("nodeFastcgiEngine survives GET_VALUES for any name", async () => {
  const peer = await Peer.connect(address);
  peer.send(getValues("toString", "__proto__", "FCGI_MPXS_CONNS"));
  const answer = await peer.nextRecord();
  assert.ok(answer);
  const { type, content } = answer;
  assert.equal(type, FCGI.GET_VALUES_RESULT);
  assert.deepEqual(
    Buffer.from(content),
    Buffer.from(encodePairs([["FCGI_MPXS_CONNS", "1"]])),
  );
  peer.close();
  await stillServes();
});

test("nodeFastcgiEngine survives ABORT_REQUEST with content, and without a request", async () => {
  const peer = await Peer.connect(address);
  peer.send(abort(9), record(FCGI.ABORT_REQUEST, 1, "content"));
  peer.send(begin(1, { keep: true }), record(FCGI.ABORT_REQUEST, 1, "content"));
  peer.close();
  await stillServes();
});

test("nodeFastcgiEngine refuses what is no FastCGI and goes on", async () => {
  const peer = await Peer.connect(address);
  peer.send(header({ version: 7, type: 1 }));
  await peer.closed;
  assert.equal(errors.at(-1)?.code, "PROTOCOL");
  await stillServes();
});

test("nodeFastcgiEngine answers a body in the runner's way", async () => {
  const { stdout } = await roundTrip(address, {}, "the body");
  assert.match(stdout.toString(), /the body$/);
  assert.match(stdout.toString(), /Status: 200 OK\r\n\r\n/);
  assert.doesNotMatch(stdout.toString(), /^(Connection|Date):/im);
});

test("nodeFastcgiEngine keeps a connection that is to be kept, with nothing behind END_REQUEST", async () => {
  const peer = await Peer.connect(address);
  for (let count = 0; count < 20; count++) {
    peer.send(request({ HTTP_X: `number ${count}` }));
    const { stdout } = await peer.untilEnd(1);
    assert.ok(stdout.includes(`number ${count} `));
  }
  peer.close();
});

test("nodeFastcgiEngine closes a connection with FIN, and reads on", async () => {
  const peer = await Peer.connect(address);
  peer.send(begin(1, { keep: false }), params(VARIABLES), stdin());
  await peer.untilEnd(1);
  assert.equal(await peer.closed, "FIN");
});
