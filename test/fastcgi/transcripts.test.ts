// Every captured transcript decodes to what another decoder made of it, however its bytes arrive.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { decodePairs, encodePairs } from "../../src/fastcgi/params.ts";
import { FCGI, type FcgiRecord } from "../../src/fastcgi/protocol.ts";
import {
  type CapturedRequest,
  type CapturedValue,
  type WireCapture,
  wireCapture,
  wireCaptures,
  wireSetups,
} from "../support/fixtures.ts";
import { seed } from "../support/property.ts";
import {
  assertWire,
  decodeRecords,
  inPieces,
  inRandomPieces,
  seededRandom,
} from "../support/wire.ts";

const SMALL = 4096;
const ROLES = ["", "RESPONDER", "AUTHORIZER", "FILTER"];

for (const setup of wireSetups) {
  const captures = wireCaptures(setup);
  const small = captures.filter(({ wire }) => wire.length <= SMALL);

  test(`C1.02 C4.01 ${setup}: ${captures.length} transcripts decode to what was recorded`, () => {
    for (const capture of captures) {
      assertMeaning(capture, [capture.wire], "whole");
    }
  });

  test(`C1.02 ${setup}: ${small.length} transcripts decode from single bytes`, () => {
    for (const capture of small) {
      assertMeaning(capture, inPieces(capture.wire, 1), "in single bytes");
    }
  });

  test(`C1.02 ${setup}: ${captures.length} transcripts decode from random pieces`, (t) => {
    t.diagnostic(`TSGI_PROPERTY_SEED=${seed}`);
    const random = seededRandom(seed);
    for (const capture of captures) {
      const pieces = inRandomPieces(capture.wire, random);
      const sizes = pieces.map((piece) => piece.length).join(" ");
      assertMeaning(capture, pieces, `in pieces of ${sizes}`);
    }
  });
}

test("C4.06 A2.14 nginx and HAProxy repeat a param for a repeated header", () => {
  for (const setup of ["nginx-app", "haproxy-root"]) {
    const { HTTP_X_DUP } = variablesOf(wireCapture(`${setup}/hdr-dup`));
    assert.equal(HTTP_X_DUP, "one, two, three");
    const { HTTP_COOKIE } = variablesOf(wireCapture(`${setup}/cookie-2`));
    assert.match(HTTP_COOKIE ?? "", /^a=1; b=2; c=3$/);
  }
});

test("C4.06 lighttpd makes one name of X_Under and X-Under", () => {
  const { HTTP_X_UNDER } = variablesOf(wireCapture("lighttpd-app/underscore"));
  assert.equal(HTTP_X_UNDER, "1, 2");
});

test("C4.01 cgi-fcgi cuts names and values in the middle", () => {
  const { wire } = wireCapture("cgi-fcgi/env-huge");
  const contents = decodeRecords([wire])
    .filter(({ type }) => type === FCGI.PARAMS)
    .map(({ content }) => content);
  assert.ok(contents.length > 2);
  assert.throws(() => decodePairs(contents[0] as Uint8Array, 1000), {
    code: "PROTOCOL",
  });
});

test("C4.07 A2.04 bytes above 127 arrive as they were sent", () => {
  const { HTTP_X_LATIN1, HTTP_X_UTF8 } = variablesOf(
    wireCapture("nginx-app/hdr-raw8"),
  );
  assert.match(HTTP_X_LATIN1 ?? "", /\xe9/);
  assert.match(HTTP_X_UTF8 ?? "", /\xc3\xa9/);
});

test("mod_fcgid sends an empty STDIN record before the body", () => {
  const { wire } = wireCapture("apache-fcgid-virtual/h2-post");
  const lengths = decodeRecords([wire])
    .filter(({ type }) => type === FCGI.STDIN)
    .map(({ content }) => content.length);
  assert.deepEqual(lengths, [0, 7, 0]);
});

