// What makes a supervisor replace its workers, change their number, or end, besides their faults.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { Load } from "../support/load.ts";
import { roundTrip } from "../support/peer.ts";
import { folder, start } from "./command.ts";
import { application, Supervised } from "./supervising.ts";

test("SIGTTIN and SIGTTOU, and tsgi ctl scale, change the number of workers", async (t) => {
  const site = await Supervised.start(t, ["--workers", "1"]);
  const settle = async (count: number): Promise<void> => {
    while ((await site.status()).workers.length !== count);
  };
  site.command.child.kill("SIGTTIN");
  await settle(2);
  site.command.child.kill("SIGTTOU");
  await settle(1);
  assert.deepEqual(await site.ctl("scale", "3"), { ok: true });
  await settle(3);
  assert.deepEqual(await site.ctl("scale", "1"), { ok: true });
  await settle(1);
  site.command.child.kill("SIGTTOU");
  await settle(1);
});

test("--touch-reload waits until an upload has settled", async (t) => {
  const site = await Supervised.start(t, ["--workers", "1", "--settle", "1s"]);
  const touched = join(dirname(site.app), "tmp", "restart.txt");
  mkdirSync(dirname(touched));
  writeFileSync(touched, "");
  // The upload goes on: half a file, then all of it.
  site.deploy("export default (");
  const timer = setTimeout(() => site.deploy(application("two")), 700);
  t.after(() => clearTimeout(timer));
  assert.match(
    await site.logged(/new workers serve|stay as/),
    /restart\.txt was touched: new workers serve/,
  );
  assert.equal(await site.ask(), "two");
});

test("--watch reloads when a source changes", async (t) => {
  const site = await Supervised.start(t, ["--watch", "--settle", "50ms"]);
  site.deploy(application("two"));
  await site.logged(/a change in .*: new workers serve/);
  assert.equal(await site.ask(), "two");
});

test("--idle-exit ends all when no requests come", async (t) => {
  const site = await Supervised.start(t, [
    "--workers",
    "1",
    "--idle-exit",
    "2s",
  ]);
  const load = new Load(site.socket, 1);
  await load.more(20);
  await load.stop();
  await site.logged(/--idle-exit/);
  assert.equal((await site.command.ended).status, 0);
});

test("a socket that vanishes is made anew, also where its directory was away for a while", async (t) => {
  const root = folder(t, { "app.mjs": application("one") });
  const socket = join(root, "run", "s");
  mkdirSync(dirname(socket));
  const command = start(t, "tsgi-fcgi", [
    "--workers",
    "1",
    "--socket",
    socket,
    join(root, "app.mjs"),
  ]);
  const logged = async (pattern: RegExp): Promise<void> => {
    while (!pattern.test(await command.logged()));
  };
  await logged(/^listening/);
  rmSync(socket);
  await logged(/nobody can reach/);
  await logged(/new workers serve/);
  assert.match(`${(await roundTrip(socket)).stdout}`, /one$/);
  rmSync(dirname(socket), { recursive: true });
  await logged(/nobody can reach/);
  mkdirSync(dirname(socket));
  await logged(/new workers serve/);
  assert.match(`${(await roundTrip(socket)).stdout}`, /one$/);
});

test("without workers a touch ends a process that the web server has started, after what runs", async (t) => {
  const root = folder(t, { "app.mjs": application("one") });
  const server = createServer().listen(join(root, "s"));
  t.after(() => server.close());
  await once(server, "listening");
  const args = ["--settle", "100ms", join(root, "app.mjs")];
  const command = start(t, "tsgi-fcgi", args, { stdin: server });
  while (!(await command.logged()).startsWith("listening on"));

  const waiting = command.logged();
  mkdirSync(join(root, "tmp"));
  writeFileSync(join(root, "tmp", "restart.txt"), "");
  assert.match(await waiting, /restart\.txt was touched: finishing what runs/);
  assert.equal((await command.ended).status, 0);
});

test("--min-workers and --max-workers: one more while there is much to do, one less when there is little", async (t) => {
  const busy = `export default (environ, startResponse) => {
  const end = performance.now() + 40;
  while (performance.now() < end);
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "done";
};
`;
  const range = ["--min-workers", "1", "--max-workers", "2"];
  const site = await Supervised.start(
    t,
    [...range, "--shrink-after", "2s"],
    busy,
  );
  assert.equal((await site.pids()).length, 1);
  const load = new Load(site.socket, 3);
  await site.logged(/^2 instead of 1 workers: much to do$/);
  while ((await site.pids()).length < 2);
  assert.deepEqual((await load.stop()).failures, []);
  await site.logged(/^1 instead of 2 workers: little to do$/);
  while ((await site.pids()).length > 1);
  assert.equal(await site.ask(), "done");
});
