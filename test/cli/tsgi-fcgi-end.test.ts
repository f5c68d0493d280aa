// How the command tsgi-fcgi ends.
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { Peer, request } from "../support/peer.ts";
import { start } from "./command.ts";
import { bodyFrom, listening, site } from "./responding.ts";

for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
  test(`C10.08 tsgi-fcgi lets a request finish after ${signal}, then exits with 0`, async (t) => {
    const { app, socket } = site(t);
    const command = start(t, "tsgi-fcgi", ["--socket", socket, app]);
    await listening(command);
    const peer = await Peer.connect(socket);
    const whole = request({ PATH_INFO: "/body" }, "late", { keep: false });
    await peer.send(whole.subarray(0, -14));
    await bodyFrom(socket);
    command.child.kill(signal);
    assert.equal(await command.logged(), `${signal}: finishing what runs`);
    assert.equal(existsSync(socket), false);
    await peer.send(whole.subarray(-14));
    const { stdout } = await peer.untilEnd();
    assert.match(`${stdout}`, /Status: 200 OK/);
    const { status, stderr } = await command.ended;
    assert.match(stderr, /"msg":"stopped"/);
    assert.equal(status, 0);
  });
}

test("tsgi-fcgi waits no longer than --graceful-timeout", async (t) => {
  const { app, socket } = site(t);
  const args = ["--graceful-timeout", "0", "--abort-grace", "0"];
  const command = start(t, "tsgi-fcgi", [...args, "--socket", socket, app]);
  await listening(command);
  const peer = await Peer.connect(socket);
  await peer.send(request({ PATH_INFO: "/forever" }));
  await bodyFrom(socket);
  command.child.kill("SIGTERM");
  const { status } = await command.ended;
  assert.equal(status, 0);
  peer.close();
});

for (const [signal, status] of [
  ["SIGTERM", 143],
  ["SIGINT", 130],
] as const) {
  test(`C10.08 tsgi-fcgi exits with ${status} at a second signal, ${signal}`, async (t) => {
    const { app, socket } = site(t);
    const command = start(t, "tsgi-fcgi", ["--socket", socket, app]);
    await listening(command);
    const peer = await Peer.connect(socket);
    await peer.send(request({ PATH_INFO: "/forever" }));
    await bodyFrom(socket);
    command.child.kill("SIGTERM");
    await command.logged();
    command.child.kill(signal);
    assert.equal((await command.ended).status, status);
    peer.close();
  });
}

test("C10.09 tsgi-fcgi ends with 1 after an error outside of any request, and answers what runs", async (t) => {
  const { app, socket } = site(t);
  const command = start(t, "tsgi-fcgi", ["--socket", socket, app]);
  await listening(command);
  const peer = await Peer.connect(socket);
  const whole = request({ PATH_INFO: "/body" }, "late", { keep: false });
  await peer.send(whole.subarray(0, -14));
  await bodyFrom(socket, { PATH_INFO: "/late" });
  assert.equal(
    await command.logged(),
    "uncaughtException outside of any request",
  );
  await command.logged();
  await peer.send(whole.subarray(-14));
  assert.match(`${(await peer.untilEnd()).stdout}`, /Status: 200 OK/);
  const { status, stderr } = await command.ended;
  assert.match(stderr, /Error: late/);
  assert.equal(status, 1);
});
