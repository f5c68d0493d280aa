// Signals while the first workers are on their way, and the control socket that is there afterwards.
import assert from "node:assert/strict";
import { rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Supervised } from "./supervising.ts";

/** Tells that it is loaded, and waits for a file beside it before it is. */
const SLOW = `import { existsSync } from "node:fs";
console.error("loading");
while (!existsSync(new URL("go", import.meta.url))) {
  await new Promise((resolve) => setTimeout(resolve, 10));
}
export default (environ, startResponse) => {
  startResponse("200 OK", []);
  return "loaded";
};`;

test("a reload that is asked for during the start follows it", async (t) => {
  const site = Supervised.begin(t, ["--workers", "1"], SLOW);
  await site.logged(/loading/);
  site.command.child.kill("SIGHUP");
  writeFileSync(join(site.root, "app", "go"), "");
  await site.logged(/^listening on /);
  await site.logged(/SIGHUP: new workers serve/);
  assert.equal(await site.ask(), "loaded");
  assert.equal((await site.status()).generation, 2);
});

test("SIGTERM during the start ends all, with status 0", async (t) => {
  const site = Supervised.begin(t, ["--workers", "1"], SLOW);
  await site.logged(/loading/);
  site.command.child.kill("SIGTERM");
  assert.equal((await site.command.ended).status, 0);
});

test("a control socket that vanishes is made anew", async (t) => {
  const site = await Supervised.start(t, ["--workers", "1"]);
  rmSync(site.control);
  assert.match(await site.logged(/any more/), /Cannot be reached at .*\/c any/);
  const found = () => statSync(site.control, { throwIfNoEntry: false });
  while (found() === undefined) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  assert.equal((found()?.mode ?? 0) & 0o777, 0o600);
  assert.equal((await site.pids()).length, 1);
});
