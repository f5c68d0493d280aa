import assert from "node:assert/strict";
import { test } from "node:test";
import {
  durationText,
  percentText,
  sizeText,
} from "../../src/insight/readable.ts";
import { statusJson } from "../../src/insight/status-json.ts";
import { statusPage } from "../../src/insight/status-page.ts";
import { NOW, status, worker } from "./sample.ts";

/** What a reader sees: without tags and the style. */
function textOf(page: string): string {
  return page
    .replace(/<style>.*?<\/style>/s, "")
    .replace(/<[^>]*>/g, " ")
    .replace(/\s+/g, " ");
}

test("statusPage tells totals, processes, restarts and events", () => {
  const text = textOf(statusPage(status(), NOW, true));
  for (const part of [
    "app.js serving /srv/shop/app.js · up 1 h 1 min · generation 2 · tsgi 1.0.0 · Node v22.1.0 · supervisor 4700",
    "Requests a second 25 1,234 in all",
    "Running 4 2 waiting",
    "Failed 3 0.2 % of all",
    "Memory 128 MiB 2 processes, and 40.0 MiB to supervise",
    "2xx fine 1,200",
    "Clients left 4",
    "1 4711 serving 1 min 5 s 0 12.3 2 1 3 64.0 MiB 26 % 3.2 ms",
    "2 4712 leaving",
    "max-memory × 3",
    "2026-11-28 03:29:27 worker 2 was replaced: --max-memory",
  ]) {
    assert.ok(text.includes(part), `${part}\n\nin ${text}`);
  }
});

test("statusPage says what is wrong: a failed reload, nobody who serves", () => {
  const failed = status({ reloadFailure: "SyntaxError: <here>\n  at x" });
  const page = statusPage(failed, NOW, true);
  assert.match(textOf(page), /app\.js reload failed/);
  assert.ok(page.includes("SyntaxError: &#60;here&#62;\n  at x"));
  const idle = status({ workers: [worker({ state: "stuck" })] });
  assert.match(textOf(statusPage(idle, NOW, true)), /nobody serves/);
});

test("statusPage escapes what clients and applications choose", () => {
  const evil = `<script>alert("1" + '2')</script>&`;
  const page = statusPage(
    status({
      application: `/srv/${evil}/${evil}`,
      version: evil,
      node: evil,
      reloadFailure: evil,
      restarts: { [evil]: 1 },
      events: [{ at: NOW, what: evil }],
      workers: [
        worker({
          slow: [true, false].map((isRunning) => ({
            pid: 1,
            request: evil,
            at: NOW,
            durationMs: 5_000,
            isRunning,
          })),
        }),
      ],
    }),
    NOW,
    true,
  );
  assert.ok(!page.includes("<script"));
  assert.ok(!page.includes('alert("'));
  assert.equal(page.split("&#60;script&#62;").length, 10);
});

test("statusPage shows slow requests: those that run first, then the latest", () => {
  const slow = (request: string, at: number, isRunning: boolean) => ({
    pid: 1,
    request,
    at,
    durationMs: 5_000,
    isRunning,
  });
  const page = statusPage(
    status({
      workers: [
        worker({ slow: [slow("GET /old", 1, false)] }),
        worker({
          slow: [slow("GET /runs", 2, true), slow("GET /new", 3, false)],
        }),
      ],
    }),
    NOW,
    true,
  );
  const order = ["GET /runs", "GET /new", "GET /old"].map((name) =>
    page.indexOf(name),
  );
  assert.ok(order.every((at) => at > 0));
  assert.deepEqual(
    order,
    [...order].sort((one, other) => one - other),
  );
});

test("statusPage asks anew by itself, unless told not to; and has no script", () => {
  assert.match(statusPage(status(), NOW, true), /http-equiv="refresh"/);
  assert.doesNotMatch(statusPage(status(), NOW, false), /http-equiv="refresh"/);
  assert.doesNotMatch(statusPage(status(), NOW, true), /<script|javascript:/);
});

test("statusJson is the status, with percentiles", () => {
  const { totals, ...rest } = JSON.parse(statusJson(status()));
  const { totals: _, ...expected } = status();
  assert.deepEqual(rest, expected);
  assert.equal(totals.total, 1_234);
  assert.equal(totals.durations.bounds.length, 13);
  assert.equal(totals.durations.p50, 0.617);
});

test("durations, sizes and parts are readable", () => {
  const durations: [number, string][] = [
    [0.04, "0.0 ms"],
    [12.3, "12 ms"],
    [1_500, "1.5 s"],
    [61_000, "1 min 1 s"],
    [7_260_000, "2 h 1 min"],
    [180_000_000, "2 d 2 h"],
    [Number.POSITIVE_INFINITY, "more than 10 s"],
  ];
  for (const [ms, text] of durations) assert.equal(durationText(ms), text);
  const sizes: [number, string][] = [
    [0, "0 B"],
    [1_536, "1.5 KiB"],
    [150 * 1_048_576, "150 MiB"],
    [5e15, "4547 TiB"],
  ];
  for (const [bytes, text] of sizes) assert.equal(sizeText(bytes), text);
  assert.deepEqual([0, 0.004, 0.5, 1].map(percentText), [
    "0 %",
    "0.4 %",
    "50 %",
    "100 %",
  ]);
});
