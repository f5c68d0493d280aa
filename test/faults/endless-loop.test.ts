// A synchronous endless loop: who did it is in the log, others answer, the worker is replaced.
import assert from "node:assert/strict";
import { test } from "node:test";
import { gone, Supervised } from "../cli/supervising.ts";
import { Load } from "../support/load.ts";
import { Peer, request } from "../support/peer.ts";
import { CUT } from "./outcomes.ts";

const APPLICATION = `function spin() {
  for (;;);
}

export default async (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  if (environ.PATH_INFO === "/spin") spin();
  return String(process.pid);
};
`;
const SLOW_MS = 1_000;
const CLIENTS = 4;

test("two workers: an endless loop is in the log with file and line, others answer meanwhile, the worker is replaced", async (t) => {
  const limits = ["--slow", `${SLOW_MS}ms`, "--block-timeout", "3s"];
  const args = ["--workers", "2", ...limits];
  const site = await Supervised.start(t, args, APPLICATION);
  const kept = new Load(site.socket, CLIENTS);
  const fresh = new Load(site.socket, CLIENTS, 1);
  await Promise.all([kept.more(40), fresh.more(40)]);
  const before = await site.pids();
  const peer = await Peer.connect(site.socket);
  const asked = Date.now();
  await peer.send(request({ PATH_INFO: "/spin" }));
  const blocked = await site.logged(/^Cannot answer any request/);
  const toldMs = Date.now() - asked;
  assert.match(blocked, /at spin \(.*app\.mjs:2:\d+\), while GET \/ /);
  // From then until it is ended.
  await fresh.more(100);
  await site.logged(/\(--block-timeout\), and is ended by/);
  const died = await site.logged(/is replaced: killed by SIGKILL/);
  const victim = Number(/pid (\d+)/.exec(died)?.[1]);
  assert.ok(before.includes(victim));
  await assert.rejects(peer.untilEnd(), CUT);
  await gone(victim);
  await Promise.all([kept.more(40), fresh.more(40)]);
  const counts = [await kept.stop(), await fresh.stop()];
  for (const { failures } of counts) {
    assert.ok(failures.length <= CLIENTS, failures.join("\n"));
    for (const failure of failures) assert.match(failure, CUT);
  }
  for (const pid of kept.broken) assert.equal(Number(pid), victim);
  t.diagnostic(
    `told after ${toldMs} ms of ${2 * SLOW_MS}; ${counts.map(({ failures }) => failures.length).join(" + ")} requests that were on it failed, ${counts.map(({ answered }) => answered).join(" + ")} were answered`,
  );
  assert.ok(toldMs < 2 * SLOW_MS, `${toldMs} ms`);
  assert.deepEqual((await site.status()).restarts, { "killed by SIGKILL": 1 });
});
