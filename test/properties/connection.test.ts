// F15 and F16: live connections that are sent what chance makes of requests.
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { looksLikeHttp } from "../../src/fastcgi/http-answer.ts";
import { encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { Siege } from "../fastcgi/malformed/siege.ts";
import { Trial } from "../support/live.ts";
import { mutated, transcripts } from "../support/mutation.ts";
import {
  abort,
  begin,
  header,
  Peer,
  record,
  VARIABLES,
} from "../support/peer.ts";
import { checkAsync } from "../support/property.ts";
import { parse } from "../support/responder.ts";
import { cutAt } from "../support/wire.ts";

const IDS = [1, 2, 0xffff];
const bytes = fc.uint8Array({ maxLength: 300 });
const cuts = fc.array(fc.nat(), { maxLength: 20 });

function variables(more: Record<string, string> = {}): Uint8Array {
  return encodePairs(
    Object.entries({ ...VARIABLES, REQUEST_METHOD: "POST", ...more }),
  );
}

/** The records of a request in their order, one of which is sent at a time. */
const scripts: readonly ((id: number) => readonly Uint8Array[])[] = [
  (id) => [
    begin(id),
    record(FCGI.PARAMS, id, variables()),
    record(FCGI.PARAMS, id),
    record(FCGI.STDIN, id, "some"),
    record(FCGI.STDIN, id),
  ],
  (id) => [
    begin(id),
    record(FCGI.PARAMS, id, variables({ CONTENT_LENGTH: "6" })),
    record(FCGI.PARAMS, id),
    record(FCGI.STDIN, id),
    record(FCGI.STDIN, id, "some"),
    record(FCGI.STDIN, id, "thing"),
    record(FCGI.STDIN, id),
  ],
  (id) => [
    begin(id, { keep: false }),
    record(FCGI.PARAMS, id, variables({ CONTENT_LENGTH: "0" }).subarray(0, 9)),
    record(FCGI.STDIN, id, "early"),
    record(FCGI.PARAMS, id, variables({ CONTENT_LENGTH: "0" }).subarray(9)),
    record(FCGI.PARAMS, id),
    record(FCGI.STDIN, id),
  ],
];

const id = fc.constantFrom(...IDS);
/** Records that follow no script. */
const noise = fc.oneof(
  fc.tuple(id, fc.constantFrom(4, 5, 8, 6, 7, 12, 255), bytes),
  fc.tuple(id, fc.constantFrom(2, 4, 5), fc.constant(new Uint8Array(0))),
  fc.tuple(id, fc.constant(FCGI.BEGIN_REQUEST), role()),
  fc.tuple(fc.constant(0), fc.constantFrom(2, 9, 4, 200), fc.constant("")),
);

function role(): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(0, 1, 2, 3), fc.constantFrom(0, 1))
    .map(([low, keep]) => Uint8Array.of(0, low, keep, 0, 0, 0, 0, 0));
}

/** One step: the next record of an id's script, or noise. */
const step = fc.oneof(
  { weight: 5, arbitrary: id },
  { weight: 1, arbitrary: noise },
);

test("D3.15 D3.16 C7.05 interleaved requests, with noise among their records, have the effect of the model", async (t) => {
  const siege = await Siege.begin(t, { maxBufferedBytes: 10_000_000 });
  const choice = fc.nat(scripts.length - 1);
  await checkAsync(
    t,
    fc.asyncProperty(
      fc.tuple(choice, choice, choice),
      fc.array(step, { minLength: 1, maxLength: 40 }),
      async (chosen, steps) => {
        const queues = new Map(IDS.map((id) => [id, [] as Uint8Array[]]));
        const peer = await Peer.connect(siege.responder.address);
        const trial = new Trial(peer);
        for (const one of steps) {
          if (!trial.isOpen) break;
          if (typeof one !== "number") {
            const [requestId, type, content] = one;
            await trial.send(record(type, requestId, content));
            continue;
          }
          const queue = queues.get(one) as Uint8Array[];
          const script = scripts[chosen[IDS.indexOf(one)] as number];
          if (queue.length === 0) queue.push(...(script?.(one) ?? []));
          await trial.send(queue.shift() as Uint8Array);
        }
        peer.close();
      },
    ),
  );
  await siege.assertUnharmed();
});

