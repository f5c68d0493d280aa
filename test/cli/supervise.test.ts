// tsgi-fcgi with workers: reloads, faults and signals, under load where that matters.
import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { Load } from "../support/load.ts";
import { Peer, request, roundTrip } from "../support/peer.ts";
import { folder, run, start } from "./command.ts";
import { application, lives, Supervised } from "./supervising.ts";

test("workers serve, know that they are several, and their files have the modes they should", async (t) => {
  const site = await Supervised.start(
    t,
    ["--workers", "2"],
    `export default (environ, startResponse) => {
      startResponse("200 OK", []);
      return String(environ["tsgi.multiprocess"]);
    };`,
  );
  assert.equal(await site.ask(), "true");
  assert.equal(statSync(site.control).mode & 0o777, 0o600);
  const { workers, totals, generation } = await site.status();
  assert.deepEqual(
    workers.map(({ worker }) => worker),
    [1, 2],
  );
  assert.equal(generation, 1);
  assert.equal(totals.total, 1);
  site.command.child.kill("SIGTERM");
  assert.equal((await site.command.ended).status, 0);
  assert.equal(existsSync(site.socket), false);
  assert.equal(existsSync(site.control), false);
});

test("a reload under load loses no request, and counts them all", async (t) => {
  const site = await Supervised.start(t, ["--workers", "2"]);
  const load = new Load(site.socket, 6);
  await load.more(50);
  const before = await site.pids();
  for (const word of ["two", "three"]) {
    site.deploy(application(word));
    site.command.child.kill("SIGHUP");
    await site.logged(/new workers serve/);
    await load.more(100);
  }
  const { answered, failures } = await load.stop();
  assert.deepEqual(failures, []);
  // Kept connections go on in the new workers: none was closed.
  assert.equal(load.opened, 6);
  assert.equal(await site.ask(), "three");
  assert.deepEqual([...load.bodies.keys()], ["one", "two", "three"]);
  const after = await site.pids();
  assert.equal(after.length, 2);
  assert.ok(after.every((pid) => !before.includes(pid)));
  const { totals, generation } = await site.status();
  assert.equal(generation, 3);
  assert.equal(totals.total, answered + 1);
});

test("a reload of code that does not load leaves the old one, and says why", async (t) => {
  const site = await Supervised.start(t, ["--workers", "2"]);
  const load = new Load(site.socket, 4);
  const before = await site.pids();
  site.deploy("export default (");
  const answer = await site.ctl("reload");
  assert.ok(!answer.ok);
  assert.match(answer.message, /Cannot load .*app\.mjs/);
  await load.more(50);
  assert.match(await site.logged(/stay as they are/), /Cannot load/);
  assert.match((await site.status()).reloadFailure ?? "", /Cannot load/);
  assert.deepEqual(await site.pids(), before);
  site.deploy(application("two"));
  assert.deepEqual(await site.ctl("reload"), { ok: true });
  assert.equal((await site.status()).reloadFailure, undefined);
  assert.equal(await site.ask(), "two");
  assert.deepEqual((await load.stop()).failures, []);
});

test("--check-path keeps out what cannot answer", async (t) => {
  const site = await Supervised.start(t, [
    "--workers",
    "1",
    "--check-path",
    "/",
  ]);
  site.deploy("export default () => { throw new Error('no database'); };");
  const answer = await site.ctl("reload");
  assert.ok(!answer.ok);
  assert.match(
    answer.message,
    /--check-path \/ was not answered: the status is 500/,
  );
  assert.match(answer.message, /no database/);
  assert.equal(await site.ask(), "one");
});

test("tsgi-fcgi with workers ends as one process does where the application cannot be loaded", async (t) => {
  const root = folder(t, { "app.mjs": "export default (" });
  const args = ["--workers", "2", "--socket", join(root, "s")];
  const { status, stderr } = await run(t, "tsgi-fcgi", [
    ...args,
    join(root, "app.mjs"),
  ]);
  assert.equal(status, 66);
  assert.match(stderr, /tsgi-fcgi: Cannot load /);
  assert.equal(existsSync(join(root, "s")), false);
});

test("of a worker that is killed only the running requests fail, and it is replaced", async (t) => {
  const site = await Supervised.start(t, ["--workers", "2"]);
  const pids = await site.pids();
  const victim = Number(await site.ask("/pid"));
  const load = new Load(site.socket, 4);
  await load.more(50);
  process.kill(victim, "SIGKILL");
  assert.match(await site.logged(/is replaced/), /killed by SIGKILL/);
  await load.more(200);
  const { failures } = await load.stop();
  // One for each connection that was on it, at most.
  assert.ok(failures.length <= 4, failures.join("\n"));
  for (;;) {
    const now = await site.pids();
    if (now.length < 2) continue;
    assert.ok(!now.includes(victim));
    assert.equal(now.filter((pid) => pids.includes(pid)).length, 1);
    break;
  }
  assert.deepEqual((await site.status()).restarts, { "killed by SIGKILL": 1 });
});

