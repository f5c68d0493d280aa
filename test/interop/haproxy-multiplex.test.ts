import assert from "node:assert/strict";
import { test } from "node:test";
import { ask } from "./client.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

const setup = {
  ...setupOf("haproxy/multiplex.cfg"),
  options: ["--max-connections", "1"],
};

withSite(setup, "/", (site) => {
  test("requests at once share the one connection there may be", async () => {
    const { control, port } = site();
    const answers = [1, 2, 3, 4].map(() => ask(port, "/process"));
    const calls = await Promise.all(answers.map(() => control.next()));
    for (const call of calls.reverse()) call.release();
    const statuses = (await Promise.all(answers)).map(({ status }) => status);
    assert.deepEqual(statuses, [200, 200, 200, 200]);
  });
});
