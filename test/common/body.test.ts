// How the returned body becomes chunks of the response.
import assert from "node:assert/strict";
import { test } from "node:test";
import { runInNewContext } from "node:vm";
import type { Chunk, ResponseBody } from "../../src/common/types.ts";
import { MemoryOutput, request, TEXT } from "../support/in-process.ts";

/** The same chunks as every kind of body that may have several. */
const kinds: Record<string, (chunks: Iterable<Chunk>) => ResponseBody> = {
  "an array": (chunks) => [...chunks],
  "a generator": function* (chunks) {
    yield* chunks;
  },
  "an async generator": async function* (chunks) {
    yield* chunks;
  },
};

test("A9.01 E3.08 E3.31 strings are sent as UTF-8, bytes as they are", async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const chunks: readonly (readonly [Chunk, Uint8Array])[] = [
    ["тест\r\n", Buffer.from("тест\r\n")],
    ["\ud83d\ude00\ud800", Buffer.from("😀\ufffd")],
    [bytes, bytes],
    [Buffer.from("b"), Buffer.from("b")],
    [bytes.subarray(64, 66), Buffer.from("@A")],
    [runInNewContext("Uint8Array.of(99)"), Buffer.from("c")],
  ];
  for (const [chunk, sent] of chunks) {
    for (const body of [chunk, [chunk]]) {
      const answer = await request((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body;
      });
      assert.deepEqual(answer.body, Buffer.from(sent));
      assert.equal(answer.header("Content-Length"), String(sent.length));
    }
  }
  for (const [kind, make] of Object.entries(kinds)) {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return make(chunks.map(([chunk]) => chunk));
    });
    const all = Buffer.concat(chunks.map(([, sent]) => sent));
    assert.deepEqual(answer.body, all, kind);
  }
});

const refused: readonly (readonly [named: string, chunk: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 65],
  ["a boolean", true],
  ["an object (Array)", ["a"]],
  ["an object (Array)", [65]],
  ["an object (ArrayBuffer)", new ArrayBuffer(1)],
  ["an object (DataView)", new DataView(new ArrayBuffer(1))],
  ["an object (Uint16Array)", Uint16Array.of(65)],
  ["an object (Promise)", Promise.resolve("a")],
  ["an object (String)", new String("a")],
  ["an object (Object)", { length: 1, 0: 65 }],
];
for (const [kind, make] of Object.entries(kinds)) {
  for (const [named, chunk] of refused) {
    // An async generator awaits what it yields.
    if (kind === "an async generator" && chunk instanceof Promise) continue;
    test(`A9.01 ${named} as a chunk of ${kind} is an error`, async () => {
      const first = await request((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return make([chunk as Chunk, "b"]);
      });
      assert.equal(first.status, "500 Internal Server Error");
      assert.match(first.errors, /BODY/);
      assert.ok(first.errors.includes(`Cannot send ${named} as a chunk`));

      const later = await request((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return make(["a", chunk as Chunk, "b"]);
      });
      assert.deepEqual([later.status, later.text], ["200 OK", "a"]);
      assert.deepEqual([later.outcome, later.cut], ["failed", true]);
    });
  }
}

for (const [kind, make] of Object.entries(kinds)) {
  // An array is there before it is returned.
  if (kind === "an array") continue;
  test(`A9.02 each chunk of ${kind} is handed on before the next is asked for`, async () => {
    const trace: string[] = [];
    await request(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return make({
          *[Symbol.iterator]() {
            for (const chunk of ["a", "b", "c"]) {
              trace.push(chunk);
              yield chunk;
            }
          },
        });
      },
      { output: new MemoryOutput(trace) },
    );
    assert.deepEqual(trace, ["a", "start", "b", "write", "c", "write", "end"]);
  });
}

for (const [kind, make] of Object.entries(kinds)) {
  test(`A9.05 empty chunks of ${kind} leave no trace`, async () => {
    const trace: string[] = [];
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return make(["", "a", new Uint8Array(0), "b", ""]);
      },
      { output: new MemoryOutput(trace) },
    );
    assert.deepEqual(answer.chunks, ["a", "b"]);
    assert.deepEqual(trace, ["start", "write", "end"]);
  });

  test(`A9.10 E5.06 E5.11 chunks of ${kind} are sent bare, without a transfer coding`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return make(Array.from({ length: 1_000 }, (_, index) => `${index}\n`));
    });
    assert.equal(
      answer.text,
      Array.from({ length: 1_000 }, (_, index) => `${index}\n`).join(""),
    );
    assert.equal(
      answer.head,
      "Content-Type: text/plain\r\nStatus: 200 OK\r\n\r\n",
    );
  });
}

const untrue: Record<string, unknown> = {
  "a hole": Array(1),
  "a number": [1],
  "a hole behind a chunk": ["a", ...Array(1)],
};
for (const [kind, body] of Object.entries(untrue)) {
  test(`A9.08 an array with ${kind} is an error, not a wrong length`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return body as ResponseBody;
    });
    assert.equal(answer.outcome, "failed");
    if (answer.status === "200 OK") {
      assert.equal(answer.header("Content-Length"), undefined);
      assert.equal(answer.cut, true);
    }
  });
}
