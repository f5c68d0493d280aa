// Requests above maxConcurrency wait for their turn.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { limitsFrom } from "../../src/fastcgi/options.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  abort,
  begin,
  getValues,
  type Peer,
  params,
  record,
  request,
  VARIABLES,
} from "../support/peer.ts";
import {
  type Gate,
  gate,
  parse,
  type Responder,
  type ResponderOptions,
  respond,
} from "../support/responder.ts";

/** An application that waits for the test, request by request, and answers with the body it was sent. */
class Held {
  /** Paths, as they were called. */
  readonly calls: string[] = [];
  readonly responder: Responder;
  readonly #gates: Map<string, Gate>;

  static async start(t: TestContext, options: ResponderOptions): Promise<Held> {
    const gates = new Map<string, Gate>();
    const calls: string[] = [];
    const application: Application = async (environ, startResponse) => {
      calls.push(environ.PATH_INFO);
      if (environ.PATH_INFO !== "/status") {
        await gateOf(gates, environ.PATH_INFO).passed;
      }
      const body = await environ["tsgi.input"].read();
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return [environ.PATH_INFO, body];
    };
    const responder = await respond(t, application, {
      maxConcurrency: 1,
      ...options,
    });
    return new Held(responder, calls, gates);
  }

  private constructor(
    responder: Responder,
    calls: string[],
    gates: Map<string, Gate>,
  ) {
    this.responder = responder;
    this.calls = calls;
    this.#gates = gates;
  }

  /** Sends a request on a connection of its own; it has been read when this resolves. */
  async ask(path: string): Promise<Peer> {
    const peer = await this.responder.connect();
    peer.send(request({ PATH_INFO: path }), getValues());
    const first = await peer.nextRecord();
    assert.equal(first?.type, FCGI.GET_VALUES_RESULT);
    return peer;
  }

