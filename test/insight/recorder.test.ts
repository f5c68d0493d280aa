import assert from "node:assert/strict";
import { test } from "node:test";
import {
  type ObservedRequest,
  type Observer,
  observeAll,
} from "../../src/common/observer.ts";
import type { Outcome } from "../../src/common/output.ts";
import type { Variables } from "../../src/common/variables.ts";
import { nameOf, Recorder } from "../../src/insight/recorder.ts";
import { RunningRequests } from "../../src/insight/running-requests.ts";

function request(init: {
  readonly status?: number;
  readonly outcome?: Outcome;
  readonly bytesSent?: number;
  readonly ago?: number;
  readonly target?: string;
}): ObservedRequest {
  return {
    variables: {
      REQUEST_METHOD: "GET",
      REQUEST_URI: init.target ?? "/",
    } as Variables,
    startedAt: performance.now() - (init.ago ?? 0),
    status: init.status,
    bytesSent: init.bytesSent ?? 0,
    outcome: init.outcome ?? "completed",
    incident: undefined,
    error: undefined,
  };
}

function recording(slowMs: number): {
  recorder: Recorder;
  observer: Observer;
} {
  const running = new RunningRequests();
  const recorder = new Recorder(slowMs, running);
  return { recorder, observer: observeAll([running, recorder]) };
}

function served(observer: Observer, observed: ObservedRequest): void {
  observer.started(observed);
  observer.ended(observed);
}

test("Recorder counts what has ended by status, outcome, bytes and time", () => {
  const { recorder, observer } = recording(1_000);
  served(observer, request({ status: 200, bytesSent: 5 }));
  served(observer, request({ status: 204 }));
  served(observer, request({ status: 500, outcome: "failed", ago: 30 }));
  served(observer, request({ outcome: "aborted" }));
  recorder.refused();
  const { durations, ...totals } = recorder.totals();
  assert.deepEqual(totals, {
    total: 4,
    byClass: [1, 0, 2, 0, 0, 1],
    failed: 1,
    aborted: 1,
    refused: 1,
    bytesSent: 5,
  });
  assert.equal(
    durations.buckets.reduce((sum, each) => sum + each),
    4,
  );
  assert.equal(durations.buckets[5], 1);
  assert.ok(durations.sum >= 30);
});

test("Recorder gives totals that do not change afterwards", () => {
  const { recorder, observer } = recording(1_000);
  const before = recorder.totals();
  served(observer, request({ status: 200 }));
  assert.equal(before.byClass[2], 0);
  assert.equal(before.durations.buckets[0], 0);
});

test("Recorder knows which requests run, and which of them are slow", () => {
  const { recorder, observer } = recording(100);
  const slow = request({ target: "/slow", ago: 200 });
  const slower = request({ target: "/slower", ago: 300 });
  const quick = request({ target: "/quick" });
  for (const each of [slow, quick, slower]) observer.started(each);
  assert.equal(recorder.running, 3);
  assert.deepEqual(
    recorder.slow().map(({ request, isRunning }) => [request, isRunning]),
    [
      ["GET /slower", true],
      ["GET /slow", true],
    ],
  );
  observer.ended(slower);
  observer.ended(quick);
  const [first, second] = recorder.slow();
  assert.deepEqual([first?.request, first?.isRunning], ["GET /slow", true]);
  assert.deepEqual(
    [second?.request, second?.isRunning],
    ["GET /slower", false],
  );
  assert.ok((second?.durationMs ?? 0) >= 300);
  assert.ok(Math.abs((second?.at ?? 0) - (Date.now() - 300)) < 100);
  assert.equal(recorder.running, 1);
});

test("Recorder remembers the latest slow requests, and not more than twenty", () => {
  const { recorder, observer } = recording(0);
  for (let at = 0; at < 50; at++) {
    served(observer, request({ target: `/${at}` }));
  }
  const names = recorder.slow().map((each) => each.request);
  assert.equal(names.length, 20);
  assert.equal(names[0], "GET /49");
});

test("Recorder does not count what it is told to disregard", () => {
  const { recorder, observer } = recording(0);
  const observed = request({ status: 200 });
  observer.started(observed);
  recorder.disregard(observed.variables);
  assert.equal(recorder.running, 0);
  observer.ended(observed);
  assert.equal(recorder.totals().total, 0);
  assert.deepEqual(recorder.slow(), []);
});

test("nameOf cannot forge a line, and survives what applications put in place of texts", () => {
  const cases: [variables: object, name: string][] = [
    [{ REQUEST_METHOD: "GET", REQUEST_URI: "/a?b" }, "GET /a?b"],
    [{ REQUEST_METHOD: "GET", PATH_INFO: "/p" }, "GET /p"],
    [{ REQUEST_URI: "/\n\x1b[31m" }, "? /\\x0a\\x1b[31m"],
    [{ REQUEST_METHOD: 5, REQUEST_URI: {} }, "5 [object Object]"],
    [
      { REQUEST_METHOD: "GET", REQUEST_URI: `/${"x".repeat(999)}` },
      `GET /${"x".repeat(299)}`,
    ],
  ];
  for (const [variables, name] of cases) {
    assert.equal(nameOf(variables as Variables), name);
  }
});
