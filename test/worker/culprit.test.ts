import assert from "node:assert/strict";
import { test } from "node:test";
import {
  answerWith,
  type Culprit,
  QUESTION,
} from "../../src/worker/culprit.ts";

/** Asks as the inspector does: anywhere, by evaluating the question. */
function ask(): Culprit {
  // biome-ignore lint/security/noGlobalEval: it is what the inspector does.
  return JSON.parse(globalThis.eval(QUESTION));
}

test("answerWith names who asks, and ten requests, the latest first", () => {
  answerWith(() =>
    Array.from({ length: 12 }, (_, index) => ({
      request: `GET /${index}`,
      durationMs: 1_000.4 - index,
    })),
  );
  const { frames, requests } = ask();
  assert.match(frames.join("\n"), /^.*ask \(.*culprit\.test\.ts:\d+:\d+\)$/m);
  assert.equal(requests.length, 10);
  assert.equal(requests[0], "GET /11 (989 ms)");
});

test("answerWith works with whatever an application did to errors", (t) => {
  const { stackTraceLimit, prepareStackTrace } = Error;
  t.after(() => Object.assign(Error, { stackTraceLimit, prepareStackTrace }));
  const own = () => ({ not: "a text" });
  Object.assign(Error, { stackTraceLimit: 0, prepareStackTrace: own });
  answerWith(() => []);
  const { frames } = ask();
  assert.match(frames.join("\n"), /culprit\.test\.ts/);
  assert.equal(Error.stackTraceLimit, 0);
  assert.equal(Error.prepareStackTrace, own);
});
