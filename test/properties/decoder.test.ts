// RecordDecoder against a model of the specification which needs all the bytes at once, on records
// of every shape, on arbitrary bytes, and on captured transcripts with bytes changed (D3.15).
import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { TsgiError } from "../../src/common/errors.ts";
import { RecordDecoder } from "../../src/fastcgi/decoder.ts";
import { decodePairs } from "../../src/fastcgi/params.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { mutated, transcripts } from "../support/mutation.ts";
import { check } from "../support/property.ts";
import { cutAt, type Row } from "../support/wire.ts";

interface Reading {
  readonly rows: readonly Row[];
  /** How the bytes end: between two records, within one, or with another version. */
  readonly end: "whole" | "partial" | "version";
}

const cuts = fc.array(fc.nat(), { maxLength: 20 });
const record = fc
  .record({
    type: fc.nat(255),
    id: fc.nat(0xffff),
    content: fc.uint8Array({ maxLength: 300 }),
    padding: fc.uint8Array({ maxLength: 255 }),
    reserved: fc.nat(255),
  })
  .map(({ type, id, content, padding, reserved }) => {
    const { length } = content;
    const header = [1, type, id >> 8, id & 0xff, length >> 8, length & 0xff];
    return Buffer.concat([
      Uint8Array.of(...header, padding.length, reserved),
      content,
      padding,
    ]);
  });

test("C1.02 RecordDecoder reads records of every shape, cut anywhere", (t) => {
  check(
    t,
    fc.property(fc.array(record), cuts, (records, offsets) => {
      const wire = Buffer.concat(records);
      const reading = decode(cutAt(wire, offsets));
      assert.deepEqual(reading, model(wire));
      assert.equal(reading.rows.length, records.length);
      assert.equal(reading.end, "whole");
    }),
  );
});

test("D3.15 D3.16 RecordDecoder and the model agree on any bytes", (t) => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 64 }),
    fc
      .tuple(fc.array(record, { maxLength: 4 }), fc.uint8Array())
      .map(([records, rest]) => Buffer.concat([...records, rest])),
  );
  check(
    t,
    fc.property(bytes, cuts, (wire, offsets) => {
      assert.deepEqual(decode(cutAt(wire, offsets)), model(wire));
    }),
  );
});

test("D3.15 RecordDecoder and decodePairs survive transcripts with bytes changed", (t) => {
  const changed = mutated(fc.constantFrom(...transcripts));
  check(
    t,
    fc.property(changed, cuts, (wire, offsets) => {
      const reading = decode(cutAt(wire, offsets));
      assert.deepEqual(reading, model(wire));
      const params = reading.rows.filter(([type]) => type === FCGI.PARAMS);
      assertPairs(params.map(([, , content]) => content).join(""));
    }),
  );
});

test("C7.05 D3.15 records of several transcripts interleave and come apart again", (t) => {
  const ids = fc.uniqueArray(fc.integer({ min: 1, max: 0xffff }), {
    minLength: 2,
    maxLength: 6,
  });
  const choices = fc.array(fc.nat(), { minLength: 1, maxLength: 30 });
  check(
    t,
    fc.property(ids, choices, cuts, (requestIds, order, offsets) => {
      const own = requestIds.map((id, index) => {
        const choice = (order[index % order.length] as number) + index;
        return withId(transcripts[choice % transcripts.length], id);
      });
      const queues = own.map((records) => [...records]);
      const wire: Buffer[] = [];
      for (let turn = 0; queues.some(({ length }) => length > 0); turn++) {
        const waiting = queues.filter(({ length }) => length > 0);
        const pick = (order[turn % order.length] as number) % waiting.length;
        wire.push(waiting[pick]?.shift() as Buffer);
      }
      const { rows } = decode(cutAt(Buffer.concat(wire), offsets));
      for (const [index, id] of requestIds.entries()) {
        const alone = model(Buffer.concat(own[index] as Buffer[])).rows;
        assert.deepEqual(
          rows.filter((row) => row[1] === id),
          alone,
        );
      }
    }),
  );
});

function decode(pieces: readonly Uint8Array[]): Reading {
  const decoder = new RecordDecoder();
  const rows: Row[] = [];
  for (const piece of pieces) {
    decoder.push(piece);
    try {
      for (;;) {
        const next = decoder.next();
        if (next === undefined) break;
        const content = Buffer.from(next.content).toString("latin1");
        rows.push([next.type, next.requestId, content]);
      }
    } catch (error) {
      assert.ok(TsgiError.is(error));
      assert.equal(error.code, "PROTOCOL");
      return { rows, end: "version" };
    }
  }
  return { rows, end: decoder.isPartial ? "partial" : "whole" };
}

/** FastCGI 1.0, section 3.3, for bytes that are all there. */
function model(wire: Uint8Array): Reading {
  const rows: Row[] = [];
  let rest = Buffer.from(wire);
  while (rest.length > 0) {
    if (rest.readUInt8(0) !== 1) return { rows, end: "version" };
    if (rest.length < 8) return { rows, end: "partial" };
    const end = 8 + rest.readUInt16BE(4);
    if (rest.length < end + rest.readUInt8(6)) return { rows, end: "partial" };
    const content = rest.toString("latin1", 8, end);
    rows.push([rest.readUInt8(1), rest.readUInt16BE(2), content]);
    rest = rest.subarray(end + rest.readUInt8(6));
  }
  return { rows, end: "whole" };
}

/** The records of a transcript, each with its bytes, under another request id. */
function withId(wire: Uint8Array | undefined, id: number): Buffer[] {
  const records: Buffer[] = [];
  let rest = Buffer.from(wire ?? []);
  while (rest.length > 0) {
    const length = 8 + rest.readUInt16BE(4) + rest.readUInt8(6);
    const own = Buffer.from(rest.subarray(0, length));
    own.writeUInt16BE(id, 2);
    records.push(own);
    rest = rest.subarray(length);
  }
  return records;
}

function assertPairs(content: string): void {
  try {
    const variables = decodePairs(Buffer.from(content, "latin1"), 1000);
    for (const name in variables) assert.match(name, /^[\0-\xff]+$/);
  } catch (error) {
    assert.ok(TsgiError.is(error), String(error));
    assert.match(error.code, /^(PROTOCOL|LIMIT)$/);
  }
}
