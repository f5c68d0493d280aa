// kill -9, or the system's OOM killer: what runs on the worker fails, and nothing else.
import assert from "node:assert/strict";
import { test } from "node:test";
import { Supervised } from "../cli/supervising.ts";
import { Load } from "../support/load.ts";
import { CUT, PID_APPLICATION } from "./outcomes.ts";

const CLIENTS = 4;

/** Resolves with the workers when two serve, none of which is among `dead`. */
async function twoServe(
  site: Supervised,
  dead: readonly number[],
): Promise<number[]> {
  for (;;) {
    const pids = await site.pids();
    const isWell = pids.length === 2 && !pids.some((pid) => dead.includes(pid));
    if (isWell) return pids;
  }
}

test("kill -9 of a worker fails what runs on it, whenever it comes", async (t) => {
  const args = ["--workers", "2"];
  const site = await Supervised.start(t, args, PID_APPLICATION);
  const kept = new Load(site.socket, CLIENTS);
  const fresh = new Load(site.socket, CLIENTS, 1);
  const dead: number[] = [];
  for (const answers of [30, 47, 81, 56]) {
    const pids = await twoServe(site, dead);
    await Promise.all([kept.more(answers), fresh.more(answers / 2)]);
    const victim = pids[dead.length % 2] as number;
    process.kill(victim, "SIGKILL");
    dead.push(victim);
    await site.logged(/is replaced: killed by SIGKILL/);
  }
  await twoServe(site, dead);
  await Promise.all([kept.more(50), fresh.more(50)]);
  const counts = [await kept.stop(), await fresh.stop()];
  for (const { failures } of counts) {
    for (const failure of failures) assert.match(failure, CUT);
    // One for each client, at most, that had a request there.
    assert.ok(failures.length <= dead.length * CLIENTS, failures.join("\n"));
  }
  for (const pid of kept.broken) assert.ok(dead.includes(Number(pid)), pid);
  t.diagnostic(
    `${counts.map(({ answered }) => answered).join(" + ")} answered, ${counts.map(({ failures }) => failures.length).join(" + ")} failed on kept and fresh connections by ${dead.length} kills`,
  );
  const { restarts } = await site.status();
  assert.deepEqual(restarts, { "killed by SIGKILL": dead.length });
});

test("kill -9 of all workers at once fails what runs, and the rest waits for others", async (t) => {
  const args = ["--workers", "2"];
  const site = await Supervised.start(t, args, PID_APPLICATION);
  const load = new Load(site.socket, CLIENTS);
  await load.more(50);
  const dead = await site.pids();
  for (const pid of dead) process.kill(pid, "SIGKILL");
  // Nobody serves: these connections wait in the kernel's queue.
  const waiting = await Promise.all([site.ask(), site.ask(), site.ask()]);
  for (const pid of waiting) assert.ok(!dead.includes(Number(pid)));
  await twoServe(site, dead);
  await load.more(50);
  const { failures } = await load.stop();
  for (const failure of failures) assert.match(failure, CUT);
  assert.ok(failures.length <= CLIENTS, failures.join("\n"));
});
