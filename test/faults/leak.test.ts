// A leak must not be noticed by anybody: neither by its memory, nor by requests that fail.
import assert from "node:assert/strict";
import { test } from "node:test";
import { LEAKING, WorkerPeaks } from "../../bench/harness/leaking.ts";
import { Supervised } from "../cli/supervising.ts";
import { Load } from "../support/load.ts";

const MIB = 1_048_576;
const LIMIT = 150 * MIB;
const CONNECTIONS = 4;
/** What a process needs to end, such as the stack of its last requests. */
const TOLERANCE = 12 * MIB;
const REQUESTS = 1_500;

test("tsgi-fcgi with --max-memory serves a leaking application without a failed request, below the limit", async (t) => {
  const args = ["--workers", "2", "--max-memory", "150m"];
  const site = await Supervised.start(t, args, LEAKING);
  const peaks = new WorkerPeaks(site.pid);
  // A connection for each request: on a busy machine one that is used again may be closed a moment too late
  // for its client, which web servers then ask again.
  const load = new Load(site.socket, CONNECTIONS, 1);
  await load.more(REQUESTS);
  const { failures } = await load.stop();
  const all = peaks.stop();
  const { restarts } = await site.status();
  assert.deepEqual(failures, []);
  assert.ok((restarts["max-memory"] ?? 0) >= 5, JSON.stringify(restarts));
  const most = Math.max(...all);
  assert.ok(most < LIMIT + CONNECTIONS * MIB + TOLERANCE, `${most / MIB} MiB`);
  t.diagnostic(
    `${all.length} workers, the largest with ${Math.round(most / MIB)} MiB`,
  );
});
