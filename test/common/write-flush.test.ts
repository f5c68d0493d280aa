// What the flush() does that a write() may have.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Write } from "../../src/common/types.ts";
import { begin, MemoryOutput, request, TEXT } from "../support/in-process.ts";

test("flush sends the headers ahead of the body, once", async () => {
  const trace: string[] = [];
  const answer = await request(
    async (_environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      await write.flush?.();
      trace.push("flushed");
      await write.flush?.();
      return "body";
    },
    { output: new MemoryOutput(trace) },
  );
  assert.deepEqual(trace, ["start", "flushed", "write", "end"]);
  assert.equal(
    answer.head,
    "Content-Type: text/plain\r\nStatus: 200 OK\r\n\r\n",
  );
  assert.equal(answer.text, "body");
});

test("flush tells to wait where write would", async () => {
  const output = new MemoryOutput();
  output.block();
  let flushed = false;
  const answer = begin(
    async (_environ, startResponse) => {
      await startResponse("200 OK", TEXT).flush?.();
      flushed = true;
      return [];
    },
    { output },
  );
  await output.sent(0);
  assert.equal(flushed, false);
  output.release();
  await answer.ended;
  assert.equal(flushed, true);
});

test("flush commits to the headers, so that an error cannot replace them", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT).flush?.();
    startResponse("500 Oops", TEXT, new Error("too late"));
    return [];
  });
  assert.deepEqual([answer.status, answer.outcome], ["200 OK", "failed"]);
  assert.match(answer.errors, /too late/);
});

test("A1.12 flush after the end rejects, and needs nobody to notice", async () => {
  let write: Write | undefined;
  await request((_environ, startResponse) => {
    write = startResponse("200 OK", TEXT);
    return "x";
  });
  write?.flush?.();
  await assert.rejects(async () => write?.flush?.(), { code: "ENDED" });
});
