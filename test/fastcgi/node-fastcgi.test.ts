// The second engine: what would end its process, or be read wrongly, does no harm behind the guard.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
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
import { answering, echo, gate, parse, respond } from "../support/responder.ts";
import { runScript } from "../support/script.ts";
import { openSpools } from "../support/spools.ts";

const OTHER = { engine: "node-fastcgi" } as const;

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

test("nodeFastcgiEngine declines roles that are not offered, and forgets their params", async (t) => {
  const responder = await respond(t, answering(), OTHER);
  const peer = await responder.connect();
  peer.send(begin(1, { role: FCGI.FILTER }), params(), stdin());
  const { protocolStatus } = await peer.untilEnd();
  assert.equal(protocolStatus, FCGI.UNKNOWN_ROLE);
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
  assert.deepEqual(responder.reports.codes, ["PROTOCOL"]);
});

test("nodeFastcgiEngine heeds maxConcurrency, over all connections", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      await go.passed;
      return answering()(environ, startResponse);
    },
    { ...OTHER, maxConcurrency: 1 },
  );
  const [first, second] = [
    await responder.connect(),
    await responder.connect(),
  ];
  first.send(request());
  first.send(getValues("FCGI_MAX_REQS"));
  await first.nextRecord();
  second.send(request());
  const { protocolStatus } = await second.untilEnd();
  assert.equal(protocolStatus, FCGI.OVERLOADED);
  go.open();
  await first.untilEnd();
  second.send(request());
  assert.equal(parse(await second.untilEnd()).body, "hello");
});

test("nodeFastcgiEngine counts a request no longer whose connection is gone", async (t) => {
  const responder = await respond(t, answering(), {
    ...OTHER,
    maxConcurrency: 1,
  });
  const first = await responder.connect();
  first.send(begin(), getValues("FCGI_MAX_REQS"));
  await first.nextRecord();
  first.close();
  await first.closed;
  const second = await responder.connect();
  let answer = FCGI.OVERLOADED as number;
  while (answer === FCGI.OVERLOADED) {
    second.send(request());
    answer = (await second.untilEnd()).protocolStatus;
  }
  assert.equal(answer, FCGI.REQUEST_COMPLETE);
});

test("nodeFastcgiEngine heeds maxConnections, and keeps none above", async (t) => {
  const responder = await respond(t, answering(), {
    ...OTHER,
    maxConnections: 1,
  });
  const first = await responder.connect();
  first.send(request());
  await first.untilEnd();
  const second = await responder.connect();
  second.send(request());
  const { protocolStatus } = await second.untilEnd();
  assert.equal(protocolStatus, FCGI.OVERLOADED);
  assert.equal(await second.closed, "FIN");
});

