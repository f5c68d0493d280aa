// 5,000 connections on which nothing is said: they cost little, keep nobody out, and are closed.
import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { test } from "node:test";
import { residentBytes, Supervised } from "../cli/supervising.ts";
import { Load } from "../support/load.ts";
import { WAYS } from "./outcomes.ts";

const CONNECTIONS = 5_000;
const TIMEOUT_MS = 8_000;
const MIB = 1_048_576;

for (const { name, args } of WAYS) {
  test(`${name}: 5,000 silent connections keep nobody out, and are closed after --params-timeout`, async (t) => {
    const limits = ["--params-timeout", `${TIMEOUT_MS}ms`];
    const site = await Supervised.start(t, [...limits, ...args]);
    // A line for each that is closed: a service whose log nobody reads has to wait.
    site.logged(/^stopped$/).catch(() => {});
    const load = new Load(site.socket, 3);
    const fresh = new Load(site.socket, 3, 1);
    await Promise.all([load.more(100), fresh.more(100)]);
    const pids = args.length > 0 ? await site.pids() : [site.pid];
    const memory = (): number =>
      pids.reduce((sum, pid) => sum + residentBytes(pid), 0);
    const before = memory();
    const silent = await openAll(site.socket, fresh);
    t.after(() => silent.map((each) => each.destroy()));
    const closed = Promise.all(silent.map((each) => once(each, "close")));
    let most = 0;
    const look = setInterval(() => {
      most = Math.max(most, memory());
    }, 50);
    await Promise.all([load.more(100), fresh.more(100)]);
    await closed;
    clearInterval(look);
    await Promise.all([load.more(100), fresh.more(100)]);
    assert.deepEqual((await load.stop()).failures, []);
    assert.deepEqual((await fresh.stop()).failures, []);
    const each = Math.round((most - before) / CONNECTIONS);
    t.diagnostic(
      `${Math.round(before / MIB)} MiB before, ${Math.round(most / MIB)} MiB with them: ${each} bytes each`,
    );
    assert.ok(each < 25_000, `${each} bytes`);
  });
}

/** Resolves when all are connected. */
async function openAll(path: string, load: Load): Promise<Socket[]> {
  const sockets: Socket[] = [];
  while (sockets.length < CONNECTIONS) {
    const some = Array.from({ length: 50 }, () => connect(path).resume());
    await Promise.all(some.map((each) => once(each, "connect")));
    sockets.push(...some);
    // Who asks behind them has had its turn, so the kernel's queue is not filled.
    await load.more(4);
  }
  return sockets;
}
