// What a child says, as its parent takes it: a real process, and messages that are odd.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  WorkerHandle,
  type WorkerListener,
} from "../../src/supervisor/worker-handle.ts";

const ODD = `
process.send("text");
process.send(null);
process.send({ type: "nonsense" });
// A connection that its peer closed on the way comes without a handle.
process.send({ type: "connection" });
process.send({ type: "ready" });
process.disconnect();
`;

test("a parent takes no harm from what a child sends, and none from a connection that is lost on the way", async () => {
  const heard: string[] = [];
  await new Promise<void>((resolve) => {
    const listener: WorkerListener = {
      onListening: () => heard.push("ready"),
      onConnection: () => heard.push("connection"),
      onLeave: () => heard.push("leave"),
      onStatusWanted: () => heard.push("status"),
      onEnded: () => resolve(),
    };
    new WorkerHandle(
      { id: 1, worker: 1, generation: 1 },
      {
        command: process.execPath,
        args: ["--eval", ODD],
        env: () => ({ PATH: process.env.PATH }),
      },
      [],
      listener,
    );
  });
  assert.deepEqual(heard, ["ready"]);
});
