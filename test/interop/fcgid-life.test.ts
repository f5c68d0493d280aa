// How mod_fcgid ends processes: SIGTERM, and SIGKILL a second or three later.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gone, hold, serving } from "./processes.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

const setup = setupOf("apache/fcgid.conf");
const changes = {
  // For all of Apache, so not inside of a virtual host.
  "# Change: /srv/app, www.example.com, /app.": "FcgidIdleScanInterval 1",
  "FcgidMinProcessesPerClass 1":
    "FcgidMinProcessesPerClass 0\n  FcgidIdleTimeout 1",
};

/** What mod_fcgid logs when SIGTERM was not enough. */
const KILLED = /graceful kill fail, sending SIGKILL/;

withSite(
  setup,
  "/app",
  (site) => {
    test("a process that is idle ends by itself when it is asked to", async () => {
      const before = await serving(site());
      await gone(before);
      assert.notEqual(await serving(site()), before);
      assert.doesNotMatch(site().log(), KILLED);
    });

    test("a graceful restart of Apache waits for what runs, if that takes no longer than it waits", async () => {
      const [held] = await hold(site(), 1);
      site().signalServer("SIGUSR1");
      while (!site().log().includes("SIGTERM: finishing what runs")) {
        await delay(10);
      }
      held?.call.release();
      assert.equal((await held?.answer)?.status, 200);
      await gone(held?.pid ?? 0);
      assert.notEqual(await serving(site()), held?.pid);
      assert.doesNotMatch(site().log(), KILLED);
    });

    // Last: Apache is gone then.
    test("when Apache ends, a process ends by itself although an application goes on for ever", async () => {
      const [held] = await hold(site(), 1);
      site().signalServer("SIGTERM");
      await gone(held?.pid ?? 0);
      await site().serverEnded();
      // Killed, it could not say so.
      assert.match(
        site().log(),
        new RegExp(`"pid":${held?.pid},"msg":"stopped"`),
      );
    });
  },
  { changes },
);