test("C2.01 C7.05 HAProxy asks for values and multiplexes", () => {
  const { wire } = wireCapture("haproxy-mpxs/concurrent-4");
  const [ask, ...records] = decodeRecords([wire]);
  assert.equal(ask?.type, FCGI.GET_VALUES);
  assert.equal(ask.requestId, FCGI.NULL_REQUEST_ID);
  const asked = decodePairs(ask.content, 1000);
  assert.deepEqual({ ...asked }, { FCGI_MAX_REQS: "", FCGI_MPXS_CONNS: "" });
  const ids = new Set(records.map(({ requestId }) => requestId));
  assert.ok(ids.size > 1);
});

function assertMeaning(
  capture: WireCapture,
  pieces: readonly Uint8Array[],
  how: string,
): void {
  const because = `${capture.name} ${how}`;
  const records = decodeRecords(pieces);
  const expected = capture.records.flatMap(([type, id, length, , count = 1]) =>
    Array(count).fill([type, id, length]),
  );
  assert.deepEqual(
    records.map(({ type, requestId, content }) => [
      type,
      requestId,
      content.length,
    ]),
    expected,
    because,
  );
  const begins = records
    .map((record, index) => ({ ...record, index }))
    .filter(({ type }) => type === FCGI.BEGIN_REQUEST);
  assert.equal(begins.length, capture.requests.length, because);
  for (const [at, { requestId, index }] of begins.entries()) {
    const rest = records.slice(index).filter((r) => r.requestId === requestId);
    const next = rest.findIndex(
      ({ type }, place) => place > 0 && type === FCGI.BEGIN_REQUEST,
    );
    const own = next < 0 ? rest : rest.slice(0, next);
    assertRequest(own, capture.requests[at] as CapturedRequest, because);
  }
}

function assertRequest(
  records: readonly FcgiRecord[],
  request: CapturedRequest,
  because: string,
): void {
  const begin = Buffer.from(records[0]?.content ?? []);
  assert.equal(ROLES[begin.readUInt16BE(0)], request.role, because);
  assert.equal(begin[2] === FCGI.KEEP_CONN, request.keepConn, because);

  const params = contentOf(records, FCGI.PARAMS);
  const pairs = request.params.filter(isShort);
  if (pairs.length === request.params.length) {
    assertWire(params, encodePairs(pairs));
  }
  const variables = decodePairs(params, 1000);
  assert.deepEqual(Object.keys(variables), names(request), because);
  for (const name in variables) {
    const value = expectedValue(name, request);
    const actual = variables[name] as string;
    if (typeof value === "string") {
      assert.equal(actual, value, `${because}: ${name}`);
    } else {
      assert.equal(actual.length, value.len, `${because}: ${name}`);
      assert.equal(sha256(Buffer.from(actual, "latin1")), value.sha256);
    }
  }

  const stdin = contentOf(records, FCGI.STDIN);
  assert.equal(stdin.length, request.stdin.length, because);
  assert.equal(sha256(stdin), request.stdin.sha256, because);
  const last = records.findLast(({ type }) => type === FCGI.STDIN);
  const closed = last !== undefined && last.content.length === 0;
  assert.equal(closed, request.stdin.closed, because);
  const aborted = records.some(({ type }) => type === FCGI.ABORT_REQUEST);
  assert.equal(aborted, request.aborted ?? false, because);
}

function names({ params }: CapturedRequest): string[] {
  return [...new Set(params.map(([name]) => name))];
}

function expectedValue(name: string, request: CapturedRequest): CapturedValue {
  const values = request.params.filter((pair) => pair[0] === name);
  const last = (values.at(-1) as readonly [string, CapturedValue])[1];
  if (values.length === 1 || !name.startsWith("HTTP_")) return last;
  const separator = name === "HTTP_COOKIE" ? "; " : ", ";
  return values.map((pair) => pair[1]).join(separator);
}

function isShort(
  pair: readonly [string, CapturedValue],
): pair is readonly [string, string] {
  return typeof pair[1] === "string";
}

function variablesOf({
  wire,
}: WireCapture): Record<string, string | undefined> {
  return decodePairs(contentOf(decodeRecords([wire]), FCGI.PARAMS), 1000);
}

function contentOf(records: readonly FcgiRecord[], type: number): Buffer {
  const own = records.filter((record) => record.type === type);
  return Buffer.concat(own.map(({ content }) => content));
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
