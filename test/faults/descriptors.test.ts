// More connections than a process may have descriptors for: the surplus is declined or closed, and all is well when they go.
import assert from "node:assert/strict";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { Supervised } from "../cli/supervising.ts";
import { Load } from "../support/load.ts";
import { WAYS } from "./outcomes.ts";

/** Enough for Node, its libraries, and some connections. */
const DESCRIPTORS = 256;
/** More than two processes can take. */
const CONNECTIONS = 600;

for (const { name, args } of WAYS) {
  test(`${name}: when descriptors are exhausted who is connected is served, the surplus is closed, and nobody dies of it`, async (t) => {
    // Idle connections stay, so that nothing but their end makes room.
    const all = [...args, "--params-timeout", "10m"];
    const site = await Supervised.start(t, all, undefined, {
      under: ["/usr/bin/prlimit", `--nofile=${DESCRIPTORS}`],
    });
    const before = args.length > 0 ? await site.pids() : [];
    const kept = new Load(site.socket, 3);
    await kept.more(20);
    const silent: Socket[] = [];
    t.after(() => silent.map((each) => each.destroy()));
    let closed = 0;
    while (silent.length < CONNECTIONS) {
      const socket = connect(site.socket).resume();
      socket.on("close", () => closed++);
      // Where the kernel's queue is full; or closed by the process.
      socket.on("error", () => {});
      silent.push(socket);
      if (silent.length % 20 === 0) await kept.more(3);
    }
    // For longer than anything that looks at the process once a second.
    await kept.more(600);
    assert.ok(closed > CONNECTIONS - 2 * DESCRIPTORS, `${closed} closed`);
    t.diagnostic(`${closed} of ${CONNECTIONS} connections were closed`);
    for (const socket of silent) socket.destroy();
    const fresh = new Load(site.socket, 3, 1);
    await Promise.all([kept.more(50), fresh.more(50)]);
    assert.deepEqual((await kept.stop()).failures, []);
    if (args.length > 0) {
      assert.deepEqual(await site.pids(), before);
      assert.deepEqual((await site.status()).restarts, {});
    }
    const { failures } = await fresh.stop();
    assert.ok(failures.length <= 3, failures.join("\n"));
    site.command.child.kill("SIGTERM");
    const { status, stderr } = await site.command.ended;
    assert.equal(status, 0);
    assert.match(stderr, /192 connections at once instead of 10000/);
    assert.doesNotMatch(stderr, /"level":[56]0/);
  });
}
