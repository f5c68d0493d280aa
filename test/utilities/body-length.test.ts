import assert from "node:assert/strict";
import { test } from "node:test";
import { bodyLength, wrapFile } from "../../src/index.ts";
import { request, TEXT } from "../support/in-process.ts";

test("G3.04 bodyLength counts the bytes of what is all there", () => {
  assert.equal(bodyLength("grün"), 5);
  assert.equal(bodyLength(Buffer.from("abc")), 3);
  assert.equal(bodyLength(["ü", Buffer.from("abc")]), 5);
  assert.equal(bodyLength([]), 0);
});

test("G3.04 bodyLength does not iterate anything else", () => {
  const lazy = {
    [Symbol.iterator](): Iterator<string> {
      throw new Error("iterated");
    },
  };
  assert.equal(bodyLength(lazy), undefined);
  assert.equal(bodyLength(new Blob(["ab"]).stream()), undefined);
});

for (const server of ["with", "without"]) {
  test(`G3.07 G1.07 wrapFile on a server ${server} a file wrapper`, async () => {
    const sizes: number[] = [];
    let closed = 0;
    const pieces = [Buffer.from("ab"), Buffer.from("c"), Buffer.alloc(0)];
    const file = {
      read(size: number) {
        sizes.push(size);
        return pieces.shift() ?? Buffer.alloc(0);
      },
      close: () => void closed++,
    };
    const answer = await request((environ, startResponse) => {
      if (server === "without") delete environ["tsgi.file_wrapper"];
      startResponse("200 OK", TEXT);
      return wrapFile(environ, file, 2);
    });
    assert.equal(answer.text, "abc");
    assert.deepEqual(sizes, [2, 2, 2]);
    assert.equal(closed, 1);
  });
}

test("G3.07 wrapFile refuses what is no file", () => {
  assert.throws(() => wrapFile({}, {} as never), { code: "ARGUMENT" });
});
