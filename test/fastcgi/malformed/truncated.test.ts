// F02 and F03: connections that end inside a record.
import assert from "node:assert/strict";
import { test } from "node:test";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import { header, record } from "../../support/peer.ts";
import { Siege } from "./siege.ts";
import { lead, states } from "./states.ts";

const ends = ["end", "reset"] as const;

for (const state of states) {
  test(`D3.02 a record header that is cut in state "${state}" does no harm`, async (t) => {
    const siege = await Siege.begin(t, { tcp: true });
    for (const end of ends) {
      for (let length = 1; length < FCGI.HEADER_LENGTH; length++) {
        for (const type of [FCGI.BEGIN_REQUEST, FCGI.STDIN, 200]) {
          const peer = await siege.connect();
          await lead(peer, state);
          await peer.send(record(type).subarray(0, length));
          peer[end]();
          await peer.closed;
        }
      }
    }
    siege.release();
    await siege.assertUnharmed();
  });
}

const types = [...Object.keys(FCGI), "unknown"]
  .map((name): number => (FCGI as Record<string, number>)[name] ?? 200)
  .filter((type, index, all) => type > 0 && all.indexOf(type) === index);

for (const state of states) {
  for (const end of ends) {
    test(`D3.03 content or padding that is cut by ${end} in state "${state}" does no harm`, async (t) => {
      const siege = await Siege.begin(t, { tcp: true });
      for (const type of types) {
        for (const id of [0, 1, 2]) {
          for (const [contentLength, paddingLength, sent] of [
            [8, 0, 0],
            [8, 0, 7],
            [8, 255, 8],
            [0, 1, 0],
            [65_535, 255, 65_535],
          ] as const) {
            const peer = await siege.connect();
            await lead(peer, state);
            await peer.send(
              header({ type, requestId: id, contentLength, paddingLength }),
              Buffer.alloc(sent, 1),
            );
            peer[end]();
            await peer.closed;
          }
        }
      }
      siege.release();
      await siege.assertUnharmed();
    });
  }
}

test("D3.03 a record that is cut is not acted upon", async (t) => {
  const siege = await Siege.begin(t);
  const peer = await siege.connect();
  // All of BEGIN_REQUEST for a role that is not offered, but the last byte of its padding.
  await peer.send(
    header({ type: FCGI.BEGIN_REQUEST, contentLength: 8, paddingLength: 2 }),
    Buffer.alloc(9, 1),
  );
  peer.end();
  assert.equal(await peer.nextRecord(), undefined);
  assert.equal(await peer.closed, "FIN");
  assert.deepEqual(siege.reports.codes, []);
});
