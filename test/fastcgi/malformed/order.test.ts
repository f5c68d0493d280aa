// F10 and F11: records in every order, late, repeated, or of unknown ids.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePairs } from "../../../src/fastcgi/params.ts";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import { outcomesOf, Trial } from "../../support/live.ts";
import {
  abort,
  begin,
  type Peer,
  params,
  record,
  request,
  stdin,
  VARIABLES,
} from "../../support/peer.ts";
import { parse } from "../../support/responder.ts";
import { assertServed, Siege } from "./siege.ts";
import { leads, rests, states } from "./states.ts";

const PAIRS = encodePairs(
  Object.entries({ ...VARIABLES, REQUEST_METHOD: "POST" }),
);
const records: Readonly<Record<string, Uint8Array>> = {
  BEGIN: begin(),
  PARAMS: record(FCGI.PARAMS, 1, PAIRS),
  "end of PARAMS": record(FCGI.PARAMS),
  STDIN: record(FCGI.STDIN, 1, "x"),
  "end of STDIN": record(FCGI.STDIN),
  DATA: record(FCGI.DATA, 1, "y"),
  ABORT: abort(),
};
const names = Object.keys(records);

/** Every sequence of so many records. */
function* sequences(length: number): Generator<string[]> {
  if (length === 0) yield [];
  else {
    for (const rest of sequences(length - 1)) {
      for (const name of names) yield [...rest, name];
    }
  }
}

for (const first of names) {
  test(`D3.10 D3.11 D3.16 BEGIN, ${first} and any three others have the effect of the model`, async (t) => {
    const siege = await Siege.begin(t);
    for (const others of sequences(3)) {
      const all = ["BEGIN", first, ...others];
      const peer = await siege.connect();
      const trial = new Trial(peer, all.join(", "));
      for (const name of all) await trial.send(records[name] as Uint8Array);
      peer.close();
    }
    await siege.assertUnharmed();
  });

  test(`D3.10 D3.11 BEGIN, ${first} and any three others in one write do no harm`, async (t) => {
    const siege = await Siege.begin(t);
    for (const others of sequences(3)) {
      const all = ["BEGIN", first, ...others];
      const peer = await siege.connect();
      peer.send(...all.map((name) => records[name] as Uint8Array));
      await outcomesOf(peer);
      peer.close();
    }
    await siege.assertUnharmed();
  });
}

for (const state of states) {
  for (const length of [0, 1, 8, 65_535]) {
    test(`D3.11 ABORT_REQUEST with ${length} bytes in state "${state}", again and again, ends a request once`, async (t) => {
      const siege = await Siege.begin(t, { abortGraceMs: 60_000 });
      const peer = await siege.connect();
      const trial = new Trial(peer);
      await trial.send(leads[state]);
      for (const id of [1, 1, 9, 1, 0xffff, 1]) {
        await trial.send(
          record(FCGI.ABORT_REQUEST, id, Buffer.alloc(length, 1)),
        );
      }
      siege.release();
      await trial.release();
      await trial.send(rests[state]);
      await assertServed(peer);
      await siege.assertUnharmed();
    });
  }
}

test("D3.11 a thousand ABORT_REQUESTs in one write end a request once", async (t) => {
  const siege = await Siege.begin(t);
  const peer = await siege.connect();
  const aborts = Array.from({ length: 1000 }, () => abort());
  peer.send(begin(), params(), ...aborts);
  assert.equal((await peer.untilEnd()).appStatus, 1);
  await assertServed(peer);
  await siege.assertUnharmed();
});

test("D3.11 C8.04 every other of many requests on a connection is aborted, the rest is served", async (t) => {
  const siege = await Siege.begin(t, { maxConcurrency: 100 });
  const peer = await siege.connect();
  const ids = Array.from({ length: 100 }, (_, index) => index + 1);
  const POST = { ...VARIABLES, REQUEST_METHOD: "POST" };
  for (const id of ids) peer.send(begin(id), params(POST, id));
  for (const id of ids) {
    if (id % 2 === 0) peer.send(abort(id));
    peer.send(stdin(`${id}`, id));
  }
  for (const id of ids) {
    const answer = await peer.untilEnd(id);
    if (id % 2 === 0) assert.equal(answer.appStatus, 1);
    else assert.equal(parse(answer).body, `${id}`);
  }
  await siege.assertUnharmed();
});

/** Records that cannot do anything, in front of, within and behind a request. */
const strays: [name: string, bytes: Uint8Array][] = [
  ["STDIN of an unknown id", stdin("stray", 9)],
  ["PARAMS of an unknown id", params(VARIABLES, 9)],
  ["DATA of an unknown id", record(FCGI.DATA, 9, "stray")],
  ["DATA of a responder", record(FCGI.DATA, 1, "stray")],
];
for (const [name, bytes] of strays) {
  test(`D3.10 C1.07 ${name} is ignored, a thousand times`, async (t) => {
    const siege = await Siege.begin(t);
    const peer: Peer = await siege.connect();
    const many = Buffer.concat(Array.from({ length: 1000 }, () => bytes));
    for (const piece of [
      request({}, "one"),
      Buffer.concat([
        begin(),
        many,
        params({ ...VARIABLES, REQUEST_METHOD: "POST" }),
        many,
        stdin("two"),
        many,
      ]),
    ]) {
      peer.send(many, piece);
      assert.match(parse(await peer.untilEnd()).body, /^(?:one|two)$/);
    }
    await siege.assertUnharmed();
    assert.deepEqual(siege.reports.codes, ["LIMIT"]);
  });
}
