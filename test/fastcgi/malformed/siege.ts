// A responder that is sent what it should not be, and the invariant of D3: the process lives, other
// connections are served, no request stays counted, every body is closed once. That the output is
// well-formed is what a Peer sees to, and node:test that nothing is thrown where nobody catches it.
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Application } from "../../../src/common/types.ts";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import { type Peer, request } from "../../support/peer.ts";
import {
  type Gate,
  gate,
  parse,
  type Reports,
  type Responder,
  type ResponderOptions,
  respond,
} from "../../support/responder.ts";

/** Requests the responder takes at once, unless told otherwise. */
const MAX_CONCURRENCY = 4;

export class Siege {
  readonly responder: Responder;
  readonly #bystander: Peer;
  readonly #calls: Calls;
  readonly #maxConcurrency: number;

  /** Serves {@link Calls.application} until the end of the test. */
  static async begin(
    t: TestContext,
    options: ResponderOptions = {},
  ): Promise<Siege> {
    const calls = new Calls();
    const { maxConcurrency = MAX_CONCURRENCY } = options;
    const responder = await respond(t, calls.application, {
      ...options,
      maxConcurrency,
    });
    t.after(() => calls.assertClosed());
    const bystander = await responder.connect();
    await assertServed(bystander);
    return new Siege(responder, bystander, calls, maxConcurrency);
  }

  private constructor(
    responder: Responder,
    bystander: Peer,
    calls: Calls,
    maxConcurrency: number,
  ) {
    this.responder = responder;
    this.#bystander = bystander;
    this.#calls = calls;
    this.#maxConcurrency = maxConcurrency;
  }

  get reports(): Reports {
    return this.responder.reports;
  }

  /** A connection to attack from. */
  connect(): Promise<Peer> {
    return this.responder.connect();
  }

  /** Opens the gate of those requests that have `HTTP_WAIT`. */
  release(): void {
    this.#calls.release();
  }

  /** Shows the invariant. */
  async assertUnharmed(): Promise<void> {
    await assertServed(this.#bystander);
    const another = await this.responder.connect();
    await assertServed(another);
    // What has been sent just now, or its end, may still be on its way.
    while (!(await this.#takesAsMuchAsEver(another)));
    another.close();
  }

  /** Whether as many requests can run as at the start; more never can. */
  async #takesAsMuchAsEver(peer: Peer): Promise<boolean> {
    const ids = Array.from(
      { length: this.#maxConcurrency + 1 },
      (_, i) => i + 1,
    );
    for (const requestId of ids) {
      peer.send(request({ HTTP_WAIT: "1" }, "", { requestId }));
    }
    const last = await peer.untilEnd(ids.length);
    this.release();
    const all = await Promise.all(
      ids.slice(0, -1).map((id) => peer.untilEnd(id)),
    );
    assert.equal(last.protocolStatus, FCGI.OVERLOADED);
    return all.every(
      ({ protocolStatus }) => protocolStatus === FCGI.REQUEST_COMPLETE,
    );
  }
}

/** Calls of an application, and whether their bodies are closed. */
class Calls {
  #closes: number[] = [];
  #gate: Gate = gate();

  /** Answers with the body of the request; waits first where it has `HTTP_WAIT`. */
  readonly application: Application = async (environ, startResponse) => {
    if (environ.HTTP_WAIT !== undefined) await this.#gate.passed;
    const call = this.#closes.push(0) - 1;
    return {
      async *[Symbol.asyncIterator]() {
        const body = await environ["tsgi.input"].read();
        startResponse("200 OK", [["Content-Type", "text/plain"]]);
        yield body;
      },
      close: () => {
        (this.#closes[call] as number)++;
      },
    };
  };

  release(): void {
    this.#gate.open();
    this.#gate = gate();
  }

  assertClosed(): void {
    const wrong = this.#closes.filter((count) => count !== 1);
    assert.deepEqual(wrong, []);
  }
}

/** Shows that a request is served on this connection. */
export async function assertServed(peer: Peer, requestId = 1): Promise<void> {
  peer.send(request({}, "body", { requestId }));
  const { status, body } = parse(await peer.untilEnd(requestId));
  assert.equal(status, "200 OK");
  assert.equal(body, "body");
}
