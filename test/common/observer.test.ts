// What an observer is told of requests, however they end.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import {
  type ObservedRequest,
  type Observer,
  observeAll,
} from "../../src/common/observer.ts";
import type { Application } from "../../src/common/types.ts";
import {
  begin,
  type InProcessRequest,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

/** An observer that notes what it is told. */
function notes(): Observer & {
  readonly calls: string[];
  readonly requests: ObservedRequest[];
} {
  const calls: string[] = [];
  const requests: ObservedRequest[] = [];
  return {
    calls,
    requests,
    started(observed) {
      calls.push("started");
      requests.push(observed);
    },
    ended(observed) {
      calls.push("ended");
      assert.equal(observed, requests[0]);
    },
  };
}

const failing: Application = () => {
  throw new Error("broken");
};

interface Case {
  readonly application: Application;
  readonly init?: InProcessRequest;
  readonly status: number | undefined;
  readonly outcome: string;
  readonly error?: RegExp;
}
const cases: Record<string, Case> = {
  "a body that is one text": {
    application(_environ, startResponse) {
      startResponse("201 Created", TEXT);
      return "öl";
    },
    status: 201,
    outcome: "completed",
  },
  "chunks, written and returned": {
    async *application(_environ, startResponse) {
      const write = startResponse("200 OK", TEXT);
      await write("ab");
      yield "cde";
    },
    status: 200,
    outcome: "completed",
  },
  "a HEAD, whose body is not sent": {
    application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      return "hello";
    },
    init: { method: "HEAD" },
    status: 200,
    outcome: "completed",
  },
  "an application that throws": {
    application: failing,
    status: 500,
    outcome: "failed",
    error: /broken/,
  },
  "an application that throws when part is sent": {
    async *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "ab";
      throw new Error("halfway");
    },
    status: 200,
    outcome: "failed",
    error: /halfway/,
  },
  "a request that is refused": {
    application: () => assert.fail("called"),
    init: { variables: { CONTENT_LENGTH: "x" } },
    status: 400,
    outcome: "failed",
    error: /CONTENT_LENGTH/,
  },
  "a timeout": {
    application: () => new Promise(() => {}),
    init: { options: { requestTimeoutMs: 1, abortGraceMs: 1 } },
    status: 504,
    outcome: "failed",
    error: /longer than 1 ms/,
  },
};
for (const [what, each] of Object.entries(cases)) {
  test(`Observer is told of ${what}, once`, async () => {
    const observer = notes();
    const { init = {}, application } = each;
    const answer = await request(application, {
      ...init,
      options: { ...init.options, observer },
    });
    assert.deepEqual(observer.calls, ["started", "ended"]);
    const [observed] = observer.requests;
    assert.ok(observed);
    const { status, bytesSent, outcome, error, incident } = observed;
    assert.equal(status, each.status);
    assert.equal(bytesSent, Buffer.byteLength(answer.text));
    assert.equal(outcome, each.outcome);
    assert.match(String(error ?? ""), each.error ?? /^$/);
    if (each.error === undefined) assert.equal(incident, undefined);
    else assert.ok(answer.errors.includes(`incident ${incident}`));
    assert.ok(observed.startedAt <= performance.now());
  });
}

test("Observer sees why a client's abort ended a request, and no incident", async () => {
  const observer = notes();
  const answer = begin(() => new Promise(() => {}), {
    options: { observer, abortGraceMs: 1 },
  });
  assert.deepEqual(observer.calls, ["started"]);
  answer.abort();
  await answer.served;
  assert.deepEqual(observer.calls, ["started", "ended"]);
  const { status, outcome, incident, error } = observer
    .requests[0] as ObservedRequest;
  assert.deepEqual(
    [status, outcome, incident],
    [undefined, "aborted", undefined],
  );
  assert.ok(TsgiError.is(error));
});

test("Observer sees no status where the client had left before there was one", async () => {
  const observer = notes();
  const output = new MemoryOutput();
  output.break(Object.assign(new Error("gone"), { code: "EPIPE" }));
  await request(
    (_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return "hello";
    },
    { output, options: { observer } },
  );
  const { status, bytesSent, outcome } = observer
    .requests[0] as ObservedRequest;
  assert.deepEqual([status, bytesSent, outcome], [undefined, 0, "aborted"]);
});

test("Observer sees the very environ of the application", async () => {
  const observer = notes();
  await request(
    (environ, startResponse) => {
      environ.REMOTE_USER = "mallory";
      startResponse("204 No Content", []);
      return [];
    },
    { options: { observer } },
  );
  assert.equal(observer.requests[0]?.variables.REMOTE_USER, "mallory");
});

test("Observer that throws is named in the log, and the request goes on", async () => {
  const observer: Observer = {
    started() {
      throw new Error("at the start");
    },
    ended() {
      throw new Error("at the end");
    },
  };
  const answer = await request(failing, { options: { observer } });
  assert.equal(answer.code, 500);
  assert.match(
    answer.errors,
    /an observer failed: GET \/: Error: at the start/,
  );
  assert.match(answer.errors, /an observer failed: GET \/: Error: at the end/);
});

test("observeAll tells each, in order", async () => {
  const told: string[] = [];
  const named = (name: string): Observer => ({
    started: () => told.push(`${name} started`),
    ended: () => told.push(`${name} ended`),
    refused: () => told.push(`${name} refused`),
  });
  const silent: Observer = { started() {}, ended() {} };
  const observer = observeAll([named("a"), silent, named("b")]);
  await request(failing, { options: { observer } });
  observer.refused?.();
  assert.deepEqual(told, [
    "a started",
    "b started",
    "a ended",
    "b ended",
    "a refused",
    "b refused",
  ]);
});
