// What an application does after its request was given up.
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Application,
  ResponseBody,
  StartResponse,
  Write,
} from "../../src/common/types.ts";
import { BodyFeed, begin, MemoryOutput, TEXT } from "../support/in-process.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

interface Late {
  readonly resolve: (body: ResponseBody) => void;
  readonly reject: (error: unknown) => void;
  readonly startResponse: StartResponse;
  readonly write: Write;
  readonly trace: string[];
  /** What was logged so far. */
  readonly errors: () => string;
}

/** Serves a request whose application hangs until the request is over. */
async function outlive(): Promise<Late> {
  const trace: string[] = [];
  const late: Partial<{ -readonly [key in keyof Late]: Late[key] }> = { trace };
  const application: Application = (_environ, startResponse) => {
    late.startResponse = startResponse;
    late.write = startResponse("200 OK", TEXT);
    return new Promise((resolve, reject) => {
      Object.assign(late, { resolve, reject });
    });
  };
  const answer = begin(application, {
    output: new MemoryOutput(trace),
    options: { abortGraceMs: 1 },
  });
  late.errors = () => answer.errors;
  answer.abort();
  await answer.served;
  await answer.ended;
  assert.deepEqual(trace, ["end"]);
  return late as Late;
}

test("A15.02 a request ends with the grace an abort gives, and a later body is closed unread", async () => {
  const { resolve, trace, errors } = await outlive();
  resolve({
    [Symbol.iterator]: () => assert.fail("it was iterated"),
    close: () => trace.push("close"),
  } as never);
  await turn();
  assert.deepEqual(trace, ["end", "close"]);
  assert.equal(errors(), "");
});

test("A1.12 A15.02 a later body that is none is not worth a word", async () => {
  const { resolve, trace, errors } = await outlive();
  resolve(undefined as never);
  await turn();
  assert.deepEqual([trace, errors()], [["end"], ""]);
});

test("A1.12 A15.02 later calls have no effect", async () => {
  const { startResponse, write, trace } = await outlive();
  assert.throws(() => startResponse("200 OK", TEXT, new Error("x")), {
    code: "ENDED",
  });
  await assert.rejects(async () => write("a"), { code: "ENDED" });
  write("nobody looks at what it returns");
  await turn();
  assert.deepEqual(trace, ["end"]);
});

for (const [what, error] of [
  ["the abort itself", new DOMException("x", "AbortError")],
  ["an AbortError of Node", Object.assign(new Error(), { name: "AbortError" })],
] as const) {
  test(`A13.06 A15.02 a later rejection that comes of ${what} is not logged`, async () => {
    const { reject, trace, errors } = await outlive();
    reject(error);
    await turn();
    assert.deepEqual([trace, errors()], [["end"], ""]);
  });
}

test("A15.02 another later rejection is logged, and nothing else", async () => {
  const { reject, trace, errors } = await outlive();
  reject(new Error("a mistake"));
  await turn();
  assert.deepEqual(trace, ["end"]);
  assert.match(
    errors(),
    /^tsgi: after the request was aborted: GET \/: Error: a mistake/,
  );
});

test("A15.02 a step that answers when its request is over is discarded", async () => {
  const trace: string[] = [];
  let answerStep: (result: IteratorResult<string>) => void = () => {};
  const answer = begin(
    (_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => {
            trace.push("next");
            return new Promise<IteratorResult<string>>((resolve) => {
              answerStep = resolve;
            });
          },
          return: async () => {
            trace.push("return");
            return { done: true as const, value: undefined };
          },
        }),
        close: () => trace.push("close"),
      };
    },
    { output: new MemoryOutput(trace), options: { abortGraceMs: 1 } },
  );
  await turn();
  answer.abort();
  await answer.served;
  answerStep({ done: false, value: "late" });
  await turn();
  assert.deepEqual(trace, ["next", "close", "end", "return"]);
});

test("A15.01 A15.02 reads that nobody awaits do no harm", async () => {
  const answer = begin(
    (environ) => {
      const input = environ["tsgi.input"];
      void input.read();
      void input[Symbol.asyncIterator]().next();
      return new Promise(() => {});
    },
    { body: new BodyFeed(), options: { abortGraceMs: 1 } },
  );
  answer.abort();
  await answer.served;
  await turn();
  assert.equal(answer.errors, "");
});
