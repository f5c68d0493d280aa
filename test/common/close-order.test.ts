// What comes before close(): the last byte, the iterator's return(), and what an abort does to both.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Header, ResponseBody } from "../../src/common/types.ts";
import {
  begin,
  type InProcessRequest,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));

type Step = () => IteratorResult<string>;

/** A body whose iterator and close() leave a trace. */
function traced(
  kind: "sync" | "async",
  trace: string[],
  step: Step,
): ResponseBody {
  const next = () => {
    trace.push("next");
    return step();
  };
  const close = () => trace.push("close");
  const end = { done: true as const, value: undefined };
  if (kind === "sync") {
    const give = () => {
      trace.push("return");
      return end;
    };
    return {
      [Symbol.iterator]: () => ({ next, return: give }),
      close,
    } as never;
  }
  return {
    [Symbol.asyncIterator]: () => ({
      next: async () => next(),
      async return() {
        await turn();
        trace.push("return");
        return end;
      },
    }),
    close,
  } as never;
}

interface Row {
  readonly headers?: readonly Header[];
  readonly init?: InProcessRequest;
  readonly steps: readonly (string | Error)[];
  readonly trace: string;
}

const rows: Record<string, Row> = {
  "a body that ends": {
    steps: ["a"],
    trace: "next start next complete close end",
  },
  "Content-Length reached": {
    headers: [["Content-Length", "1"]],
    steps: ["a", "b"],
    trace: "next start return complete close end",
  },
  "Content-Length exceeded": {
    headers: [["Content-Length", "1"]],
    steps: ["ab", "c"],
    trace: "next start return close end",
  },
  "a chunk that is none": {
    steps: ["a", 1 as never],
    trace: "next start next return close end",
  },
  "an iterator that fails": {
    steps: ["a", new Error("x")],
    trace: "next start next close end",
  },
  "an iterator that fails at once": {
    steps: [new Error("x")],
    trace: "next start complete close end",
  },
};
for (const kind of ["sync", "async"] as const) {
  for (const [name, row] of Object.entries(rows)) {
    test(`A10.05 A10.06 ${name} (${kind}): return() only to stop early, then close()`, async () => {
      const trace: string[] = [];
      let at = 0;
      await request(
        (_environ, startResponse) => {
          startResponse("200 OK", row.headers ?? TEXT);
          return traced(kind, trace, () => {
            const step = row.steps[at++];
            if (step instanceof Error) throw step;
            return step === undefined
              ? { done: true, value: undefined }
              : { done: false, value: step };
          });
        },
        { ...row.init, output: new MemoryOutput(trace) },
      );
      assert.equal(trace.join(" "), row.trace);
    });
  }

  test(`A10.06 an output that fails (${kind}): return(), then close()`, async () => {
    const trace: string[] = [];
    const output = new MemoryOutput(trace);
    output.block();
    const answer = begin(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return traced(kind, trace, () => ({ done: false, value: "a" }));
      },
      { output },
    );
    await output.sent(1);
    output.break(Object.assign(new Error("gone"), { code: "EPIPE" }));
    await answer.ended;
    assert.equal(trace.join(" "), "next start return close end");
  });
}

test("A10.06 a return() that fails is an error like any other", async () => {
  let closed = 0;
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", [["Content-Length", "1"]]);
    return Object.assign(
      (function* () {
        try {
          yield* ["a", "b"];
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: what is tested
          throw new Error("in finally");
        }
      })(),
      { close: () => closed++ },
    );
  });
  assert.equal(answer.text, "a");
  assert.equal(closed, 1);
  assert.deepEqual([answer.outcome, answer.cut], ["failed", false]);
  assert.match(answer.errors, /in finally/);
});

test("A10.06 a generator that is stopped early runs its finally", async () => {
  const trace: string[] = [];
  for (const make of [
    function* () {
      try {
        yield* ["a", "b"];
      } finally {
        trace.push("sync");
      }
    },
    async function* () {
      try {
        yield* ["a", "b"];
      } finally {
        await turn();
        trace.push("async");
      }
    },
  ]) {
    await request((_environ, startResponse) => {
      startResponse("200 OK", [["Content-Length", "1"]]);
      return make();
    });
  }
  assert.deepEqual(trace, ["sync", "async"]);
});

test("A10.05 A10.07 a body that never answers is closed once, after the grace an abort gives", async () => {
  const trace: string[] = [];
  const answer = begin(
    (_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return {
        [Symbol.asyncIterator]: () => ({
          next: () => {
            trace.push("next");
            return new Promise<never>(() => {});
          },
          return: () => {
            trace.push("return");
            return new Promise<never>(() => {});
          },
        }),
        close: () => {
          trace.push("close");
          return new Promise<never>(() => {});
        },
      };
    },
    { output: new MemoryOutput(trace), options: { abortGraceMs: 1 } },
  );
  await turn();
  assert.deepEqual(trace, ["next"]);
  answer.abort();
  assert.deepEqual(trace, ["next"]);
  await answer.served;
  assert.deepEqual(trace, ["next", "close", "end"]);
});

test("A10.07 an async generator with a pending step is not waited for either", async () => {
  let closed = 0;
  const answer = begin(
    (_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const chunks = (async function* () {
        yield "a";
        await new Promise(() => {});
      })();
      return Object.assign(chunks, { close: () => closed++ });
    },
    { options: { abortGraceMs: 1 } },
  );
  await answer.output.sent(1);
  answer.abort();
  await answer.served;
  assert.equal(closed, 1);
  assert.deepEqual([answer.outcome, answer.cut], ["aborted", true]);
});
