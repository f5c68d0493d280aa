// tsgi.input over a source that delivers the body in pieces.
import assert from "node:assert/strict";
import { test } from "node:test";
import { RequestInput } from "../../src/common/input.ts";
import { BodyFeed } from "../support/in-process.ts";
import { chunksOf, inputOf, text } from "../support/input.ts";

test("A4.01 every method returns a promise of bytes", async () => {
  const input = inputOf(["a\nb\nc", "d"]);
  const reads = [input.read(1), input.readline(), input.readlines()] as const;
  for (const read of reads) assert.ok(read instanceof Promise);
  const [bytes, line, lines] = await Promise.all(reads);
  assert.deepEqual([bytes, line, ...lines].map(text), ["a", "\n", "b\n", "cd"]);
  for (const value of [bytes, line, ...lines]) {
    assert.ok(value instanceof Uint8Array);
  }
  const next = input[Symbol.asyncIterator]().next();
  assert.ok(next instanceof Promise);
  assert.deepEqual(await next, { done: true, value: undefined });
});

test("A4.02 iteration yields the chunks as they arrived, not lines", async () => {
  assert.deepEqual(await chunksOf(inputOf(["a\nb", "c\n"])), ["a\nb", "c\n"]);
});

test("A4.02 iteration after a read begins with the rest of its chunk", async () => {
  const input = inputOf(["abc", "def"]);
  assert.equal(text(await input.read(2)), "ab");
  assert.deepEqual(await chunksOf(input), ["c", "def"]);
});

test("A4.03 read(n) returns n bytes, over the borders of chunks, fewer at the end", async () => {
  const input = inputOf(["abc", "def", "ghi", "j"]);
  const sizes = [4, 4, 0, 4];
  const pieces: string[] = [];
  for (const size of sizes) pieces.push(text(await input.read(size)));
  assert.deepEqual(pieces, ["abcd", "efgh", "", "ij"]);
});

test("A4.03 read() and read(-1) return all that is left", async () => {
  for (const size of [undefined, -1]) {
    const input = inputOf(["abc", "def"]);
    assert.equal(text(await input.read(1)), "a");
    assert.equal(text(await input.read(size)), "bcdef");
  }
});

test("A4.03 read(n) waits for bytes that have yet to arrive, read(0) does not", async () => {
  const feed = new BodyFeed();
  const input = new RequestInput(feed, { length: 4, maximum: 4 });
  assert.equal((await input.read(0)).length, 0);
  assert.equal(feed.asked, 0);
  const read = input.read(3);
  feed.push("a", "b");
  feed.push("cd");
  assert.equal(text(await read), "abc");
  assert.equal(text(await input.read()), "d");
});

const lines: Record<
  string,
  { pieces: string[]; sizes?: number[]; expected: string[] }
> = {
  "CR is kept, the last line may lack its LF": {
    pieces: ["a\r\nb"],
    expected: ["a\r\n", "b"],
  },
  "a line may span chunks": {
    pieces: ["a", "b\nc", "", "d\n"],
    expected: ["ab\n", "cd\n"],
  },
  "empty lines are lines": {
    pieces: ["\n\n", "\n"],
    expected: ["\n", "\n", "\n"],
  },
  "size ends a line early": {
    pieces: ["ab", "cd\nef"],
    sizes: [1, 3, 9, 9],
    expected: ["a", "bcd", "\n", "ef"],
  },
  "size ends just behind LF": {
    pieces: ["ab\n", "c"],
    sizes: [3, 3],
    expected: ["ab\n", "c"],
  },
  "NUL and high bytes are bytes": {
    pieces: ["\0\xff\n\x85"],
    expected: ["\0\xff\n", "\x85"],
  },
};
for (const [name, { pieces, sizes, expected }] of Object.entries(lines)) {
  test(`A4.07 readline: ${name}`, async () => {
    const bytes = pieces.map((piece) => Buffer.from(piece, "latin1"));
    const input = inputOf(bytes);
    const read: string[] = [];
    for (let at = 0; ; at++) {
      const line = text(await input.readline(sizes?.[at]));
      if (line === "") break;
      read.push(line);
    }
    assert.deepEqual(read, expected);
  });
}

test("A4.07 readline(0) returns nothing and consumes nothing", async () => {
  const input = inputOf(["ab\n"]);
  assert.equal((await input.readline(0)).length, 0);
  assert.equal(text(await input.readline()), "ab\n");
});

test("A4.08 readlines stops early at its hint, and loses nothing", async () => {
  const input = inputOf(["a\nb", "b\n", "c\nd"]);
  assert.deepEqual((await input.readlines(1)).map(text), ["a\n"]);
  assert.deepEqual((await input.readlines(5)).map(text), ["bb\n", "c\n"]);
  assert.deepEqual((await input.readlines(0)).map(text), ["d"]);
});

for (const size of [Number.NaN, 1.5, -2, Number.POSITIVE_INFINITY, "5", null]) {
  test(`A4.10 a size of ${JSON.stringify(size)} rejects and consumes nothing`, async () => {
    const input = inputOf(["ab\n"]);
    const bad = size as number;
    const refusal = { name: "TsgiError", code: "ARGUMENT" };
    await assert.rejects(input.read(bad), refusal);
    await assert.rejects(input.readline(bad), refusal);
    await assert.rejects(input.readlines(bad), refusal);
    assert.equal(text(await input.read()), "ab\n");
  });
}

test("A4.14 a chunk is asked for only when it is needed", async () => {
  const feed = new BodyFeed();
  feed.push("abc", "def");
  const input = new RequestInput(feed, { length: 6, maximum: 6 });
  assert.equal(feed.asked, 0);
  await input.read(2);
  await input.read(1);
  assert.equal(feed.asked, 1);
  await input.read(1);
  assert.equal(feed.asked, 2);
});
