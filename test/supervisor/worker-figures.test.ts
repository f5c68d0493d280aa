import assert from "node:assert/strict";
import { test } from "node:test";
import { ProcessFigures } from "../../src/insight/process-figures.ts";
import { RunningRequests } from "../../src/insight/running-requests.ts";
import { isFigures, NO_FIGURES } from "../../src/supervisor/worker-figures.ts";

test("isFigures knows what a worker tells, as it arrives", (t) => {
  const figures = new ProcessFigures(1, 1, 1, new RunningRequests());
  t.after(() => figures.stop());
  const told = figures.take({ state: "serving", connections: 2, queued: 0 });
  const slow = [
    { pid: 1, request: "GET /", at: 1, durationMs: 2, isRunning: true },
  ];
  assert.ok(isFigures(JSON.parse(JSON.stringify({ ...told, slow }))));
});

for (const [what, value] of [
  ["nothing", undefined],
  ["null", null],
  ["a text", "figures"],
  ["an empty object", {}],
  ["parts that are missing", { ...NO_FIGURES, eventLoop: {} }],
  ["a part of another type", { ...NO_FIGURES, queued: "1" }],
  ["a number that is none", { ...NO_FIGURES, running: null }],
  ["other slow requests", { ...NO_FIGURES, slow: [{}] }],
  ["very many of these", { ...NO_FIGURES, slow: new Array(1_000).fill({}) }],
] as const) {
  test(`isFigures refuses ${what}`, () => {
    assert.equal(isFigures(value), false);
  });
}
