// What a peer has sent for later is bounded by what it takes in memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { settingsFrom } from "../../src/common/settings.ts";
import { Load } from "../../src/fastcgi/load.ts";
import { limitsFrom } from "../../src/fastcgi/options.ts";
import { ParamsStream } from "../../src/fastcgi/params-stream.ts";
import { Queue } from "../../src/fastcgi/queue.ts";
import { SpoolBudget } from "../../src/fastcgi/spool-budget.ts";
import { FcgiStdin } from "../../src/fastcgi/stdin.ts";
import { answering } from "../support/responder.ts";

setFlagsFromString("--expose-gc");
const gc: () => void = runInNewContext("gc");

const READ = 65_536;

/** Buffers are let go in the background, a little later than what holds them. */
async function collect(): Promise<void> {
  for (let round = 0; round < 5; round++) {
    gc();
    await new Promise(setImmediate);
  }
}

/** Bytes of buffers that are still there when `fill` has filled something that is still in use. */
async function heldAfter(fill: () => void): Promise<number> {
  await collect();
  const before = process.memoryUsage().arrayBuffers;
  fill();
  await collect();
  return process.memoryUsage().arrayBuffers - before;
}

test("ParamsStream keeps nothing of what exceeds the limit", async () => {
  const stream = new ParamsStream(limitsFrom({ maxParamsBytes: 100 * READ }));
  const held = await heldAfter(() => {
    for (let i = 0; i < 200; i++) stream.add(Buffer.alloc(READ));
  });
  assert.ok(held < 10 * READ, `${held} bytes`);
  assert.throws(() => stream.decode(), { code: "LIMIT" });
});

test("ParamsStream keeps of a read no more than its part", async () => {
  const stream = new ParamsStream(limitsFrom({}));
  const held = await heldAfter(() => {
    for (let i = 0; i < 200; i++) {
      stream.add(Buffer.alloc(READ).subarray(0, 1));
    }
  });
  assert.ok(held < 10 * READ, `${held} bytes`);
  // Pairs of an empty name and an empty value, which are dropped.
  assert.deepEqual(Object.keys(stream.decode()), []);
});

test("FcgiStdin keeps of a read no more than its part", async () => {
  const limits = limitsFrom({});
  const stdin = new FcgiStdin(
    { resume() {} },
    {
      application: answering(),
      limits,
      settings: settingsFrom(
        {},
        { multiprocess: false, runOnce: false, concurrent: true },
      ),
      load: new Load(),
      queue: new Queue(limits),
      spools: new SpoolBudget(limits.maxSpooledBytes),
    },
  );
  const held = await heldAfter(() => {
    for (let i = 0; i < 200; i++) {
      stdin.push(Buffer.alloc(READ).subarray(0, 1));
    }
  });
  assert.ok(held < 10 * READ, `${held} bytes`);
  assert.equal((stdin.next() as Uint8Array).length, 1);
});
