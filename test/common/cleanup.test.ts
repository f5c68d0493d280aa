// tsgi.cleanup: what is called when the response has ended.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application, Environ } from "../../src/common/types.ts";
import { begin, MemoryOutput, request, TEXT } from "../support/in-process.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("E5.15 tsgi.cleanup is called after the end, in order, one after the other", async () => {
  const trace: string[] = [];
  await request(
    (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      environ["tsgi.cleanup"].push(
        async () => {
          trace.push("first");
          await turn();
          trace.push("first done");
        },
        () => {
          trace.push("second");
          environ["tsgi.cleanup"].push(() => trace.push("added"));
        },
      );
      return Object.assign(["a"], { close: () => trace.push("close") });
    },
    { output: new MemoryOutput(trace) },
  );
  assert.deepEqual(trace, [
    "start",
    "complete",
    "close",
    "end",
    "first",
    "first done",
    "second",
    "added",
  ]);
});

const failures: Record<string, Application> = {
  "an error": () => {
    throw new Error("application");
  },
  "an error after the headers": function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    yield "a";
    throw new Error("application");
  },
  "no startResponse": () => [],
};
for (const [what, application] of Object.entries(failures)) {
  test(`tsgi.cleanup is called after ${what}`, async () => {
    let called = 0;
    await request((environ, startResponse) => {
      environ["tsgi.cleanup"].push(() => called++);
      return application(environ, startResponse);
    });
    assert.equal(called, 1);
  });
}

test("tsgi.cleanup goes on after a function that fails, which is logged", async () => {
  let called = 0;
  const answer = await request((environ, startResponse) => {
    startResponse("200 OK", TEXT);
    environ["tsgi.cleanup"].push(
      () => {
        throw new Error("one");
      },
      () => Promise.reject(new Error("two")),
      "no function" as never,
      () => called++,
    );
    return "a";
  });
  assert.equal(called, 1);
  assert.deepEqual([answer.text, answer.outcome], ["a", "completed"]);
  const lines = answer.errors.match(/^tsgi: .*$/gm);
  assert.equal(lines?.length, 3);
  for (const line of lines ?? []) {
    assert.match(line, /^tsgi: a function of tsgi\.cleanup failed: GET \/: /);
  }
});

test("A9.03 tsgi.cleanup waits until the last chunk has been taken", async () => {
  const trace: string[] = [];
  const output = new MemoryOutput(trace);
  output.block();
  const answer = begin(
    (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const memory = Buffer.from("a");
      environ["tsgi.cleanup"].push(() => memory.fill("x"));
      return memory;
    },
    { output },
  );
  await turn();
  assert.deepEqual(trace, ["start"]);
  output.release();
  await answer.served;
  assert.equal(answer.text, "a");
});

test("A15.02 tsgi.cleanup does not wait for an application that outlives its request", async () => {
  const trace: string[] = [];
  let environ: Environ | undefined;
  let open: (body: string[]) => void = () => {};
  const answer = begin(
    (given) => {
      environ = given;
      environ["tsgi.cleanup"].push(() => trace.push("first"));
      return new Promise((resolve) => {
        open = resolve;
      });
    },
    { output: new MemoryOutput(trace), options: { abortGraceMs: 1 } },
  );
  answer.abort();
  await answer.served;
  assert.deepEqual(trace, ["end", "first"]);
  environ?.["tsgi.cleanup"].push(() => trace.push("late"));
  open([]);
  await turn();
  assert.deepEqual(trace, ["end", "first", "late"]);
});
