// F01: connections that send nothing.
import { test } from "node:test";
import { assertServed, Siege } from "./siege.ts";

const COUNT = 1000;
const AT_ONCE = 50;

for (const tcp of [false, true]) {
  const name = tcp ? "TCP" : "a Unix socket";
  for (const way of ["end", "reset", "close"] as const) {
    if (way === "reset" && !tcp) continue;
    test(`D3.01 ${COUNT} connections over ${name} that ${way} at once do no harm`, async (t) => {
      const siege = await Siege.begin(t, { tcp });
      for (let count = 0; count < COUNT; count += AT_ONCE) {
        const peers = await Promise.all(
          Array.from({ length: AT_ONCE }, () => siege.connect()),
        );
        for (const peer of peers) peer[way]();
        await Promise.all(peers.map(({ closed }) => closed));
        // The kernel's queue is short, and in order: behind this one nobody is left in it.
        const last = await siege.connect();
        await assertServed(last);
        last.close();
      }
      await siege.assertUnharmed();
    });
  }

  test(`D3.01 connections over ${name} that stay silent do no harm`, async (t) => {
    const siege = await Siege.begin(t, { tcp });
    await Promise.all(Array.from({ length: 200 }, () => siege.connect()));
    await siege.assertUnharmed();
  });
}

test("D3.01 C7.08 connections that stay silent are closed after a time", async (t) => {
  const siege = await Siege.begin(t, { paramsTimeoutMs: 50 });
  const peer = await siege.connect();
  await peer.closed;
  await siege.reports.matching(/Cannot wait for the params/);
});
