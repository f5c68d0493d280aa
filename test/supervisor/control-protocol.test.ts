import assert from "node:assert/strict";
import { test } from "node:test";
import { parseRequest } from "../../src/supervisor/control-protocol.ts";

for (const request of [
  { command: "status" },
  { command: "reload" },
  { command: "scale", workers: 4 },
  { command: "reopen" },
  { command: "stop" },
]) {
  test(`a supervisor understands ${JSON.stringify(request)}`, () => {
    assert.deepEqual(parseRequest(JSON.stringify(request)), request);
  });
}

const refused: [line: string, why: RegExp][] = [
  ["", /it is not JSON/],
  ["reload", /it is not JSON/],
  ["null", /there are status, reload/],
  ['"reload"', /there are status, reload/],
  ['{"command":"toString"}', /Cannot obey "toString"/],
  ['{"command":"scale"}', /Cannot scale to undefined/],
  ['{"command":"scale","workers":0}', /Cannot scale to 0/],
  ['{"command":"scale","workers":1.5}', /Cannot scale to 1.5/],
  ['{"command":"scale","workers":"4"}', /Cannot scale to "4"/],
  ['{"command":"scale","workers":1001}', /a whole number from 1 to 1000/],
];

for (const [line, why] of refused) {
  test(`a supervisor refuses ${line || "nothing"}`, () => {
    assert.throws(() => parseRequest(line), why);
  });
}
