import assert from "node:assert/strict";
import { test } from "node:test";
import { HOMES } from "./zoo/habitat.ts";
import { look, make, shown } from "./zoo/zoo.ts";

for (const home of HOMES) {
  test(`nothing is found in a healthy set-up (${home})`, async (t) => {
    const { findings, run, stops } = await look(make(t, home));
    assert.deepEqual(findings, [], shown(findings));
    assert.equal(run?.status, 200);
    assert.ok(stops.every(({ skipped }) => skipped === undefined));
  });
}
