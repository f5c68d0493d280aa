// A socket's folder that vanishes and comes back, as a new /run or a cleaner of /tmp makes it do.
import assert from "node:assert/strict";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { folder, start } from "../cli/command.ts";
import { application } from "../cli/supervising.ts";
import { Load } from "../support/load.ts";
import { roundTrip } from "../support/peer.ts";
import { NOBODY, WAYS } from "./outcomes.ts";

for (const { name, args } of WAYS) {
  test(`${name}: a socket's folder vanishes and comes back: kept connections go on, others find no file meanwhile`, async (t) => {
    const root = folder(t, { "app.mjs": application("one") });
    const run = join(root, "run");
    mkdirSync(run);
    const socket = join(run, "s");
    const command = start(t, "tsgi-fcgi", [
      ...["--socket", socket, ...args],
      join(root, "app.mjs"),
    ]);
    const logged = async (pattern: RegExp): Promise<void> => {
      while (!pattern.test(await command.logged()));
    };
    await logged(/^listening on /);
    const kept = new Load(socket, 3);
    await kept.more(20);
    const fresh = new Load(socket, 2, 1);
    await fresh.more(20);
    rmSync(run, { recursive: true });
    await logged(/SOCKET_LOST|reach.* any more/);
    await kept.more(20);
    mkdirSync(run);
    await fresh.more(20);
    await kept.more(20);
    const { stdout } = await roundTrip(socket);
    assert.match(`${stdout}`, /one$/);
    const { failures } = await fresh.stop();
    for (const failure of failures) assert.match(failure, NOBODY);
    assert.deepEqual((await kept.stop()).failures, []);
    assert.equal(kept.opened, 3);
    command.child.kill("SIGTERM");
    assert.equal((await command.ended).status, 0);
  });
}
