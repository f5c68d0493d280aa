// lighttpd and several processes that it has started: what becomes of requests when one of them ends, or all.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { ask } from "./client.ts";
import { gone, hold } from "./processes.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

const setup = setupOf("lighttpd/bin-path.conf");
const changes = { '"max-procs" => 1': '"max-procs" => 3' };

withSite(
  setup,
  "/app",
  (site) => {
    test("three processes share the requests", async () => {
      const held = await hold(site(), 3);
      assert.equal(new Set(held.map(({ pid }) => pid)).size, 3);
      for (const { call } of held) call.release();
      for (const { answer } of held) assert.equal((await answer).status, 200);
    });

    test("one that is killed loses its own request, and is replaced", async () => {
      const held = await hold(site(), 3);
      const [victim, ...others] = held;
      process.kill(victim?.pid ?? 0, "SIGKILL");
      await gone(victim?.pid ?? 0);
      for (const { call } of others) call.release();
      for (const { answer } of others) assert.equal((await answer).status, 200);
      for (let index = 0; index < 20; index++) {
        const { status } = await ask(site().port, site().url("cookies"));
        assert.equal(status, 200);
      }
      // lighttpd looks after its processes once a second.
      const pids = new Set(others.map(({ pid }) => pid));
      while (pids.size < 3) {
        const again = await hold(site(), 3);
        for (const { pid, call } of again) {
          pids.add(pid);
          call.release();
        }
        await Promise.all(again.map(({ answer }) => answer));
      }
      assert.ok(!pids.has(victim?.pid ?? 0));
    });

    test("a graceful stop of lighttpd lets requests finish, and ends them all", async () => {
      const held = await hold(site(), 3);
      site().signalServer("SIGINT");
      for (const { call } of held) call.release();
      for (const { answer } of held) assert.equal((await answer).status, 200);
      await site().serverEnded();
      for (const { pid } of held) await gone(pid);
      const path = join(site().sandbox.run, "app.sock-0");
      assert.equal(existsSync(path), false);
    });
  },
  { changes },
);
