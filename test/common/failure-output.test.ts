// An output that fails: the client left, or the system cannot write.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import type { Application } from "../../src/common/types.ts";
import { begin, MemoryOutput, request, TEXT } from "../support/in-process.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const failure = (code: string) => Object.assign(new Error("no way"), { code });

test("A13.05 where the error page cannot be sent either, the request is given up", async () => {
  const output = new MemoryOutput();
  output.break(failure("EIO"));
  const answer = await request(
    () => {
      throw new Error("first");
    },
    { output },
  );
  assert.deepEqual([answer.outcome, answer.cut], ["aborted", false]);
  assert.equal(answer.head, undefined);
  assert.equal(answer.errors.match(/^tsgi: /gm)?.length, 2);
  assert.match(answer.errors, /first/);
  assert.match(
    answer.errors,
    /the response could not be sent: GET \/: .*EIO|no way/,
  );
});

test("A13.05 where a response or an error page cannot be completed, the request is given up", async () => {
  class Stubborn extends MemoryOutput {
    override complete(): void {
      throw failure("EPIPE");
    }
  }
  for (const starts of [true, false]) {
    let closed = 0;
    const answer = await request(
      (_environ, startResponse) => {
        if (starts) startResponse("200 OK", TEXT);
        return Object.assign(["a", "b"], { close: () => closed++ });
      },
      { output: new Stubborn() },
    );
    assert.equal(answer.status?.slice(0, 3), starts ? "200" : "500");
    assert.equal(answer.outcome, "aborted");
    assert.equal(closed, 1);
  }
});

const applications: Record<string, Application> = {
  "a generator": function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    for (;;) yield "a";
  },
  "an async generator": async function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    for (;;) yield "a";
  },
  "an application that writes": async (_environ, startResponse) => {
    const write = startResponse("200 OK", TEXT);
    for (;;) await write("a");
  },
  "a whole body": (_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return Object.assign(["a"], { close() {} });
  },
};
const silent = [
  failure("EPIPE"),
  failure("ECONNRESET"),
  failure("ECONNABORTED"),
  failure("ERR_STREAM_DESTROYED"),
  new TsgiError("DISCONNECTED", "Cannot send: the web server has gone"),
];
for (const [kind, application] of Object.entries(applications)) {
  test(`A13.06 E3.34 a client that left ${kind} is no error of the application's`, async () => {
    for (const cause of silent) {
      const output = new MemoryOutput();
      output.break(cause);
      const answer = await request(application, { output });
      assert.deepEqual([answer.outcome, answer.errors], ["aborted", ""]);
      assert.equal(answer.head, undefined);

      const waiting = new MemoryOutput();
      waiting.block();
      const later = begin(application, { output: waiting });
      await waiting.sent(1);
      waiting.break(cause);
      await later.served;
      assert.deepEqual([later.outcome, later.errors], ["aborted", ""]);
    }
  });

  test(`A13.06 E3.35 a system that cannot send ${kind} is reported once`, async () => {
    const output = new MemoryOutput();
    output.block();
    const answer = begin(application, { output });
    await output.sent(1);
    output.break(failure("ENOSPC"));
    await answer.served;
    assert.equal(answer.outcome, "aborted");
    assert.equal(answer.errors.match(/^tsgi: /gm)?.length, 1);
    assert.match(
      answer.errors,
      /^tsgi: the response could not be sent: GET \/: Error: no way/,
    );
  });
}

test("A13.06 A15.01 the signal tells an application that the client left", async () => {
  const output = new MemoryOutput();
  const answer = await request(
    async (environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      const signal = environ["tsgi.signal"];
      output.break(failure("EPIPE"));
      await assert.rejects(async () => write("a"), { code: "DISCONNECTED" });
      assert.equal(signal.aborted, true);
      assert.equal(signal.reason.code, "DISCONNECTED");
      assert.equal(signal.reason.cause.code, "EPIPE");
      await turn();
      return ["b", "c"];
    },
    { output },
  );
  assert.deepEqual([answer.outcome, answer.errors], ["aborted", ""]);
});
