// What an application hears of an abort, and when it hears nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError, type TsgiErrorCode } from "../../src/common/errors.ts";
import { BodyFeed, begin, MemoryOutput, TEXT } from "../support/in-process.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const aborted = (signal: AbortSignal) =>
  new Promise((resolve) => signal.addEventListener("abort", resolve));

test("A15.01 an abort after the end has no effect", async () => {
  const trace: string[] = [];
  let signal: AbortSignal | undefined;
  const answer = begin(
    (environ, startResponse) => {
      signal = environ["tsgi.signal"];
      startResponse("200 OK", TEXT);
      return "a";
    },
    { output: new MemoryOutput(trace) },
  );
  await answer.served;
  answer.abort();
  assert.equal(signal?.aborted, false);
  assert.deepEqual(trace, ["start", "end"]);
  assert.deepEqual([answer.outcome, answer.cut], ["completed", false]);
});

const reasons: readonly TsgiErrorCode[] = [
  "ABORTED",
  "DISCONNECTED",
  "SHUTDOWN",
];
for (const code of reasons) {
  test(`A15.01 the signal and the reads tell that the reason is ${code}`, async () => {
    const reason = new TsgiError(code, "Cannot go on: a test says so");
    const seen: unknown[] = [];
    const answer = begin(
      async (environ) => {
        const read = environ["tsgi.input"].read();
        await aborted(environ["tsgi.signal"]);
        seen.push(environ["tsgi.signal"].reason);
        await read.catch((error) => seen.push(error));
        environ["tsgi.signal"].throwIfAborted();
        return "a";
      },
      { body: new BodyFeed() },
    );
    answer.abort(reason);
    await answer.served;
    assert.deepEqual(seen, [reason, reason]);
    assert.deepEqual([answer.outcome, answer.errors], ["aborted", ""]);
  });
}

test("A15.01 a signal that is first asked for after the abort is aborted", async () => {
  let late: AbortSignal | undefined;
  const answer = begin(async (environ) => {
    await turn();
    late = environ["tsgi.signal"];
    return [];
  });
  answer.abort();
  await answer.served;
  assert.equal(late?.aborted, true);
  assert.equal(late?.reason.code, "ABORTED");
});
