// --status-path where the web server starts the processes: they tell of each other.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Status } from "../../src/insight/figures.ts";
import { ask } from "./client.ts";
import { setupOf } from "./setups.ts";
import type { Site } from "./site.ts";
import { withSite } from "./suite.ts";

/** Milliseconds after which what should be true is not. */
const PATIENCE = 15_000;

/** Asks for the status, of whichever process, until it is as expected: the others write once a second. */
async function statusWhere(
  { port }: Site,
  isExpected: (status: Status) => boolean,
  mayFail = false,
): Promise<Status> {
  const end = Date.now() + PATIENCE;
  for (;;) {
    const { status, body } = await ask(port, "/app/-/status?json");
    if (status === 500 && mayFail && Date.now() < end) continue;
    assert.equal(status, 200, `${body}`);
    const told: Status = JSON.parse(`${body}`);
    if (isExpected(told)) return told;
    if (Date.now() > end) assert.fail(`${body}`);
  }
}

const setup = {
  ...setupOf("apache/fcgid.conf"),
  options: ["--status-path", "/-/status"],
};

withSite(setup, "/app", (site) => {
  test("the totals of three processes are those of the client, also when one is killed", async () => {
    const { control, port } = site();
    const held = [1, 2, 3].map(() => ask(port, "/app/process"));
    const calls = await Promise.all(held.map(() => control.next()));
    for (const call of calls) call.release();
    await Promise.all(held);
    let left = 150;
    const client = async (): Promise<void> => {
      while (left-- > 0) await ask(port, "/app/empty");
    };
    await Promise.all([1, 2, 3, 4].map(client));
    const before = await statusWhere(
      site(),
      ({ totals }) => totals.total === 153,
    );
    assert.equal(before.totals.byClass[2], 153);
    assert.equal(before.totals.failed, 0);
    assert.ok(before.workers.length >= 3, `${before.workers.length} processes`);

    const [victim] = before.workers;
    assert.ok(victim);
    process.kill(victim.pid, "SIGKILL");
    // Apache learns of it by a request on a connection it has kept.
    const after = await statusWhere(
      site(),
      ({ workers }) => workers.every(({ pid }) => pid !== victim.pid),
      true,
    );
    assert.equal(after.totals.total, 153);
    assert.deepEqual(after.restarts, { ended: 1 });
  });

  test("who comes through a proxy of this machine reaches the application", async () => {
    const headers = { "X-Forwarded-For": "192.0.2.1" };
    const { body } = await ask(site().port, "/app/-/status?json", { headers });
    assert.equal(JSON.parse(`${body}`).variables.PATH_INFO, "/-/status");
  });
});
