// kill -9 of the supervisor: its workers finish what runs and leave, and another may start at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "../cli/command.ts";
import { gone, Supervised } from "../cli/supervising.ts";
import { Load } from "../support/load.ts";
import { CUT, NOBODY, PID_APPLICATION } from "./outcomes.ts";

test("kill -9 of the supervisor: workers finish and leave, another starts on the same path", async (t) => {
  const args = ["--workers", "2"];
  const site = await Supervised.start(t, args, PID_APPLICATION);
  const before = await site.pids();
  const kept = new Load(site.socket, 3);
  const fresh = new Load(site.socket, 3, 1);
  await Promise.all([kept.more(50), fresh.more(50)]);
  const killed = Date.now();
  site.command.child.kill("SIGKILL");
  const next = start(t, "tsgi-fcgi", [
    ...["--socket", site.socket, ...args],
    site.app,
  ]);
  await Promise.all(before.map(gone));
  const left = Date.now() - killed;
  while (!(await next.logged()).startsWith("listening on"));
  await Promise.all([kept.more(50), fresh.more(50)]);
  const counts = [await kept.stop(), await fresh.stop()];
  const failures = counts.flatMap(({ failures }) => failures);
  t.diagnostic(
    `${counts.map(({ answered }) => answered).join(" + ")} answered; workers left within ${left} ms; failures: ${JSON.stringify(tallied(failures))}`,
  );
  assert.deepEqual(
    failures.filter((each) => !NOBODY.test(each) && !CUT.test(each)),
    [],
  );
});

function tallied(texts: readonly string[]): Record<string, number> {
  const tally: Record<string, number> = {};
  for (const text of texts) {
    const key = text.replace(/ \/.*/, "");
    tally[key] = (tally[key] ?? 0) + 1;
  }
  return tally;
}
