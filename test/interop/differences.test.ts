import assert from "node:assert/strict";
import test from "node:test";
import { cases } from "./cases.ts";
import { differences } from "./differences.ts";
import { trusted } from "./paths.ts";
import { setups } from "./setups.ts";

const files = setups.map(({ file }) => file);

test("differences name cases and set-ups that exist, and do differ", () => {
  for (const difference of differences) {
    const found = cases.find(({ name }) => name === difference.case);
    assert.ok(found, difference.case);
    assert.notDeepEqual(difference.observed, found.expected);
    for (const file of difference.setups) assert.ok(files.includes(file), file);
  }
});

test("paths knows every set-up", () => {
  assert.deepEqual(Object.keys(trusted), files);
});
