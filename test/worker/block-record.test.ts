import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import {
  type BlockRecord,
  blockedBy,
  blockedForGood,
  blockedSilently,
  type RecordSink,
  writeRecord,
} from "../../src/worker/block-record.ts";

const CULPRIT = {
  frames: ["spin (/srv/app.js:3:9)", "show (/srv/app.js:9:1)"],
  requests: ["GET /a (2010 ms)", "GET /b (9000 ms)"],
};

/** What is written of a record. */
function written(
  t: TestContext,
  record: BlockRecord,
  sink: Partial<RecordSink> = {},
): string {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-test-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "log");
  writeFileSync(path, "before\n");
  writeRecord(record, { target: path, isText: false, level: 30, ...sink });
  const text = readFileSync(path, "utf8");
  assert.ok(text.startsWith("before\n"));
  return text.slice("before\n".length);
}

test("writeRecord writes a line as pino does, with place, request and stack", (t) => {
  const line = written(t, blockedBy(CULPRIT, 2_004.7));
  const { time, ...fields } = JSON.parse(line);
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(fields, {
    level: 40,
    pid: process.pid,
    code: "BLOCKED",
    msg: "Cannot answer any request: this process has been busy for 2.0 s at spin (/srv/app.js:3:9), while GET /a (2010 ms) runs",
    blockedMs: 2_005,
    requests: CULPRIT.requests,
    stack: CULPRIT.frames,
  });
  assert.ok(line.endsWith("}\n"));
});

test("writeRecord writes text for people", (t) => {
  const text = written(t, blockedBy(CULPRIT, 2_000), { isText: true });
  assert.match(
    text,
    /^\[\d\d:\d\d:\d\d\] WARN: Cannot answer .*\n {4}code: "BLOCKED"\n {4}at spin \(.*\)\n {4}at show \(.*\)\n$/,
  );
});

test("writeRecord leaves out what the log is not to have", (t) => {
  assert.equal(written(t, blockedBy(CULPRIT, 1), { level: 50 }), "");
  assert.notEqual(written(t, blockedForGood(1), { level: 60 }), "");
  assert.equal(written(t, blockedForGood(1), { level: 70 }), "");
});

test("writeRecord survives a log that cannot be written", () => {
  const sink = { target: "/nowhere/at/all", isText: false, level: 30 };
  writeRecord(blockedForGood(1), sink);
});

test("records tell what is known where no JavaScript runs", () => {
  assert.match(blockedSilently(2_000, true).msg, /it waits in a call/);
  assert.match(blockedSilently(2_000, false).msg, /it computes in one call/);
  assert.match(
    blockedBy({ frames: [], requests: [] }, 2_000).msg,
    /at an unknown place$/,
  );
});
