import assert from "node:assert/strict";
import { test } from "node:test";
import { takeActivatedSockets } from "../../src/host/activated-sockets.ts";

const own = String(process.pid);

for (const [what, environment, addresses] of [
  [
    "two sockets",
    { LISTEN_FDS: "2", LISTEN_PID: own, LISTEN_FDNAMES: "a:b" },
    ["fd:3", "fd:4"],
  ],
  ["no sockets", { LISTEN_FDS: "0", LISTEN_PID: own }, []],
  ["no number", { LISTEN_FDS: "many", LISTEN_PID: own }, []],
  ["a number beyond reason", { LISTEN_FDS: "1000000", LISTEN_PID: own }, []],
  ["no process", { LISTEN_FDS: "1" }, []],
  ["nothing", {}, []],
] as const) {
  test(`takeActivatedSockets of ${what} leaves nothing to children`, () => {
    const env: NodeJS.ProcessEnv = { ...environment, OTHER: "1" };
    assert.deepEqual(takeActivatedSockets(env), {
      addresses,
      warning: undefined,
    });
    assert.deepEqual(env, { OTHER: "1" });
  });
}

test("takeActivatedSockets tells of a shell between systemd and this process", () => {
  const { addresses, warning } = takeActivatedSockets({
    LISTEN_FDS: "1",
    LISTEN_PID: "1",
  });
  assert.deepEqual(addresses, []);
  assert.match(
    warning ?? "",
    /^systemd has left its sockets to process 1, and this is [0-9]+: ExecStart= must/,
  );
});
