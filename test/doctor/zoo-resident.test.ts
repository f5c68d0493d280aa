import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { baseOf, residentCases, settle } from "./zoo/resident.ts";
import { look, make, shown, testZoo } from "./zoo/zoo.ts";

testZoo(residentCases);

for (const home of ["relay", "built-relay"] as const) {
  test(`the doctor has no process stay (${home})`, async (t) => {
    const habitat = make(t, home);
    const { run } = await look(habitat);
    assert.equal(run?.status, 200);
    assert.deepEqual(readdirSync(baseOf(habitat)), []);
  });

  test(`nothing is found where a process stays (${home})`, async (t) => {
    const habitat = make(t, home);
    await settle(habitat);
    const { findings, stops } = await look(habitat);
    assert.deepEqual(findings, [], shown(findings));
    assert.ok(stops.some(({ title }) => title === "the process that stays"));
  });
}

test("the log's last words are in the finding, those of the last start", async (t) => {
  const habitat = make(t, "relay");
  const failing = residentCases.find(({ code }) => code === "RESIDENT_FAILING");
  await failing?.act(habitat);
  const [finding] = (await look(habitat)).findings;
  assert.match(finding?.what ?? "", /failed once; its log says: .*no database/);
  assert.match(finding?.repair ?? "", /^cat \S+\/log shows .*rm -r /);
});
