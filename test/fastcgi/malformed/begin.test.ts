// F06: BEGIN_REQUEST that is malformed, repeated, or asks for what does not exist.
import { test } from "node:test";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import { Trial } from "../../support/live.ts";
import { params, record, stdin } from "../../support/peer.ts";
import { assertServed, Siege } from "./siege.ts";
import { leads, rests, states } from "./states.ts";

const roles = [0, 1, 2, 3, 4, 0x0100, 0x0101, 0xff01, 0xffff];
const flags = [0, 1, 2, 0xfe, 0xff];
const lengths = [0, 1, 7, 8, 9, 16, 65_535];

function begin(id: number, role: number, flag: number, length = 8): Uint8Array {
  const content = Buffer.alloc(length, 0xff);
  content.set([role >> 8, role & 0xff, flag].slice(0, length));
  return record(FCGI.BEGIN_REQUEST, id, content);
}

for (const state of states) {
  test(`D3.06 C3.02 every role and flag of a BEGIN_REQUEST in state "${state}" has the effect of the model`, async (t) => {
    const siege = await Siege.begin(t, { abortGraceMs: 60_000 });
    for (const id of [1, 2, 0xffff]) {
      for (const role of roles) {
        for (const flag of flags) {
          const peer = await siege.connect();
          const trial = new Trial(
            peer,
            `id ${id}, role ${role}, flags ${flag}`,
          );
          await trial.send(leads[state]);
          await trial.send(begin(id, role, flag));
          await trial.send(params(undefined, id), stdin("", id));
          siege.release();
          await trial.release();
          await trial.send(rests[state]);
          if (trial.isOpen) await assertServed(peer);
          peer.close();
        }
      }
    }
    await siege.assertUnharmed();
  });

  test(`D3.06 C3.01 every length of a BEGIN_REQUEST in state "${state}" has the effect of the model`, async (t) => {
    const siege = await Siege.begin(t);
    for (const id of [0, 1, 2]) {
      for (const length of lengths) {
        const peer = await siege.connect();
        const trial = new Trial(peer, `id ${id}, ${length} bytes`);
        await trial.send(leads[state]);
        await trial.send(begin(id, FCGI.RESPONDER, FCGI.KEEP_CONN, length));
        siege.release();
        await trial.release();
        peer.close();
      }
    }
    await siege.assertUnharmed();
  });
}

test("D3.06 C3.06 a request that is begun twice in one write closes the connection", async (t) => {
  const siege = await Siege.begin(t);
  for (const count of [2, 3, 100]) {
    const peer = await siege.connect();
    const trial = new Trial(peer);
    const one = begin(7, FCGI.RESPONDER, FCGI.KEEP_CONN);
    await trial.send(...Array.from({ length: count }, () => one));
    peer.close();
  }
  await siege.assertUnharmed();
});
