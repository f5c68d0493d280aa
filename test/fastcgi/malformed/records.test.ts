// F05: every type of record, on every kind of id, of several lengths, in every state.
import { test } from "node:test";
import { Trial } from "../../support/live.ts";
import { record } from "../../support/peer.ts";
import { assertServed, Siege } from "./siege.ts";
import { leads, rests, states } from "./states.ts";

const TYPES = Array.from({ length: 256 }, (_, type) => type);
const IDS = [0, 1, 0xffff];
const LENGTHS = [0, 1, 8, 65_535];
const AT_ONCE = 32;

for (const state of states) {
  for (const id of IDS) {
    test(`D3.05 D3.16 every type and length on id ${id} in state "${state}" has the effect of the model`, async (t) => {
      const siege = await Siege.begin(t, {
        maxConcurrency: AT_ONCE + 1,
        abortGraceMs: 60_000,
      });
      const odd = TYPES.flatMap((type) =>
        LENGTHS.map((length) => ({ type, length })),
      );
      for (let at = 0; at < odd.length; at += AT_ONCE) {
        const batch = odd.slice(at, at + AT_ONCE).map(async (one) => {
          const { type, length } = one;
          const peer = await siege.connect();
          const trial = new Trial(peer, `type ${type}, ${length} bytes`);
          await trial.send(leads[state]);
          await trial.send(record(type, id, Buffer.alloc(length, 1)));
          return { peer, trial };
        });
        const trials = await Promise.all(batch);
        siege.release();
        for (const { peer, trial } of trials) {
          await trial.release();
          await trial.send(rests[state]);
          if (trial.isOpen) await assertServed(peer);
          peer.close();
        }
      }
      await siege.assertUnharmed();
    });
  }
}
