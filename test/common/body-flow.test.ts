// When the next chunk of a body is asked for: backpressure, reuse of memory, turns of other requests.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Output } from "../../src/common/output.ts";
import { Run } from "../../src/common/run.ts";
import type { Chunk, ResponseBody } from "../../src/common/types.ts";
import {
  begin,
  inProcessSettings,
  MemoryErrors,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** Makes chunks only when they are asked for, synchronously and asynchronously. */
const kinds: Record<string, (next: () => Chunk | undefined) => ResponseBody> = {
  "a generator": function* (next) {
    for (let chunk = next(); chunk !== undefined; chunk = next()) yield chunk;
  },
  "an async generator": async function* (next) {
    for (let chunk = next(); chunk !== undefined; chunk = next()) yield chunk;
  },
  "an iterator without return()": (next) => ({
    [Symbol.asyncIterator]: () => ({
      async next() {
        const value = next();
        return value === undefined
          ? { done: true, value }
          : { done: false, value };
      },
    }),
  }),
};

for (const [kind, make] of Object.entries(kinds)) {
  test(`A9.02 A9.06 ${kind} is not advanced while the client does not read`, async () => {
    const output = new MemoryOutput();
    output.block();
    let made = 0;
    const answer = begin(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return make(() => (made < 10 ? `${made++}` : undefined));
      },
      { output },
    );
    for (let taken = 1; taken <= 10; taken++) {
      await output.sent(taken);
      await turn();
      assert.equal(made, taken);
      output.release();
      output.block();
    }
    await answer.ended;
    assert.equal(answer.text, "0123456789");
  });

  test(`A9.03 ${kind} may reuse the memory of a chunk once the next is asked for`, async () => {
    // Blocked, the output holds the very memory it was given.
    const output = new MemoryOutput();
    output.block();
    const memory = Buffer.alloc(4);
    let count = 0;
    const answer = begin(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return make(() => {
          if (count === 1_000) return undefined;
          memory.writeUInt32BE(count++);
          return memory;
        });
      },
      { output },
    );
    for (let taken = 1; taken <= 1_000; taken++) {
      await output.sent(taken);
      output.release();
      output.block();
    }
    await answer.ended;
    assert.equal(answer.body.length, 4_000);
    for (let index = 0; index < 1_000; index++) {
      assert.equal(answer.body.readUInt32BE(4 * index), index);
    }
  });
}

/** Takes seven bytes a turn out of the application's own memory. */
class SlowOutput implements Output {
  text = "";
  readonly ended: Promise<void>;
  #end: () => void = () => {};

  constructor() {
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  start(_head: string, first: Uint8Array): Promise<void> {
    return this.write(first);
  }

  async write(chunk: Uint8Array): Promise<void> {
    for (let at = 0; at < chunk.length; at += 7) {
      await turn();
      this.text += Buffer.from(chunk.subarray(at, at + 7)).toString("latin1");
    }
  }

  complete(): void {}

  end(): void {
    this.#end();
  }
}

test("A9.03 E3.10 E3.33 an output that takes a few bytes at a time gets them all, in order", async () => {
  const output = new SlowOutput();
  const memory = Buffer.alloc(100);
  const run = new Run(
    {
      variables: {
        ...Object.create(null),
        REQUEST_METHOD: "GET",
        PATH_INFO: "/",
      },
      body: { next: () => undefined },
      errors: new MemoryErrors(),
    },
    output,
    inProcessSettings(),
  );
  await run.serve(function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    for (const letter of "abcdefghij") yield memory.fill(letter);
  });
  await output.ended;
  const letters = [..."abcdefghij"].map((letter) => letter.repeat(100));
  assert.equal(output.text, letters.join(""));
});

for (const [kind, make] of Object.entries(kinds)) {
  test(`A9.09 ${kind} of very many chunks lets another request end first`, async () => {
    const ends: string[] = [];
    let left = 100_000;
    // The chunks are empty: kept in memory, as many others would slow the test down.
    const long = begin((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return make(() => (left-- > 0 ? "" : undefined));
    });
    const longEnd = long.ended.then(() => ends.push("long"));
    await turn();
    const short = begin(async (_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      await turn();
      return "short";
    });
    await short.ended.then(() => ends.push("short"));
    await longEnd;
    assert.deepEqual(ends, ["short", "long"]);
  });
}

test("A9.09 an endless body that never waits can be aborted", async () => {
  const answer = begin(async function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    for (;;) yield "";
  });
  await turn();
  answer.abort();
  await answer.ended;
  assert.equal(answer.outcome, "aborted");
});

test("A9.04 a large body arrives as it is", async () => {
  const chunk = Buffer.alloc(5_000_000, "0123456789");
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return [chunk, chunk];
  });
  assert.ok(answer.body.equals(Buffer.concat([chunk, chunk])));
});

for (const body of ["whole", ["whole"], "", []]) {
  test(`Output.start is told that the end follows at once for ${JSON.stringify(body)}, and it does`, async () => {
    const trace: string[] = [];
    const output = new MemoryOutput(trace);
    output.block();
    const answer = begin(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body;
      },
      { output },
    );
    assert.deepEqual(trace, ["start", "end"]);
    await answer.served;
    await answer.ended;
    output.release();
    assert.equal(answer.text, body.length === 0 ? "" : "whole");
  });
}
