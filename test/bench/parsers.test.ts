// What the bench reads of other programs and of the kernel.
import assert from "node:assert/strict";
import { test } from "node:test";
import {
  parseStat,
  parseStatus,
  treeOf,
  usageOf,
} from "../../bench/harness/proc.ts";
import { ratioOf, shuffled, spreadOf } from "../../bench/harness/statistics.ts";
import { parseWrk } from "../../bench/harness/wrk.ts";
import {
  encodeRequest,
  FcgiAnswers,
  HttpAnswers,
} from "../../bench/load/requests.ts";
import {
  encodeRecord,
  endOfStream,
  endRequest,
} from "../../src/fastcgi/encoder.ts";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import { inPieces } from "../support/wire.ts";

const WRK = `Running 2s test @ http://127.0.0.1:8080/hello
  1 threads and 32 connections
  Thread Stats   Avg      Stdev     Max   +/- Stdev
    Latency     1.05ms  531.21us  12.30ms   92.11%
    Req/Sec    30.52k     1.20k   32.11k    75.00%
  Latency Distribution
     50%  950.00us
     75%    1.10ms
     90%    1.32ms
     99%    2.01s
  60731 requests in 2.00s, 9.27MB read
`;

test("parseWrk reads requests, time and latencies in whatever unit", () => {
  assert.deepEqual(parseWrk(WRK), {
    requests: 60_731,
    seconds: 2,
    medianMs: 0.95,
    p99Ms: 2_010,
    errors: 0,
  });
});

test("parseWrk adds up all kinds of errors", () => {
  const text = `${WRK}  Socket errors: connect 1, read 2, write 3, timeout 4
  Non-2xx or 3xx responses: 10
`;
  assert.equal(parseWrk(text).errors, 20);
});

test("parseWrk refuses what wrk did not print", () => {
  assert.throws(() => parseWrk("unable to connect"), /unable to connect/);
});

test("parseStat survives blanks and parentheses in a program's name", () => {
  const line = "12 (a) b (c) S 7 12 12 0 -1 4194560 99 0 0 0 31 11 5 5 20 0";
  assert.deepEqual(parseStat(line), { pid: 12, parent: 7, ticks: 52 });
});

test("parseStatus reads kilobytes, and nothing where a process has ended", () => {
  assert.equal(parseStatus("VmPeak:\t 9 kB\nVmHWM:\t  2 kB\n", "VmHWM"), 2048);
  assert.equal(parseStatus("", "VmHWM"), 0);
});

test("usageOf tells the memory of this very process, and that its parent's tree has it", () => {
  const { residentBytes, peakBytes } = usageOf(process.pid);
  assert.ok(residentBytes > 10 * 2 ** 20);
  assert.ok(peakBytes >= residentBytes);
  const family = treeOf(process.ppid).map(({ pid }) => pid);
  assert.ok(family.includes(process.pid));
});

test("spreadOf takes median and quartiles between the numbers", () => {
  assert.deepEqual(spreadOf([4, 1, 3, 2]), {
    median: 2.5,
    low: 1.75,
    high: 3.25,
  });
  assert.throws(() => spreadOf([]));
});

test("ratioOf compares round by round", () => {
  assert.equal(ratioOf([10, 40, 30], [5, 10, 30]).median, 2);
});

test("shuffled keeps all and changes nothing of what it was given", () => {
  const given = [1, 2, 3, 4, 5];
  assert.deepEqual(shuffled(given).sort(), [1, 2, 3, 4, 5]);
  assert.deepEqual(given, [1, 2, 3, 4, 5]);
});

test("FcgiAnswers counts END_REQUEST, however the bytes arrive", () => {
  const answer = Buffer.concat([
    encodeRecord(FCGI.STDOUT, 1, Buffer.from("Status: 200 OK\r\n\r\nhello")),
    endOfStream(FCGI.STDOUT, 1),
    endRequest(1, 0, 0),
  ]);
  const bytes = Buffer.concat([answer, answer, answer]);
  for (let size = 1; size <= bytes.length; size++) {
    const answers = new FcgiAnswers();
    let count = 0;
    for (const piece of inPieces(bytes, size)) count += answers.push(piece);
    assert.equal(count, 3, `in pieces of ${size}`);
  }
});

test("HttpAnswers learns the length from the first answer", () => {
  const answer = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  const bytes = Buffer.from(answer.repeat(3));
  for (let size = 1; size <= bytes.length; size++) {
    const answers = new HttpAnswers();
    let count = 0;
    for (const piece of inPieces(bytes, size)) count += answers.push(piece);
    assert.equal(count, 3, `in pieces of ${size}`);
  }
});

test("encodeRequest asks for a kept connection or for none", () => {
  const shape = { path: "/hello", protocol: "fastcgi" } as const;
  const flags = (kept: boolean) => encodeRequest({ ...shape, kept })[10];
  assert.deepEqual([flags(true), flags(false)], [FCGI.KEEP_CONN, 0]);
});
