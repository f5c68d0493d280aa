// An abort at every moment of a request.
import assert from "node:assert/strict";
import { test } from "node:test";
import { TsgiError } from "../../src/common/errors.ts";
import type {
  Chunk,
  Environ,
  ResponseBody,
  StartResponse,
} from "../../src/common/types.ts";
import {
  type Answer,
  BodyFeed,
  begin,
  MemoryOutput,
  TEXT,
} from "../support/in-process.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const forever = () => new Promise<never>(() => {});
const aborted = (signal: AbortSignal) =>
  new Promise((resolve) => signal.addEventListener("abort", resolve));

/** Where an application is stopped, and what it may use to get there. */
interface Stage {
  readonly environ: Environ;
  readonly startResponse: StartResponse;
  readonly output: MemoryOutput;
  readonly trace: string[];
  /** The moment has come. */
  reached(): void;
}

interface Moment {
  application(stage: Stage): ResponseBody | Promise<ResponseBody>;
  /** The trace from the abort on. */
  readonly after: string;
  readonly cut: boolean;
}

/** A body which traces its steps, and which is closed. */
const traced = (
  { trace }: Stage,
  next: (count: number) => Chunk | undefined | Promise<Chunk>,
): ResponseBody => {
  let count = 0;
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        trace.push("next");
        const value = await next(count++);
        return value === undefined
          ? { done: true, value }
          : { done: false, value };
      },
      async return() {
        trace.push("return");
        return { done: true, value: undefined };
      },
    }),
    close: () => trace.push("close"),
  } as never;
};

const moments: Record<string, Moment> = {
  "before startResponse, where the application listens": {
    async application(stage) {
      stage.reached();
      await aborted(stage.environ["tsgi.signal"]);
      stage.trace.push("heard");
      return traced(stage, () => "a");
    },
    after: "signal heard close end",
    cut: false,
  },
  "before the application returns, where it does not listen": {
    async application(stage) {
      stage.startResponse("200 OK", TEXT);
      stage.reached();
      return forever();
    },
    after: "signal end",
    cut: false,
  },
  "while the application reads": {
    async application(stage) {
      stage.startResponse("200 OK", TEXT);
      stage.reached();
      await stage.environ["tsgi.input"].read().catch((error) => {
        stage.trace.push(`read ${error.code}`);
        throw error;
      });
      return "a";
    },
    after: "signal read ABORTED end",
    cut: false,
  },
  "while the body's first step is awaited": {
    application(stage) {
      stage.startResponse("200 OK", TEXT);
      return traced(stage, () => {
        stage.reached();
        return forever();
      });
    },
    after: "signal close end",
    cut: false,
  },
  "while a later step is awaited, which answers": {
    application(stage) {
      stage.startResponse("200 OK", TEXT);
      return traced(stage, async (count) => {
        if (count === 0) return "a";
        stage.reached();
        await aborted(stage.environ["tsgi.signal"]);
        return "b";
      });
    },
    after: "signal return close end",
    cut: true,
  },
  "while a later step is awaited, which fails": {
    application(stage) {
      stage.startResponse("200 OK", TEXT);
      return traced(stage, async (count) => {
        if (count === 0) return "a";
        stage.reached();
        const signal = stage.environ["tsgi.signal"];
        await aborted(signal);
        throw signal.reason;
      });
    },
    after: "signal close end",
    cut: true,
  },
  "while a body reads": {
    application(stage) {
      stage.startResponse("200 OK", TEXT);
      return traced(stage, async (count) => {
        if (count === 0) return "a";
        stage.reached();
        return stage.environ["tsgi.input"].read();
      });
    },
    after: "signal close end",
    cut: true,
  },
  "while the client does not take a chunk": {
    application(stage) {
      stage.startResponse("200 OK", TEXT);
      stage.output.block();
      return traced(stage, () => {
        stage.reached();
        return "a";
      });
    },
    after: "signal return close end",
    cut: true,
  },
  "while the client does not take what was written": {
    async application(stage) {
      const write = stage.startResponse("200 OK", TEXT);
      stage.output.block();
      const waits = [write("a"), write("b")];
      stage.reached();
      for (const wait of waits) {
        await wait?.catch((error) => stage.trace.push(error.code));
      }
      return traced(stage, () => "c");
    },
    after: "signal ABORTED ABORTED close end",
    cut: true,
  },
  "in a step of a sync body": {
    application(stage) {
      stage.startResponse("200 OK", TEXT);
      const { trace } = stage;
      const chunks = (function* () {
        try {
          yield "a";
          // The answer exists by now.
          stage.reached();
          yield "b";
          trace.push("next");
        } finally {
          trace.push("finally");
        }
      })();
      return Object.assign(chunks, { close: () => trace.push("close") });
    },
    after: "signal finally close end",
    cut: true,
  },
  "while the body is closed": {
    application(stage) {
      stage.startResponse("200 OK", TEXT);
      return Object.assign(["a"], {
        async close() {
          stage.reached();
          await aborted(stage.environ["tsgi.signal"]);
          stage.trace.push("closed");
        },
      });
    },
    after: "signal closed end",
    cut: false,
  },
  "while the body is closed, for ever": {
    application(stage) {
      stage.startResponse("200 OK", TEXT);
      return Object.assign(["a"], {
        close() {
          stage.reached();
          return forever();
        },
      });
    },
    after: "signal end",
    cut: false,
  },
};

for (const [when, { application, after, cut }] of Object.entries(moments)) {
  test(`A10.01 A10.05 A15.01 abort ${when}`, async () => {
    const trace: string[] = [];
    const output = new MemoryOutput(trace);
    let mark = 0;
    const answer: Answer = begin(
      (environ, startResponse) => {
        environ["tsgi.signal"].addEventListener("abort", () => {
          trace.push("signal");
        });
        const reached = () => {
          // Outside of the application, and for a body's step inside of it.
          if (when.includes("sync body")) abort();
          else setImmediate(abort);
        };
        const abort = () => {
          mark = trace.length;
          answer.abort();
          answer.abort(new TsgiError("SHUTDOWN", "Cannot go on: again"));
        };
        const stage = { environ, startResponse, output, trace, reached };
        return when.includes("sync body")
          ? turn().then(() => application(stage))
          : application(stage);
      },
      { output, body: new BodyFeed(), options: { abortGraceMs: 5 } },
    );
    await answer.served;
    await answer.ended;
    assert.equal(trace.slice(mark).join(" "), after);
    assert.deepEqual([answer.outcome, answer.cut], ["aborted", cut]);
    assert.equal(answer.errors, "");
    await turn();
  });
}
