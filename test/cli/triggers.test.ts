import assert from "node:assert/strict";
import { utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { watchTriggers } from "../../src/cli/serving/triggers.ts";
import { folder } from "./command.ts";

test("a touch counts, once, though the application writes to its folder all the time", async (t) => {
  const root = folder(t, { restart: "", session: "" });
  const touched = join(root, "restart");
  const writer = setInterval(() => {
    writeFileSync(join(root, "session"), String(Math.random()));
    utimesSync(touched, new Date(), new Date());
  }, 10);
  t.after(() => clearInterval(writer));
  const told: string[] = [];
  await new Promise<void>((resolve) => {
    const end = watchTriggers({
      folder: root,
      touched,
      watch: false,
      settleMs: 1_000,
      patienceMs: 2_000,
      onTrigger(reason) {
        told.push(reason);
        end();
        resolve();
      },
      onTrouble: (message) => told.push(message),
    });
  });
  assert.deepEqual(told, [
    `${root} has not stopped changing for 2 s (--settle): it is not waited for any longer`,
    `${touched} was touched`,
  ]);
});