  /** Lets the request with this path finish. */
  release(path: string): void {
    gateOf(this.#gates, path).open();
  }
}

function gateOf(gates: Map<string, Gate>, path: string): Gate {
  const known = gates.get(path) ?? gate();
  gates.set(path, known);
  return known;
}

async function bodyOf(peer: Peer): Promise<string> {
  return parse(await peer.untilEnd()).body;
}

const engines = ["tsgi", "node-fastcgi"] as const;

for (const engine of engines) {
  test(`Queue lets requests wait, and calls them in order (${engine})`, async (t) => {
    const held = await Held.start(t, { engine, maxQueue: 3 });
    const paths = ["/1", "/2", "/3", "/4"];
    const peers: Peer[] = [];
    for (const path of paths) peers.push(await held.ask(path));
    for (const [index, path] of paths.entries()) {
      assert.deepEqual(held.calls, paths.slice(0, index + 1));
      const { queued } = held.responder.server.load;
      assert.equal(queued, paths.length - 1 - index);
      held.release(path);
      assert.equal(await bodyOf(peers[index] as Peer), path);
      while (held.calls.length < Math.min(index + 2, paths.length)) {
        await new Promise(setImmediate);
      }
    }
  });

  test(`Queue takes no more than maxQueue, and the next one when there is room (${engine})`, async (t) => {
    const held = await Held.start(t, { engine, maxQueue: 1 });
    const [first, second] = [await held.ask("/1"), await held.ask("/2")];
    const third = await held.responder.connect();
    third.send(request({ PATH_INFO: "/3" }));
    assert.equal((await third.untilEnd()).protocolStatus, FCGI.OVERLOADED);
    held.release("/1");
    await first.untilEnd();
    third.send(request({ PATH_INFO: "/3" }));
    held.release("/3");
    held.release("/2");
    assert.equal(await bodyOf(second), "/2");
    assert.equal(await bodyOf(third), "/3");
  });

  for (const how of ["abort", "close"] as const) {
    test(`Queue loses a request at once that is given up by ${how} (${engine})`, async (t) => {
      const held = await Held.start(t, { engine, maxQueue: 1 });
      const first = await held.ask("/1");
      const second = await held.ask("/2");
      if (how === "abort") {
        second.send(abort());
        assert.equal((await second.untilEnd()).stdout.length, 0);
      } else {
        second.close();
        await second.closed;
      }
      const third = await held.responder.connect();
      let status: number = FCGI.OVERLOADED;
      held.release("/3");
      // The connection's end takes a moment to be noticed.
      while (status === FCGI.OVERLOADED) {
        third.send(request({ PATH_INFO: "/3" }), getValues());
        const next = await third.nextRecord();
        if (next?.type === FCGI.GET_VALUES_RESULT) break;
        status = next?.content[4] ?? -1;
        assert.equal(status, FCGI.OVERLOADED);
        await third.nextRecord();
      }
      held.release("/1");
      await first.untilEnd();
      assert.equal(await bodyOf(third), "/3");
      assert.deepEqual(held.calls, ["/1", "/3"]);
    });
  }

  test(`Queue answers 503 to a request that has waited too long (${engine})`, async (t) => {
    const options = { engine, maxQueue: 2, queueTimeoutMs: 30 };
    const held = await Held.start(t, options);
    const first = await held.ask("/1");
    const late = [await held.ask("/2"), await held.ask("/3")];
    for (const peer of late) {
      const answer = await peer.untilEnd();
      const { status, lines, body } = parse(answer);
      assert.equal(status, "503 Service Unavailable");
      assert.ok(lines.includes("Retry-After: 5"));
      assert.match(body, /Incident [0-9a-f]{8}/);
      assert.match(
        `${answer.stderr}`,
        /GET \/: OVERLOADED: Cannot serve the request: it has waited 30 ms for its turn/,
      );
    }
    held.release("/1");
    assert.equal(await bodyOf(first), "/1");
    assert.deepEqual(held.calls, ["/1"]);
  });

  test(`Queue is passed by requests that are exempt, also when it is full (${engine})`, async (t) => {
    const held = await Held.start(t, {
      engine,
      maxQueue: 1,
      isExempt: ({ PATH_INFO }) => PATH_INFO === "/status",
    });
    const first = await held.ask("/1");
    const second = await held.ask("/2");
    const exempt = await held.responder.connect();
    exempt.send(request({ PATH_INFO: "/status" }));
    assert.equal(await bodyOf(exempt), "/status");
    const third = await held.responder.connect();
    third.send(request({ PATH_INFO: "/3" }));
    const answer = await third.untilEnd();
    if (engine === "tsgi") {
      assert.equal(answer.protocolStatus, FCGI.OVERLOADED);
    } else {
      // Its streams have begun by then.
      assert.equal(parse(answer).status, "503 Service Unavailable");
    }
    held.release("/1");
    held.release("/2");
    assert.equal(await bodyOf(first), "/1");
    assert.equal(await bodyOf(second), "/2");
  });
}

test("Queue keeps no more of a waiting body than maxBufferedBytes", async (t) => {
  const held = await Held.start(t, { maxQueue: 1, maxBufferedBytes: 10_000 });
  const first = await held.ask("/1");
  const size = 20_000_000;
  const second = await held.responder.connect();
  const variables = {
    ...VARIABLES,
    REQUEST_METHOD: "POST",
    PATH_INFO: "/2",
    CONTENT_LENGTH: `${size}`,
  };
  second.send(begin(), params(variables));
  const content = Buffer.alloc(50_000, "x");
  for (let sent = 0; sent < size; sent += content.length) {
    second.send(record(FCGI.STDIN, 1, content));
  }
  second.send(record(FCGI.STDIN));
  const before = held.calls.length;
  // Whatever the socket takes has been taken when nothing moves any more.
  for (let unsent = -1; unsent !== second.socket.writableLength; ) {
    unsent = second.socket.writableLength;
    for (let turn = 0; turn < 50; turn++) await new Promise(setImmediate);
  }
  assert.ok(second.socket.writableLength > size / 2);
  assert.equal(held.calls.length, before);
  held.release("/1");
  held.release("/2");
  await first.untilEnd();
  assert.equal((await bodyOf(second)).length, size + 2);
});

test("serve serves what waits before it closes", async (t) => {
  const held = await Held.start(t, { maxQueue: 1, gracefulTimeoutMs: 10_000 });
  const peers = [await held.ask("/1"), await held.ask("/2")] as const;
  const closed = held.responder.server.close();
  held.release("/1");
  held.release("/2");
  assert.equal(await bodyOf(peers[0]), "/1");
  assert.equal(await bodyOf(peers[1]), "/2");
  await closed;
});

test("serve answers 503 to what waits when it may wait no longer", async (t) => {
  const held = await Held.start(t, { maxQueue: 1, gracefulTimeoutMs: 10_000 });
  await held.ask("/1");
  const second = await held.ask("/2");
  const closed = held.responder.server.close();
  held.responder.server.close();
  assert.equal(
    parse(await second.untilEnd()).status,
    "503 Service Unavailable",
  );
  await closed;
  assert.deepEqual(held.calls, ["/1"]);
});

for (const [what, options, expected] of [
  ["0 unless told otherwise", {}, 0],
  ["100 where maxConcurrency is given", { maxConcurrency: 7 }, 100],
  ["what is given", { maxConcurrency: 7, maxQueue: 3 }, 3],
] as const) {
  test(`limitsFrom takes for maxQueue ${what}`, () => {
    assert.equal(limitsFrom(options).maxQueue, expected);
  });
}