test("nodeFastcgiEngine heeds multiplex", async (t) => {
  const responder = await respond(t, answering(), {
    ...OTHER,
    multiplex: false,
  });
  const peer = await responder.connect();
  peer.send(begin(1), request({}, "", { requestId: 2 }));
  const { protocolStatus } = await peer.untilEnd(2);
  assert.equal(protocolStatus, FCGI.CANT_MPX_CONN);
  peer.send(params(), stdin());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

test("nodeFastcgiEngine refuses to begin a request that is running", async (t) => {
  const responder = await respond(t, answering(), OTHER);
  const peer = await responder.connect();
  peer.send(begin(), begin());
  await peer.closed;
  assert.deepEqual(responder.reports.codes, ["PROTOCOL"]);
});

for (const [what, bytes] of [
  ["says nothing", []],
  ["sends half a record", [header({ type: 1, contentLength: 8 })]],
  ["does not end the params", [begin()]],
] as const) {
  test(`nodeFastcgiEngine closes a connection that ${what} for paramsTimeoutMs`, async (t) => {
    const responder = await respond(t, answering(), {
      ...OTHER,
      paramsTimeoutMs: 50,
    });
    const peer = await responder.connect();
    peer.send(...bytes);
    await peer.closed;
    assert.deepEqual(responder.reports.codes, ["TIMEOUT"]);
  });
}

test("nodeFastcgiEngine lets a kept connection be idle for longer", async (t) => {
  const responder = await respond(t, answering(), {
    ...OTHER,
    paramsTimeoutMs: 200,
  });
  const peer = await responder.connect();
  peer.send(request());
  await peer.untilEnd();
  const silent = await responder.connect();
  await silent.closed;
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

test("nodeFastcgiEngine answers HTTP with 400", async (t) => {
  const responder = await respond(t, answering(), OTHER);
  const socket = connect(responder.address);
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  assert.match(await text(socket), /^HTTP\/1.1 400 Bad Request\r\n/);
  assert.match(responder.reports.all[0]?.message ?? "", /speaks HTTP/);
});

test("nodeFastcgiEngine takes what is no string for tsgi.errors", async (t) => {
  const responder = await respond(
    t,
    (environ, startResponse) => {
      environ["tsgi.errors"].write(Symbol("oh") as unknown as string);
      return answering()(environ, startResponse);
    },
    OTHER,
  );
  const { stderr } = await roundTrip(responder.address);
  assert.equal(stderr.toString(), "Symbol(oh)");
});

test("nodeFastcgiEngine heeds errors: stderr", async () => {
  const { stdout, stderr, status } = await runScript(`
    import { mkdtempSync, rmSync } from "node:fs";
    import { tmpdir } from "node:os";
    import { join } from "node:path";
    import { serve } from "./src/fastcgi/serve.ts";
    import { roundTrip } from "./test/support/peer.ts";
    const directory = mkdtempSync(join(tmpdir(), "tsgi-other-"));
    const listen = [join(directory, "socket")];
    const server = await serve((environ, startResponse) => {
      environ["tsgi.errors"].write("oh é\\n");
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return ["body"];
    }, { listen, inherited: false, engine: "node-fastcgi", errors: "stderr" });
    const answer = await roundTrip(listen[0]);
    console.log(answer.stderr.length, String(answer.stdout).endsWith("body"));
    await server.close();
    rmSync(directory, { recursive: true });
  `);
  assert.equal(stdout, "0 true\n");
  assert.equal(stderr, "oh é\n");
  assert.equal(status, 0);
});

// What it does not heed (docs/deployment.md, "The other engine").

test("nodeFastcgiEngine keeps all of a body in memory", async (t) => {
  const go = gate();
  const responder = await respond(
    t,
    async (environ, startResponse) => {
      await go.passed;
      return echo(environ, startResponse);
    },
    { ...OTHER, maxBufferedBytes: 1000 },
  );
  const peer = await responder.connect();
  const body = "0123456789".repeat(500_000);
  peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH: "5000000" }));
  await peer.send(stdin(body));
  assert.deepEqual(openSpools(), []);
  go.open();
  assert.equal(parse(await peer.untilEnd()).body, body);
});

test("nodeFastcgiEngine gives a request up whose web server closes its side", async (t) => {
  const reason = gate<unknown>();
  const responder = await respond(
    t,
    async (environ) => {
      const signal = environ["tsgi.signal"];
      signal.addEventListener("abort", () => reason.open(signal.reason));
      await reason.passed;
      return [];
    },
    { ...OTHER, halfClose: true },
  );
  const peer = await responder.connect();
  peer.send(request());
  peer.socket.end();
  await peer.closed;
  assert.equal(((await reason.passed) as TsgiError).code, "ABORTED");
});

test("nodeFastcgiEngine keeps a connection whose body does not end", async (t) => {
  const options = { lingerTimeoutMs: 100 };
  const responder = await respond(t, answering(), { ...OTHER, ...options });
  const peer = await responder.connect();
  peer.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH: "9" }));
  await peer.untilEnd();
  const clock = await (await respond(t, answering(), options)).connect();
  clock.send(begin(), params({ ...VARIABLES, CONTENT_LENGTH: "9" }));
  await clock.closed;
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});
