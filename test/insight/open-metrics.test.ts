import assert from "node:assert/strict";
import { test } from "node:test";
import { openMetrics } from "../../src/insight/open-metrics.ts";
import { status, worker } from "./sample.ts";

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const LABELS = `(?:\\{${NAME}="(?:[^"\\\\\\n]|\\\\[\\\\"n])*"(?:,${NAME}="(?:[^"\\\\\\n]|\\\\[\\\\"n])*")*\\})?`;
const SAMPLE = new RegExp(`^(${NAME})(${LABELS}) (-?[0-9.e+-]+)$`);
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ["_total"],
  gauge: [""],
  histogram: ["_bucket", "_count", "_sum"],
  info: ["_info"],
};

/** The samples of a text, which is held against the grammar of OpenMetrics 1.0. @throws where it breaks that */
function parse(text: string): Map<string, number> {
  const lines = text.split("\n");
  assert.deepEqual(lines.splice(-2), ["# EOF", ""]);
  const samples = new Map<string, number>();
  const families = new Set<string>();
  let family = "";
  let type = "";
  for (const line of lines) {
    const meta = /^# (TYPE|UNIT|HELP) (\S+) (.+)$/.exec(line);
    if (meta !== null) {
      const [, kind, name = "", value = ""] = meta;
      if (kind === "TYPE") {
        assert.ok(!families.has(name), `${name} comes twice`);
        families.add(name);
        [family, type] = [name, value];
      }
      assert.equal(name, family, "a family's lines stand together");
      if (kind === "UNIT") assert.ok(name.endsWith(`_${value}`), line);
      continue;
    }
    const [, name = "", labels = "", value] =
      SAMPLE.exec(line) ?? assert.fail(`no sample: ${line}`);
    const suffix = name.slice(family.length);
    assert.ok(
      name.startsWith(family) && SUFFIXES[type]?.includes(suffix),
      line,
    );
    const key = `${name}${labels}`;
    assert.ok(!samples.has(key), `${key} comes twice`);
    samples.set(key, Number(value));
  }
  return samples;
}

test("openMetrics is valid, and tells the totals", () => {
  const samples = parse(openMetrics(status()));
  const expected: Readonly<Record<string, number>> = {
    'tsgi_requests_total{class="2xx"}': 1_200,
    'tsgi_requests_total{class="none"}': 4,
    tsgi_requests_failed_total: 3,
    tsgi_requests_aborted_total: 4,
    tsgi_requests_refused_total: 5,
    tsgi_response_body_bytes_total: 2_048,
    'tsgi_request_duration_seconds_bucket{le="0.001"}': 1_000,
    'tsgi_request_duration_seconds_bucket{le="1.0"}': 1_230,
    'tsgi_request_duration_seconds_bucket{le="+Inf"}': 1_234,
    tsgi_request_duration_seconds_count: 1_234,
    tsgi_request_duration_seconds_sum: 41.5,
    tsgi_requests_running: 4,
    tsgi_requests_queued: 2,
    tsgi_connections: 6,
    'tsgi_worker_restarts_total{reason="max-memory"}': 3,
    'tsgi_worker_resident_memory_bytes{worker="1",pid="4711"}': 67_108_864,
    'tsgi_build_info{version="1.0.0",node="v22.1.0",application="/srv/shop/app.js"}': 1,
    tsgi_reloads_total: 1,
    tsgi_reload_failed: 0,
    tsgi_workers: 2,
  };
  for (const [name, value] of Object.entries(expected)) {
    assert.equal(samples.get(name), value, name);
  }
});

test("openMetrics is valid without processes, and whatever texts have in them", () => {
  parse(openMetrics(status({ workers: [], restarts: {}, events: [] })));
  const samples = parse(
    openMetrics(
      status({
        application: '/srv/"a\\b"\nTYPE.js',
        restarts: { 'x"}\n# EOF': 1 },
        workers: [worker({ worker: 0 }), worker({ worker: 0, pid: 1 })],
        reloadFailure: "SyntaxError",
      }),
    ),
  );
  assert.equal(samples.get("tsgi_reload_failed"), 1);
});
