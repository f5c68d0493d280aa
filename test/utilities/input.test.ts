import assert from "node:assert/strict";
import { test } from "node:test";
import { contentLength, inputFrom, inputToWebStream } from "../../src/index.ts";

async function* arriving(...chunks: string[]): AsyncGenerator<string> {
  yield* chunks;
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

test("G2.05 contentLength is a number, undefined, or a 400", () => {
  assert.equal(contentLength({ CONTENT_LENGTH: "12" }), 12);
  assert.equal(contentLength({ CONTENT_LENGTH: "0" }), 0);
  assert.equal(contentLength({ CONTENT_LENGTH: "" }), undefined);
  assert.equal(contentLength({}), undefined);
  for (const CONTENT_LENGTH of ["-1", "1e3", "0x1F", "12abc", "+1", " 1"]) {
    assert.throws(() => contentLength({ CONTENT_LENGTH }), {
      code: "BAD_REQUEST",
    });
  }
});

test("G2.06 inputFrom stops at its length", async () => {
  const input = inputFrom(arriving("ab", "cd", "ef"), { length: 3 });
  assert.equal(text(await input.read()), "abc");
  assert.equal(text(await input.read()), "");
});

test("G2.06 inputFrom fails where its source ends early", async () => {
  const input = inputFrom(arriving("ab"), { length: 3 });
  await assert.rejects(input.read(), { code: "INCOMPLETE_BODY" });
});

test("G2.06 inputFrom fails above its maximum", async () => {
  const input = inputFrom(arriving("ab", "cd"), { maximum: 3 });
  assert.equal(text(await input.read(2)), "ab");
  await assert.rejects(input.read(2), { code: "BODY_TOO_LARGE" });
});

test("G2.06 inputFrom refuses limits that are none", () => {
  for (const limits of [{ length: -1 }, { maximum: Number.NaN }]) {
    assert.throws(() => inputFrom("", limits), { code: "ARGUMENT" });
  }
});

test("G2.06 inputFrom takes text, bytes and lists of them", async () => {
  for (const chunks of ["a\nb", Buffer.from("a\nb"), ["a", "\nb"]]) {
    const input = inputFrom(chunks);
    assert.equal(text(await input.readline()), "a\n");
    assert.equal(text(await input.read()), "b");
  }
});

test("G2.08 inputToWebStream asks for a chunk when it is read, and passes failures on", async () => {
  let asked = 0;
  async function* source(): AsyncGenerator<string> {
    asked++;
    yield "a";
    asked++;
    throw new Error("torn");
  }
  const reader = inputToWebStream(inputFrom(source())).getReader();
  assert.equal(asked, 0);
  assert.deepEqual(text((await reader.read()).value as Uint8Array), "a");
  assert.equal(asked, 1);
  await assert.rejects(reader.read(), /torn/);
});

test("G2.08 inputToWebStream and inputFrom carry a body there and back", async () => {
  const stream = inputToWebStream(inputFrom(["grü", "ße"]));
  assert.equal(await new Response(stream).text(), "grüße");
  const back = inputFrom(inputToWebStream(inputFrom("there and back")));
  assert.equal(text(await back.read()), "there and back");
});
