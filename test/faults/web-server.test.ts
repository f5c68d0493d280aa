// kill -9 of the web server: requests are given up, and nothing of them stays.
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { ask } from "../interop/client.ts";
import { type Front, WorkersSite } from "../interop/workers.ts";
import { HttpLoad } from "../support/http-load.ts";
import { missing } from "../support/servers/server.ts";

const APPLICATION = `export default async (environ, startResponse) => {
  if (environ.PATH_INFO === "/wait") {
    console.error("waits");
    await new Promise((resolve) => environ["tsgi.signal"].addEventListener("abort", resolve));
    console.error("was told");
  }
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "one";
};
`;
const HELD = 6;

const what = missing("nginx", false);
const skip =
  what !== undefined && process.env.CI !== "true" && `${what} is missing`;

test("kill -9 of the web server: its requests are aborted, and nothing leaks", {
  skip,
}, async (t) => {
  const front: Front = {
    name: "nginx",
    server: "nginx",
    file: "nginx/keepalive.conf",
  };
  const site = await WorkersSite.start(front, APPLICATION);
  t.after(() => site.stop());
  const open = await descriptors(site);
  const load = new HttpLoad(site.port, site.target, 4);
  await load.more(50);
  const before = (await load.stop()).answered;
  const held = Array.from({ length: HELD }, () =>
    ask(site.port, `${site.target}wait`).catch(() => "cut"),
  );
  await site.logged(/^waits$/, HELD);
  await site.server.kill();
  assert.deepEqual(await Promise.all(held), Array(HELD).fill("cut"));
  await site.logged(/^was told$/, HELD);
  let status = await site.status();
  while (status.workers.some(({ connections }) => connections > 0)) {
    status = await site.status();
  }
  const { workers, totals, restarts } = status;
  assert.deepEqual(restarts, {});
  assert.equal(totals.aborted, HELD);
  assert.equal(totals.total, before + HELD);
  for (const { running, queued } of workers) {
    assert.deepEqual({ running, queued }, { running: 0, queued: 0 });
  }
  assert.deepEqual(await descriptors(site), open);

  await site.startServer();
  const again = new HttpLoad(site.port, site.target, 4);
  await again.more(50);
  assert.deepEqual((await again.stop()).failures, []);
});

/** How many files and sockets each worker has open. */
async function descriptors(site: WorkersSite): Promise<number[]> {
  const { workers } = await site.status();
  return workers.map(({ pid }) => readdirSync(`/proc/${pid}/fd`).length);
}