/** Bytes as records of one stream, as a web server may cut and pad them. */
function streamOf(
  type: number,
  requestId: number,
  content: Uint8Array,
  offsets: readonly number[],
  paddingLength: number,
): Uint8Array[] {
  const pieces = cutAt(content, offsets).filter(({ length }) => length > 0);
  return [...pieces, new Uint8Array(0)].map((piece) =>
    Buffer.concat([
      header({ type, requestId, contentLength: piece.length, paddingLength }),
      piece,
      Buffer.alloc(paddingLength, 0xff),
    ]),
  );
}

const exchange = fc.record({
  body: fc.uint8Array({ maxLength: 5000 }),
  hasLength: fc.boolean(),
  paramCuts: cuts,
  bodyCuts: cuts,
  padding: fc.nat(255),
  isAborted: fc.boolean(),
});

test("D3.15 C1.02 C4.01 C5.01 C7.05 requests which share a connection are answered each, however cut and interleaved", async (t) => {
  const siege = await Siege.begin(t, { maxConcurrency: 20 });
  const wanted = fc.uniqueArray(fc.integer({ min: 1, max: 0xffff }), {
    minLength: 1,
    maxLength: 8,
  });
  await checkAsync(
    t,
    fc.asyncProperty(
      wanted,
      fc.array(exchange, { minLength: 8, maxLength: 8 }),
      fc.array(fc.nat(), { minLength: 1, maxLength: 50 }),
      cuts,
      async (ids, exchanges, turns, offsets) => {
        const queues = ids.map((requestId, index) => {
          const { body, hasLength, paramCuts, bodyCuts, padding, isAborted } =
            exchanges[index] as (typeof exchanges)[number];
          const length: Record<string, string> = hasLength
            ? { CONTENT_LENGTH: `${body.length}` }
            : {};
          const pairs = variables(length);
          const records = [
            begin(requestId),
            ...streamOf(FCGI.PARAMS, requestId, pairs, paramCuts, padding),
            ...streamOf(FCGI.STDIN, requestId, body, bodyCuts, padding),
          ];
          // Without its last record, which ends the body, it cannot be complete.
          if (isAborted && !hasLength) {
            records.splice(-1, 1, abort(requestId));
          }
          return records;
        });
        const wire: Uint8Array[] = [];
        for (let turn = 0; queues.some(({ length }) => length > 0); turn++) {
          const waiting = queues.filter(({ length }) => length > 0);
          const pick = (turns[turn % turns.length] as number) % waiting.length;
          wire.push(waiting[pick]?.shift() as Uint8Array);
        }
        const peer = await Peer.connect(siege.responder.address);
        for (const piece of cutAt(Buffer.concat(wire), offsets)) {
          await peer.send(piece);
        }
        for (const [index, requestId] of ids.entries()) {
          const { body, hasLength, isAborted } = exchanges[
            index
          ] as (typeof exchanges)[number];
          const answer = await peer.untilEnd(requestId);
          if (isAborted && !hasLength) {
            assert.equal(answer.appStatus, 1);
            assert.equal(answer.stdout.length, 0);
            continue;
          }
          const parsed = parse(answer);
          assert.equal(parsed.status, "200 OK");
          assert.equal(parsed.body, Buffer.from(body).toString("latin1"));
        }
        peer.close();
      },
    ),
  );
  await siege.assertUnharmed();
});

test("D3.15 what real servers sent, with bytes changed, does no harm", async (t) => {
  const siege = await Siege.begin(t, {
    tcp: true,
    roles: ["RESPONDER", "AUTHORIZER", "FILTER"],
  });
  let count = 0;
  await checkAsync(
    t,
    fc.asyncProperty(
      // HTTP is answered in HTTP, which a Peer does not understand.
      mutated(fc.constantFrom(...transcripts)).filter(
        (wire) => wire.length > 0 && !looksLikeHttp(wire),
      ),
      cuts,
      fc.constantFrom("end", "reset", "close"),
      async (wire, offsets, way) => {
        const peer = await Peer.connect(siege.responder.address);
        for (const piece of cutAt(wire, offsets)) {
          if (!peer.socket.writable) break;
          await peer.send(piece);
        }
        peer[way]();
        await peer.closed;
        // Now what was sent has been handled, or is about to be.
        if (++count % 100 === 0) await siege.assertUnharmed();
      },
    ),
  );
  await siege.assertUnharmed();
});
