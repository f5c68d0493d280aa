// A disk that is full, a pid file that cannot be written: what the service itself writes is lost, no request is.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { folder, run, start } from "../cli/command.ts";
import { Supervised } from "../cli/supervising.ts";
import { atEnd } from "../support/at-end.ts";
import { Load } from "../support/load.ts";
import { roundTrip } from "../support/peer.ts";
import { WAYS } from "./outcomes.ts";

for (const { name, args } of WAYS) {
  test(`${name}: logs on a full disk go to standard error, or are dropped, and all requests are answered`, async (t) => {
    const logs = ["--log-file", "/dev/full", "--access-log", "/dev/full"];
    const root = folder(t, { "app.mjs": APPLICATION });
    const socket = join(root, "s");
    const command = start(t, "tsgi-fcgi", [
      ...["--socket", socket, ...logs, ...args],
      join(root, "app.mjs"),
    ]);
    await hasBeenSaid(command, /"msg":"listening on /);
    const load = new Load(socket, 4);
    await load.more(400);
    assert.deepEqual((await load.stop()).failures, []);
    await hasBeenSaid(command, /the access log cannot be written/);
    command.child.kill("SIGTERM");
    const { status, stderr } = await command.ended;
    assert.equal(status, 0);
    assert.match(
      stderr,
      /Cannot write to \/dev\/full: ENOSPC.*the log goes on here/,
    );
    assert.match(stderr, /"msg":"stopped"/);
  });
}
