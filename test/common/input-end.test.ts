// Where tsgi.input ends: as it should, too early, too late, or because the request is over.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import { RequestInput } from "../../src/common/input.ts";
import type { Input } from "../../src/common/types.ts";
import { BodyFeed } from "../support/in-process.ts";
import { chunksOf, inputOf, text } from "../support/input.ts";

test("A4.04 at the end every call returns nothing, and the source is left alone", async () => {
  for (const length of [2, null]) {
    const input = inputOf(["ab"], length);
    await input.read();
    for (let count = 0; count < 3; count++) {
      assert.equal((await input.read()).length, 0);
      assert.equal((await input.read(5)).length, 0);
      assert.equal((await input.readline()).length, 0);
      assert.deepEqual(await input.readlines(), []);
      assert.deepEqual(await chunksOf(input), []);
    }
  }
  const feed = new BodyFeed();
  feed.end();
  const input = new RequestInput(feed, { length: undefined, maximum: 1 });
  await input.read();
  await input.read();
  assert.equal(feed.asked, 1);
});

test("A4.05 nothing beyond CONTENT_LENGTH is delivered, nor waited for", async () => {
  const reads: ((input: Input) => Promise<string>)[] = [
    async (input) => text(await input.read()),
    async (input) => text(await input.read(99)),
    async (input) => text(await input.readline()),
    async (input) => (await input.readlines()).map(text).join(""),
    async (input) => (await chunksOf(input)).join(""),
  ];
  for (const read of reads) {
    const feed = new BodyFeed();
    feed.push("hel", "lo+extra");
    const input = new RequestInput(feed, { length: 5, maximum: 5 });
    assert.equal(await read(input), "hello");
    assert.equal(await read(input), "");
    assert.equal(feed.asked, 2);
  }
});

test("A4.05 a body of no bytes is not waited for", async () => {
  const feed = new BodyFeed();
  const input = new RequestInput(feed, { length: 0, maximum: 5 });
  assert.equal((await input.read()).length, 0);
  assert.equal(feed.asked, 0);
});

test("A4.06 a body that ends before CONTENT_LENGTH rejects, ever after", async () => {
  const incomplete = { code: "INCOMPLETE_BODY", message: /4 of 10 bytes$/ };
  const input = inputOf(["ab", "cd"], 10);
  const first = await input.read(3);
  await assert.rejects(input.read(), incomplete);
  await assert.rejects(input.read(1), incomplete);
  await assert.rejects(input.readline(), incomplete);
  await assert.rejects(input.readlines(), incomplete);
  await assert.rejects(chunksOf(input), incomplete);
  assert.equal(text(first), "abc");
});

test("A4.06 iteration delivers what there is of an incomplete body, then rejects", async () => {
  const chunks: string[] = [];
  await assert.rejects(
    async () => {
      for await (const chunk of inputOf(["ab", "cd"], 10)) {
        chunks.push(text(chunk));
      }
    },
    { code: "INCOMPLETE_BODY" },
  );
  assert.deepEqual(chunks, ["ab", "cd"]);
});

test("A4.06 a source that fails makes the read reject, and later ones with it", async () => {
  const feed = new BodyFeed();
  const input = new RequestInput(feed, { length: undefined, maximum: 9 });
  const failure = new Error("EIO");
  const read = input.read();
  feed.push("ab");
  feed.fail(failure);
  await assert.rejects(read, failure);
  await assert.rejects(input.read(), failure);
});

test("a body without CONTENT_LENGTH is all that the source has", async () => {
  assert.equal(text(await inputOf(["ab", "", "cd"], null).read()), "abcd");
});

test("an empty chunk of the source is not the end", async () => {
  const input = inputOf(["", "ab", "", "", "cd"]);
  assert.deepEqual(await chunksOf(input), ["ab", "cd"]);
});

test("D2.09 a body without a length may have just the maximum", async () => {
  const just = inputOf(["ab", "c"], null, 3);
  assert.equal(text(await just.read()), "abc");
  const over = inputOf(["ab", "cd"], null, 3);
  await assert.rejects(over.read(), { code: "BODY_TOO_LARGE" });
  await assert.rejects(over.read(1), { code: "BODY_TOO_LARGE" });
});

const reason = new TsgiError("ABORTED", "Cannot go on: a test says so");

test("A15.01 abort rejects the read that waits, and every later one", async () => {
  const feed = new BodyFeed();
  feed.push("abc");
  const input = new RequestInput(feed, { length: 9, maximum: 9 });
  assert.equal(text(await input.read(1)), "a");
  const waiting = input.read();
  input.abort(reason);
  await assert.rejects(waiting, reason);
  await assert.rejects(input.read(1), reason);
  await assert.rejects(chunksOf(input), reason);
});

test("A15.01 abort takes back what is at hand", async () => {
  const input = inputOf(["abc"]);
  assert.equal(text(await input.read(1)), "a");
  input.abort(reason);
  await assert.rejects(input.read(1), reason);
  await assert.rejects(input.readline(), reason);
});

for (let microtasks = 0; microtasks < 8; microtasks++) {
  test(`A15.01 abort counts ${microtasks} microtasks after a chunk has arrived`, async () => {
    const feed = new BodyFeed();
    const input = new RequestInput(feed, { length: 9, maximum: 9 });
    const waiting = input.read(1).then(text, (error) => error);
    feed.push("abc");
    for (let count = 0; count < microtasks; count++) await undefined;
    input.abort(reason);
    assert.ok(["a", reason].includes(await waiting));
    await assert.rejects(input.read(1), reason);
  });
}

test("A1.12 end rejects the read that waits, and every later one", async () => {
  const feed = new BodyFeed();
  const input = new RequestInput(feed, { length: undefined, maximum: 9 });
  const waiting = input.read();
  input.end();
  feed.end();
  await assert.rejects(waiting, { code: "ENDED" });
  await assert.rejects(input.read(), { code: "ENDED" });
});

test("A1.12 end takes back what is at hand", async () => {
  const input = inputOf(["abc", "def"]);
  assert.equal(text(await input.read(1)), "a");
  input.end();
  await assert.rejects(input.read(1), { code: "ENDED" });
});
