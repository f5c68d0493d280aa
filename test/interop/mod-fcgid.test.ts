// What only mod_fcgid does: it starts as many processes as there are requests at once, all alike.
import assert from "node:assert/strict";
import { copyFileSync, existsSync, renameSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { roundTrip } from "../support/peer.ts";
import { ask } from "./client.ts";
import { setupOf } from "./setups.ts";
import { withSite } from "./suite.ts";

const setup = {
  ...setupOf("apache/fcgid.conf"),
  options: ["--socket", "/run/app/app.sock"],
};

withSite(setup, "/app", (site) => {
  test("three processes with --socket serve descriptor 0 each, and one the socket", async () => {
    const { control, port, sandbox } = site();
    const answers = [1, 2, 3].map(() => ask(port, "/app/process"));
    const calls = await Promise.all(answers.map(() => control.next()));
    const processes = await Promise.all(calls.map((call) => call.line()));
    assert.equal(new Set(processes).size, 3);
    for (const call of calls) call.release();
    const bodies = (await Promise.all(answers)).map(({ body }) => `${body}`);
    assert.deepEqual(bodies.sort(), [...processes].sort());

    const path = join(sandbox.run, "app.sock");
    const direct = roundTrip(path, { REQUEST_URI: "/app/process" });
    const call = await control.next();
    assert.ok(processes.includes(await call.line()));
    call.release();
    assert.match(`${(await direct).stdout}`, /Status: 200 OK/);
  });

  test("the processes end with the web server and take the socket along", async () => {
    const { sandbox } = site();
    await site().stopServer();
    assert.equal(existsSync(join(sandbox.run, "app.sock")), false);
  });
});

withSite(setupOf("apache/fcgid.htaccess"), "/", (site) => {
  test("a new file in the place of app.fcgi gets new processes", async () => {
    const { control, port, sandbox } = site();
    const program = join(sandbox.app, "public/app.fcgi");
    const serving = async (): Promise<string | undefined> => {
      const answer = ask(port, "/process");
      const call = await control.next();
      call.release();
      await answer;
      return call.line();
    };
    const before = await serving();
    assert.equal(await serving(), before);
    copyFileSync(program, `${program}.new`);
    renameSync(`${program}.new`, program);
    assert.notEqual(await serving(), before);
  });
});
