// What tsgi.file_wrapper takes for a file.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import { fileWrapper } from "../../src/common/file-wrapper.ts";
import type { FileLike } from "../../src/common/types.ts";
import { SpokenFile } from "../support/spoken-file.ts";

async function contentOf(
  file: FileLike,
  blockSize?: number,
): Promise<string[]> {
  const blocks: string[] = [];
  for await (const block of fileWrapper(file, blockSize)) {
    blocks.push(Buffer.from(block).toString());
  }
  return blocks;
}

test("A16.01 E3.18 a file is read in blocks of the given size", async () => {
  const file = new SpokenFile("x".repeat(150));
  const blocks = await contentOf(file, 120);
  assert.deepEqual(
    blocks.map(({ length }) => length),
    [120, 30],
  );
  assert.deepEqual(file.sizes, [120, 120, 120]);
  assert.equal(file.closed, 0);
});

const files: Record<string, () => FileLike> = {
  "an object with read()": () => new SpokenFile("content"),
  "an object with an async read()": () => {
    const file = new SpokenFile("content");
    return { read: async (size: number) => file.read(size) };
  },
  "an object with read() and a stream of its own": () =>
    Object.assign(new SpokenFile("content"), { stream: null }),
  "a Blob": () => new Blob(["content"]),
  "a Readable": () => Readable.from([Buffer.from("con"), Buffer.from("tent")]),
  "a ReadableStream": () => new Blob(["content"]).stream(),
  "an async generator": async function* () {
    yield Buffer.from("content");
  },
};
for (const [kind, file] of Object.entries(files)) {
  test(`A16.05 ${kind} is a file`, async () => {
    assert.equal((await contentOf(file(), 4)).join(""), "content");
  });
}

for (const file of [
  undefined,
  null,
  "path",
  7,
  {},
  ["a"],
  Buffer.from("a"),
  { read: true },
  () => {},
]) {
  test(`A16.05 ${Object.prototype.toString.call(file)} ${typeof file} is no file`, () => {
    assert.throws(() => fileWrapper(file as never), {
      code: "ARGUMENT",
      message: /^Cannot wrap /,
    });
  });
}

for (const size of [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, "1"]) {
  test(`A16.01 ${String(size)} is no block size`, () => {
    const file = new SpokenFile("x");
    assert.throws(() => fileWrapper(file, size as number), {
      code: "ARGUMENT",
    });
  });
}
