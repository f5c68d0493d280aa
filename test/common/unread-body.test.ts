// A body that nobody iterates is released all the same.
import assert from "node:assert/strict";
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fileWrapper } from "../../src/common/file-wrapper.ts";
import type { ResponseBody } from "../../src/common/types.ts";
import { begin, request, TEXT } from "../support/in-process.ts";

const unread: Record<string, (freed: () => void) => ResponseBody> = {
  "a ReadableStream is cancelled": (freed) =>
    new ReadableStream({ cancel: freed }, { highWaterMark: 0 }),
  "a Readable is destroyed": (freed) =>
    new Readable({
      read() {},
      destroy(error, done) {
        freed();
        done(error);
      },
    }),
  "an iterator is returned": (freed) => ({
    [Symbol.iterator]: () => ({
      next: () => assert.fail("it was iterated"),
      return: () => {
        freed();
        return { done: true as const, value: undefined };
      },
    }),
  }),
  "a body with close() is closed": (freed) => ({
    [Symbol.iterator]: () => assert.fail("it was iterated"),
    close: freed,
  }),
};
for (const [what, make] of Object.entries(unread)) {
  test(`A10.08 where a body comes too late, ${what}`, async () => {
    let freed = 0;
    const answer = begin(async (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const signal = environ["tsgi.signal"];
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
      });
      return make(() => freed++);
    });
    answer.abort();
    await answer.served;
    assert.equal(freed, 1);
    assert.deepEqual([answer.outcome, answer.errors], ["aborted", ""]);
  });

  test(`A10.08 A12.03 where HEAD needs no body, ${what}`, async () => {
    let freed = 0;
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return make(() => freed++);
      },
      { method: "HEAD" },
    );
    assert.equal(freed, 1);
    assert.deepEqual([answer.outcome, answer.errors], ["completed", ""]);
    assert.equal(
      answer.head,
      "Content-Type: text/plain\r\nStatus: 200 OK\r\n\r\n",
    );
  });
}

test("A10.08 A12.03 a file that cannot be opened does not end the process when nobody reads it", async () => {
  const missing = fileURLToPath(new URL("missing", import.meta.url));
  const streams: Readable[] = [];
  const open = () => {
    const stream = createReadStream(missing);
    streams.push(stream);
    return stream;
  };
  for (const body of [open, () => fileWrapper(open())]) {
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body();
      },
      { method: "HEAD" },
    );
    assert.equal(answer.outcome, "completed");
  }
  for (const stream of streams) {
    if (!stream.closed) await new Promise((done) => stream.on("close", done));
  }
});