test("a worker that is killed while all are started does not end the start", async (t) => {
  const waiting = `import { existsSync, writeFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
writeFileSync(\`waiting-\${process.pid}\`, "");
while (!existsSync("go")) await delay(10);
`;
  const site = Supervised.begin(
    t,
    ["--workers", "2"],
    waiting + application("one"),
  );
  const folder = join(site.root, "app");
  const pids = (): number[] =>
    readdirSync(folder)
      .filter((name) => name.startsWith("waiting-"))
      .map((name) => Number(name.slice("waiting-".length)));
  while (pids().length < 2) await delay(10);
  process.kill(pids()[0] as number, "SIGKILL");
  while (pids().length < 3) await delay(10);
  writeFileSync(join(folder, "go"), "");
  await site.logged(/^listening on /);
  assert.equal(await site.ask(), "one");
});

test("connections wait while the only worker is replaced", async (t) => {
  const site = await Supervised.start(t, ["--workers", "1"]);
  process.kill(Number(await site.ask("/pid")), "SIGKILL");
  await site.logged(/is replaced/);
  assert.equal(await site.ask(), "one");
});

test("an error outside of any request replaces the worker, which still answers what runs", async (t) => {
  const site = await Supervised.start(t, ["--workers", "1"]);
  const [slow] = await Promise.all([site.ask("/slow"), site.ask("/late")]);
  assert.equal(slow, "one");
  await site.logged(/is to be replaced: uncaught/);
  assert.equal(await site.ask(), "one");
});

test("SIGTERM to a worker alone has it replaced, without a failure", async (t) => {
  const site = await Supervised.start(t, ["--workers", "1"]);
  const load = new Load(site.socket, 4);
  await load.more(20);
  const [pid = 0] = await site.pids();
  process.kill(pid, "SIGTERM");
  await site.logged(/is to be replaced: signal/);
  await site.logged(/has left/);
  await load.more(20);
  assert.deepEqual((await load.stop()).failures, []);
});

test("workers leave a Ctrl-C, which the whole process group gets, to the supervisor", async (t) => {
  const site = await Supervised.start(t, ["--workers", "2"]);
  const slow = site.ask("/slow");
  await new Promise((resolve) => setTimeout(resolve, 50));
  for (const pid of await site.pids()) process.kill(pid, "SIGINT");
  site.command.child.kill("SIGINT");
  assert.equal(await slow, "one");
  assert.equal((await site.command.ended).status, 0);
});

test("when the supervisor is killed its workers leave at once, after what runs, and another may start", async (t) => {
  const site = await Supervised.start(t, ["--workers", "2"]);
  const pids = await site.pids();
  const slow = site.ask("/slow");
  await new Promise((resolve) => setTimeout(resolve, 50));
  site.command.child.kill("SIGKILL");
  const next = start(t, "tsgi-fcgi", [
    "--workers",
    "1",
    "--socket",
    site.socket,
    site.app,
  ]);
  assert.equal(await slow, "one");
  await site.command.ended;
  assert.deepEqual(pids.filter(lives), []);
  while (!(await next.logged()).startsWith("listening on"));
  assert.equal(await site.ask(), "one");
});

test("a crash storm is answered with a coded 503 until the file is repaired", async (t) => {
  const site = await Supervised.start(t, ["--workers", "1"]);
  const pid = Number(await site.ask("/pid"));
  site.deploy("process.exit(7);");
  process.kill(pid, "SIGKILL");
  assert.match(await site.logged(/died early/), /3 workers have died early/);
  await site.logged(/answers 503/);
  const { stdout, stderr } = await roundTrip(site.socket);
  assert.match(`${stdout}`, /Retry-After: \d+\r\n/);
  assert.match(`${stdout}`, /Status: 503 Service Unavailable\r\n/);
  assert.match(`${stderr}`, /NO_WORKER/);
  site.deploy(application("repaired"));
  for (let body = ""; body !== "repaired"; body = await site.ask());
});

for (const [signal, status] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  test(`a second ${signal} ends supervisor and workers at once`, async (t) => {
    const site = await Supervised.start(t, ["--workers", "1"]);
    const peer = await Peer.connect(site.socket);
    await peer.send(request({ PATH_INFO: "/forever" }));
    await site.ask();
    site.command.child.kill("SIGTERM");
    await site.logged(/finishing what runs/);
    site.command.child.kill(signal);
    // It is told, not just cut.
    assert.notEqual((await peer.untilEnd()).appStatus, 0);
    assert.equal((await site.command.ended).status, status);
  });
}

test("SIGQUIT ends supervisor and workers at once", async (t) => {
  const site = await Supervised.start(t, ["--workers", "2"]);
  const pids = await site.pids();
  site.command.child.kill("SIGQUIT");
  assert.equal((await site.command.ended).status, 131);
  assert.deepEqual(pids.filter(lives), []);
});
