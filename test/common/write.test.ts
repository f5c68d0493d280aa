// What the write() does that startResponse returns.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Chunk, ResponseBody, Write } from "../../src/common/types.ts";
import { begin, MemoryOutput, request, TEXT } from "../support/in-process.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("A8.01 E5.05 E5.06 write takes strings and bytes, and neither frames nor joins them", async () => {
  const answer = await request((_environ, startResponse) => {
    const write = startResponse("200 OK", TEXT);
    write("é");
    write(Buffer.from("b"));
    write(Uint8Array.of(0x63));
    return ["d"];
  });
  assert.deepEqual(answer.chunks, ["é", "b", "c", "d"]);
  assert.equal(
    answer.head,
    "Content-Type: text/plain\r\nStatus: 200 OK\r\n\r\n",
  );
});

const refused: readonly (readonly [kind: string, chunk: unknown])[] = [
  ["undefined", undefined],
  ["null", null],
  ["a number", 1],
  ["a list", ["a"]],
  ["an object", {}],
  ["an ArrayBuffer", new ArrayBuffer(1)],
  ["a promise", Promise.resolve("a")],
];
for (const [kind, chunk] of refused) {
  test(`A8.01 write refuses ${kind} at once, and sends nothing of it`, async () => {
    const answer = await request((_environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      assert.throws(() => write(chunk as Chunk), { code: "BODY" });
      return ["a", "b"];
    });
    assert.deepEqual([answer.status, answer.text], ["200 OK", "ab"]);
  });
}

test("A8.02 write returns a promise only where the caller should wait", async () => {
  const output = new MemoryOutput();
  const returned: unknown[] = [];
  const answer = begin(
    async (_environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      returned.push(write("a"));
      output.block();
      const wait = write("b");
      returned.push(wait);
      await wait;
      returned.push(write("c"));
      return [];
    },
    { output },
  );
  await output.sent(2);
  await turn();
  assert.deepEqual(answer.chunks, ["a", "b"]);
  output.release();
  await answer.ended;
  assert.equal(answer.text, "abc");
  assert.deepEqual(
    returned.map((wait) => wait instanceof Promise),
    [false, true, false],
  );
});

for (const code of ["EPIPE", "ECONNRESET"]) {
  test(`A8.02 A13.06 ignoring what write returns is harmless where the client has left (${code})`, async () => {
    const output = new MemoryOutput();
    const returned: ReturnType<Write>[] = [];
    const answer = await request(
      (_environ, startResponse) => {
        const write = startResponse("200 OK", TEXT);
        write("a");
        output.break(Object.assign(new Error("gone"), { code }));
        return new Promise((resolve) => {
          setImmediate(() => {
            returned.push(write("b"), write("c"));
            resolve([]);
          });
        });
      },
      { output },
    );
    await turn();
    assert.deepEqual([answer.outcome, answer.cut], ["aborted", true]);
    assert.equal(answer.errors, "");
    const [first, second] = returned;
    await assert.rejects(first ?? turn(), { code: "DISCONNECTED" });
    await assert.rejects(second ?? turn(), { code: "ENDED" });
  });
}

test("A8.02 a write that waits when the client leaves rejects, and needs nobody to notice", async () => {
  const output = new MemoryOutput();
  output.block();
  const answer = begin(
    (_environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      write("a");
      write("b");
      return ["c", "d"];
    },
    { output },
  );
  await output.sent(3);
  output.break(Object.assign(new Error("gone"), { code: "EPIPE" }));
  await answer.ended;
  await turn();
  assert.deepEqual([answer.outcome, answer.errors], ["aborted", ""]);
});

test("A8.03 a write of a replaced call sends the headers now in force", async () => {
  const answer = await request((_environ, startResponse) => {
    const write = startResponse("200 OK", [["X", "1"]]);
    startResponse("500 Oops", [["Y", "2"]], new Error("x"));
    write("a");
    return [];
  });
  assert.equal(answer.head, "Y: 2\r\nStatus: 500 Oops\r\n\r\n");
  assert.equal(answer.text, "a");
});

test("A8.03 a write after a replacement that was refused sends nothing", async () => {
  const answer = await request((_environ, startResponse) => {
    const write = startResponse("200 OK", TEXT);
    assert.throws(() => startResponse("1000 x", TEXT, new Error("x")), {
      code: "STATUS",
    });
    write("a");
    return [];
  });
  assert.equal(answer.status, "500 Internal Server Error");
  assert.doesNotMatch(answer.text, /a$/);
});

test("A8.04 what is written goes first, in the order of the calls, also where nobody waits", async () => {
  const output = new MemoryOutput();
  output.block();
  const answer = begin(
    (_environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      write("a");
      write("b");
      return ["c", "d"];
    },
    { output },
  );
  await output.sent(3);
  output.release();
  await answer.ended;
  assert.deepEqual(answer.chunks, ["a", "b", "c", "d"]);
});

test("A8.05 a body is returned after write, too: without one the response is incomplete", async () => {
  const without = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT)("a");
    return undefined as never as ResponseBody;
  });
  assert.equal(without.text, "a");
  assert.deepEqual([without.outcome, without.cut], ["failed", true]);
  assert.match(without.errors, /Cannot send undefined as a body/);
  const empty = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT)("a");
    return [];
  });
  assert.deepEqual([empty.text, empty.outcome], ["a", "completed"]);
});

test("A8.06 write inside the body's iteration keeps its place", async () => {
  const answer = await request(function* (_environ, startResponse) {
    const write = startResponse("200 OK", TEXT);
    yield "a";
    write("b");
    yield "c";
    write("d");
  });
  assert.equal(answer.text, "abcd");
});

for (const pieces of [["abcde"], ["a", "bcde"], ["abc", "de"]]) {
  test(`A8.07 A11.01 writing ${pieces.join("+")} with Content-Length 3 rejects and sends abc`, async () => {
    const results: (string | undefined)[] = [];
    const answer = await request(async (_environ, startResponse) => {
      const write = startResponse("200 OK", [["Content-Length", "3"]]);
      for (const piece of [...pieces, "f"]) {
        try {
          await write(piece);
          results.push("sent");
        } catch (error) {
          results.push((error as { code?: string }).code);
        }
      }
      return ["g"];
    });
    assert.equal(answer.text, "abc");
    assert.deepEqual(results, [
      ...pieces.slice(1).map(() => "sent"),
      "CONTENT_LENGTH",
      "CONTENT_LENGTH",
    ]);
    assert.deepEqual([answer.outcome, answer.cut], ["failed", false]);
    assert.match(answer.errors, /longer than Content-Length says/);
  });
}

for (const empty of ["", new Uint8Array(0)]) {
  test(`A8.08 writing an empty ${typeof empty} does not send the headers`, async () => {
    const answer = await request((_environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      assert.equal(write(empty), undefined);
      startResponse("500 Oops", TEXT, new Error("x"));
      return "page";
    });
    assert.deepEqual([answer.status, answer.text], ["500 Oops", "page"]);
  });
}

test("A10.05 the body is closed when what was written has been taken", async () => {
  const trace: string[] = [];
  const output = new MemoryOutput(trace);
  output.block();
  const answer = begin(
    (_environ, startResponse) => {
      startResponse("200 OK", TEXT)("a");
      return {
        *[Symbol.iterator]() {},
        close: () => trace.push("close"),
      };
    },
    { output },
  );
  await output.sent(1);
  await turn();
  assert.equal(trace.includes("close"), false);
  output.release();
  await answer.ended;
  assert.deepEqual(trace, ["start", "complete", "close", "end"]);
});
