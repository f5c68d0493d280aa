// F07: lengths of pairs that lie.
import assert from "node:assert/strict";
import { test } from "node:test";
import { encodePairs } from "../../../src/fastcgi/params.ts";
import { FCGI } from "../../../src/fastcgi/protocol.ts";
import { begin, record, stdin, VARIABLES } from "../../support/peer.ts";
import { parse } from "../../support/responder.ts";
import { hex } from "../../support/wire.ts";
import { assertServed, Siege } from "./siege.ts";

const sound = encodePairs(Object.entries(VARIABLES));

const wrong: [name: string, pairs: Uint8Array][] = [
  ["a name length alone", hex("05")],
  ["half a length of four bytes", hex("80 00")],
  ["three quarters of one", hex("80 00 00")],
  ["two lengths and nothing else", hex("01 01")],
  ["a value length cut in half", hex("01 80 00")],
  ["a name that is too short", hex("05 00", "'abcd'")],
  ["a value that is too short", hex("01 05", "'abcde'")],
  ["a name of 2^31-1 bytes", hex("ff ff ff ff 00", "'abc'")],
  ["a value of 2^31-1 bytes", hex("01 ff ff ff ff", "'abc'")],
  ["both of 2^31-1 bytes", hex("ff ff ff ff ff ff ff ff", "'abc'")],
  ["a sum that is 2^32", hex("80 00 00 01 ff ff ff ff", "'abc'")],
  ["a sum that wraps to a few bytes", hex("ff ff ff ff 80 00 00 06", "'abcd'")],
  ["a malformed byte behind sound pairs", Buffer.concat([sound, hex("7f")])],
  ["Go's malformed params (#11824)", hex("50 50 03 04 05 06 07 08 09 0a")],
  ["a name with NUL", Buffer.concat([sound, hex("03 01", "'a\0bv'")])],
  ["a value with NUL", Buffer.concat([sound, hex("01 03", "'av\0v'")])],
  ['a name with "="', Buffer.concat([sound, hex("03 01", "'a=bv'")])],
  ["no REQUEST_METHOD", hex("01 01", "'av'")],
  ["nothing at all", hex()],
];
for (const [name, pairs] of wrong) {
  test(`D3.07 C4.08 ${name} is answered with 400, and the connection goes on`, async (t) => {
    const siege = await Siege.begin(t);
    const peer = await siege.connect();
    const pieces = [pairs.subarray(0, 3), pairs.subarray(3)]
      .filter(({ length }) => length > 0)
      .map((piece) => record(FCGI.PARAMS, 1, piece));
    peer.send(begin(), ...pieces, record(FCGI.PARAMS), stdin("ignored"));
    const answer = await peer.untilEnd();
    assert.equal(parse(answer).status, "400 Bad Request");
    assert.equal(answer.protocolStatus, FCGI.REQUEST_COMPLETE);
    await assertServed(peer);
    await siege.assertUnharmed();
  });
}

const odd: [name: string, pairs: Uint8Array][] = [
  ["a name of no bytes", hex("00 01", "'v'")],
  ["a name and a value of no bytes", hex("00 00")],
  ["many pairs of nothing", Buffer.alloc(1000)],
  ["lengths in their long form", hex("80 00 00 01 80 00 00 01", "'av'")],
  [
    "names of Object.prototype",
    encodePairs([
      ["__proto__", "x"],
      ["toString", "y"],
    ]),
  ],
  ["bytes that are not UTF-8", hex("02 02", "'\xff\xfe\x80\xc3'")],
];
for (const [name, pairs] of odd) {
  test(`D3.07 C4.03 C4.05 ${name} does no harm`, async (t) => {
    const siege = await Siege.begin(t);
    const peer = await siege.connect();
    const stream = Buffer.concat([pairs, sound]);
    peer.send(begin(), record(FCGI.PARAMS, 1, stream), record(FCGI.PARAMS));
    peer.send(stdin());
    assert.equal(parse(await peer.untilEnd()).status, "200 OK");
    await siege.assertUnharmed();
  });
}

test("D3.07 params that are cut at any byte do no harm", async (t) => {
  const siege = await Siege.begin(t);
  const peer = await siege.connect();
  for (let length = 0; length < sound.length; length++) {
    const cut = record(FCGI.PARAMS, 1, sound.subarray(0, length));
    peer.send(begin(), cut, record(FCGI.PARAMS), stdin());
    const { status } = parse(await peer.untilEnd());
    assert.match(status ?? "", /^(?:200|400) /, `${length} bytes`);
  }
  await assertServed(peer);
  await siege.assertUnharmed();
});
