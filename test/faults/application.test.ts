// An application that fails where it should not: others get their answers, and the process is replaced where it may be broken.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, run } from "../cli/command.ts";
import { Supervised } from "../cli/supervising.ts";
import { Load } from "../support/load.ts";
import { Peer, request, roundTrip } from "../support/peer.ts";
import { CUT, WAYS } from "./outcomes.ts";

const APPLICATION = `let count = 0;
export default async (environ, startResponse) => {
  const { PATH_INFO } = environ;
  if (PATH_INFO === "/hundredth" && ++count === 100) throw new Error("the hundredth");
  if (PATH_INFO === "/timer") setTimeout(() => { throw new Error("in a timer"); });
  if (PATH_INFO === "/rejection") void Promise.reject(new Error("nobody caught it"));
  if (PATH_INFO === "/exit") process.exit(3);
  if (PATH_INFO === "/slow") await new Promise((resolve) => setTimeout(resolve, 500));
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return String(process.pid);
};
`;

for (const { name, args } of WAYS) {
  test(`${name}: an application that throws at import is told at once, and nothing is served`, async (t) => {
    const root = folder(t, { "app.mjs": "throw new Error('at import');" });
    const socket = join(root, "s");
    const all = ["--socket", socket, ...args, join(root, "app.mjs")];
    const { status, stderr } = await run(t, "tsgi-fcgi", all);
    assert.equal(status, 66);
    assert.match(
      stderr,
      /^tsgi-fcgi: Cannot load .*app\.mjs: it threw Error: at import/m,
    );
    assert.equal(existsSync(socket), false);
  });

  test(`${name}: an error on the hundredth request fails that one`, async (t) => {
    const site = await Supervised.start(t, args, APPLICATION);
    // One connection: one process.
    const peer = await Peer.connect(site.socket);
    const statuses: string[] = [];
    for (let count = 0; count < 150; count++) {
      await peer.send(request({ PATH_INFO: "/hundredth" }));
      const { stdout, stderr } = await peer.untilEnd();
      const [, status = ""] = /^Status: (\d+)/m.exec(`${stdout}`) ?? [];
      statuses.push(status);
      if (status === "200") continue;
      assert.match(`${stdout}`, /Incident \w+ \(APPLICATION\)/);
      assert.match(`${stderr}`, /Error: the hundredth/);
    }
    peer.close();
    assert.equal(statuses.indexOf("500"), 99);
    assert.equal(statuses.filter((status) => status === "200").length, 149);
  });
}

/** What ends a process, and the message of its log. */
const ENDS = [
  {
    what: "an error in a timer",
    path: "/timer",
    log: /uncaughtException outside of any request/,
  },
  {
    what: "an unhandled rejection",
    path: "/rejection",
    log: /unhandledRejection outside of any request/,
  },
] as const;

for (const { what, path, log } of ENDS) {
  test(`one process: ${what} ends it with 1, after the requests that run`, async (t) => {
    const site = await Supervised.start(t, [], APPLICATION);
    const peer = await Peer.connect(site.socket);
    await peer.send(request({ PATH_INFO: "/slow" }));
    await site.ask();
    await roundTrip(site.socket, { PATH_INFO: path });
    assert.match(`${(await peer.untilEnd()).stdout}`, /^Status: 200/m);
    await site.logged(log);
    assert.equal((await site.command.ended).status, 1);
  });

  test(`two workers: ${what} fails no request, and the worker is replaced`, async (t) => {
    const site = await Supervised.start(t, ["--workers", "2"], APPLICATION);
    const kept = new Load(site.socket, 3);
    const fresh = new Load(site.socket, 3, 1);
    await kept.more(30);
    const before = await site.pids();
    const peer = await Peer.connect(site.socket);
    await peer.send(request({ PATH_INFO: "/slow" }));
    const victim = Number(await site.ask(path));
    await site.logged(log);
    await site.logged(/is to be replaced: uncaught/);
    await site.logged(new RegExp(`\\(pid ${victim}\\) has left`));
    assert.match(`${(await peer.untilEnd()).stdout}`, /^Status: 200/m);
    await Promise.all([kept.more(50), fresh.more(50)]);
    const { failures } = await kept.stop();
    assert.deepEqual([...failures, ...(await fresh.stop()).failures], []);
    const { workers, restarts } = await site.status();
    assert.deepEqual(restarts, { uncaught: 1 });
    assert.ok(before.includes(victim));
    assert.ok(workers.every(({ pid }) => pid !== victim));
  });
}

test("two workers: process.exit() in a handler is answered with a code, and the worker is replaced", async (t) => {
  const site = await Supervised.start(t, ["--workers", "2"], APPLICATION);
  const load = new Load(site.socket, 4);
  await load.more(30);
  const { stdout, stderr } = await roundTrip(site.socket, {
    PATH_INFO: "/exit",
  });
  assert.match(`${stdout}`, /^Status: 500/m);
  assert.match(`${stdout}`, /Incident \w+ \(ENDED\)/);
  assert.match(`${stderr}`, /ENDED/);
  assert.match(await site.logged(/is replaced/), /ended with status 3/);
  await load.more(50);
  const { failures } = await load.stop();
  // Of those that ran beside it: coded, or cut where nothing of it had begun.
  assert.ok(failures.length <= 4, failures.join("\n"));
  for (const failure of failures) {
    assert.match(failure, new RegExp(`^Status: 50|${CUT.source}`, "m"));
  }
  assert.deepEqual((await site.status()).restarts, {
    "ended with status 3": 1,
  });
});

test("one process: process.exit() in a handler is answered with a code, before it ends", async (t) => {
  const site = await Supervised.start(t, [], APPLICATION);
  const { stdout } = await roundTrip(site.socket, { PATH_INFO: "/exit" });
  assert.match(`${stdout}`, /Incident \w+ \(ENDED\)/);
  assert.equal((await site.command.ended).status, 3);
});
