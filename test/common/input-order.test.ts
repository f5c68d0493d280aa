// Overlapping calls of tsgi.input, and what it keeps in memory.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { RequestInput } from "../../src/common/input.ts";
import type { Input } from "../../src/common/types.ts";
import { BodyFeed } from "../support/in-process.ts";
import { inputOf, text } from "../support/input.ts";

test("A4.09 overlapping calls get consecutive slices, in the order they were made", async () => {
  const input = inputOf(["ab", "cdefg", "h\nij"]);
  const results = await Promise.all([
    input.read(3),
    input.read(3),
    input.readline(),
    input.read(),
  ]);
  assert.deepEqual(results.map(text), ["abc", "def", "gh\n", "ij"]);
});

test("A4.09 a call with a bad size does not disturb those around it", async () => {
  const input = inputOf(["ab", "cd"]);
  const [first, bad, last] = await Promise.allSettled([
    input.read(1),
    input.read(-2),
    input.read(),
  ]);
  assert.equal(bad.status, "rejected");
  assert.ok(first.status === "fulfilled" && last.status === "fulfilled");
  assert.deepEqual([first.value, last.value].map(text), ["a", "bcd"]);
});

test("A4.09 a call waits for those before it, whatever has arrived", async () => {
  const feed = new BodyFeed();
  const input = new RequestInput(feed, { length: 4, maximum: 4 });
  const order: string[] = [];
  const reads = [
    input.read(4).then(() => order.push("four")),
    input.read(0).then(() => order.push("none")),
  ];
  feed.push("ab");
  await Promise.resolve();
  assert.deepEqual(order, []);
  feed.push("cd");
  await Promise.all(reads);
  assert.deepEqual(order, ["four", "none"]);
});

type Call = { method: "read" | "readline"; size: number } | { method: "next" };

const calls: fc.Arbitrary<Call[]> = fc.array(
  fc.oneof(
    fc.record({
      method: fc.constantFrom("read" as const, "readline" as const),
      size: fc.integer({ min: -1, max: 9 }),
    }),
    fc.record({ method: fc.constant("next" as const) }),
  ),
  { maxLength: 12 },
);
const pieces = fc.array(
  fc.string({ unit: fc.constantFrom("a", "b", "\n"), maxLength: 6 }),
  { maxLength: 8 },
);

/** What a call made at an offset returns, in a body that is all there. */
function expected(body: string, offset: number, call: Call): string {
  const rest = body.slice(offset);
  if (call.method === "next") return rest;
  const most = call.size < 0 ? rest : rest.slice(0, call.size);
  if (call.method === "read") return most;
  const feed = most.indexOf("\n");
  return feed < 0 ? most : most.slice(0, feed + 1);
}

async function result(input: Input, call: Call): Promise<string> {
  if (call.method !== "next") return text(await input[call.method](call.size));
  const step = await input[Symbol.asyncIterator]().next();
  return step.done ? "" : text(step.value);
}

test("A4.03 A4.07 A4.09 any calls over any pieces read the body in order, once", async () => {
  await fc.assert(
    fc.asyncProperty(pieces, calls, fc.boolean(), async (parts, made, late) => {
      const body = parts.join("");
      const feed = new BodyFeed();
      const known = { length: body.length, maximum: 99 };
      const input = new RequestInput(feed, known);
      const arrive = () => feed.push(...parts);
      if (!late) arrive();
      const results = Promise.all(made.map((call) => result(input, call)));
      if (late) arrive();
      let offset = 0;
      for (const [at, value] of (await results).entries()) {
        const call = made[at] as Call;
        const whole = expected(body, offset, call);
        // A step of the iteration may return less, but something.
        const got =
          call.method === "next" ? whole.slice(0, value.length) : whole;
        assert.equal(value, got);
        assert.equal(value === "", whole === "");
        offset += value.length;
      }
      assert.equal(text(await input.read()), body.slice(offset));
    }),
  );
});

test("a read nobody awaits does not end the process when it rejects", async () => {
  const input = inputOf(["ab"], 9);
  void input.read();
  void input.readline();
  void input.read(-5);
  // unhandledRejection, which fails this test, comes after the microtasks.
  await new Promise((resolve) => setImmediate(resolve));
  await assert.rejects(input.read(), { code: "INCOMPLETE_BODY" });
});

test("the input keeps neither what it has returned nor chunks that were read", async () => {
  setFlagsFromString("--expose-gc");
  const gc: () => void = runInNewContext("gc");
  const feed = new BodyFeed();
  const input = new RequestInput(feed, { length: undefined, maximum: 1e9 });
  const kept: WeakRef<object>[] = [];
  const readOne = async (read: () => Promise<object>): Promise<void> => {
    const chunk = Buffer.alloc(65_536, "x");
    chunk[chunk.length - 1] = 0x0a;
    feed.push(chunk);
    kept.push(new WeakRef(chunk.buffer), new WeakRef(await read()));
  };
  await readOne(() => input.read(65_536));
  await readOne(() => input.readline());
  await readOne(() => input.readlines(1));
  await readOne(() => input[Symbol.asyncIterator]().next());
  // A WeakRef holds its target until the present job has ended.
  await new Promise((resolve) => setImmediate(resolve));
  gc();
  assert.deepEqual(
    kept.map((ref) => ref.deref() === undefined),
    kept.map(() => true),
  );
  assert.equal(feed.asked, 4);
  assert.equal((await input.read(0)).length, 0);
});
