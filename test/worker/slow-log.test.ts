import assert from "node:assert/strict";
import { EventEmitter, once } from "node:events";
import { type TestContext, test } from "node:test";
import type { ObservedRequest } from "../../src/common/observer.ts";
import { RunningRequests } from "../../src/insight/running-requests.ts";
import { SlowLog } from "../../src/worker/slow-log.ts";

const SLOW_MS = 20;

/** A request that has been running for a while. */
function request(
  path: string,
  ageMs: number,
  status?: number,
): ObservedRequest {
  return {
    variables: { REQUEST_METHOD: "GET", REQUEST_URI: path },
    startedAt: performance.now() - ageMs,
    status,
  } as unknown as ObservedRequest;
}

function watching(t: TestContext): {
  running: RunningRequests;
  told: string[];
  telling: EventEmitter;
} {
  const running = new RunningRequests();
  const told: string[] = [];
  const telling = new EventEmitter();
  const alive = setInterval(() => {}, 1_000);
  const log = new SlowLog(SLOW_MS, running, ({ variables }, durationMs) => {
    assert.ok(durationMs >= SLOW_MS);
    told.push(String(variables.REQUEST_URI));
    telling.emit("told");
  });
  t.after(() => {
    log.stop();
    clearInterval(alive);
  });
  return { running, told, telling };
}

test("SlowLog tells of a slow request once, and not of one that answers or has ended", async (t) => {
  const { running, told, telling } = watching(t);
  const ended = request("/ended", 5_000);
  running.started(ended);
  running.ended(ended);
  running.started(request("/answering", 5_000, 200));
  running.started(request("/slow", 5_000));
  await once(telling, "told");
  running.started(request("/later", 5_000));
  await once(telling, "told");
  running.started(request("/last", 0));
  await once(telling, "told");
  assert.deepEqual(told, ["/slow", "/later", "/last"]);
});

test("RunningRequests describes what runs, printable", () => {
  const running = new RunningRequests();
  running.started(request("/a\nb", 1_000));
  const [first] = running.describe();
  assert.equal(first?.request, "GET /a\\x0ab");
  assert.ok((first?.durationMs ?? 0) >= 1_000);
});
