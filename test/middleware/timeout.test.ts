import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, test } from "node:test";
import type {
  Application,
  Environ,
  ResponseBody,
  Write,
} from "../../src/common/types.ts";
import { type TimeoutOptions, timeout } from "../../src/middleware/timeout.ts";
import { begin, request, TEXT } from "../support/in-process.ts";
import { between } from "./between.ts";

/** Long enough for nothing but what waits for it. */
const SOON = { timeoutMs: 5 };
const LATE = { timeoutMs: 60_000 };

/** Never settles. */
const forever = new Promise<never>(() => {});

/** Rejects with the reason of the abort. */
function aborted(environ: Environ): Promise<never> {
  const signal = environ["tsgi.signal"];
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

async function timedOut(application: Application) {
  const answer = await request(between(timeout(SOON), application));
  assert.equal(answer.status, "504 Gateway Timeout", answer.errors);
  assert.equal(answer.text, "504 Gateway Timeout\n");
  assert.equal(answer.outcome, "completed");
  assert.match(answer.errors, /^TIMEOUT: .* took longer than 5 ms\n/);
  return answer;
}

describe("timeout", () => {
  test("G5.09 answers 504 where the application listens to its signal", async () => {
    let reason: unknown;
    await timedOut((environ) => {
      const signal = environ["tsgi.signal"];
      signal.addEventListener("abort", () => {
        reason = signal.reason;
      });
      return aborted(environ);
    });
    assert.equal((reason as { code?: string }).code, "TIMEOUT");
  });

  test("G5.09 answers 504 where it does not", async () => {
    await timedOut(() => forever);
  });

  test("G5.09 answers 504 where nothing of the body was sent", async () => {
    let closed = 0;
    await timedOut((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return {
        async *[Symbol.asyncIterator]() {
          yield "";
          await forever;
        },
        close: () => closed++,
      };
    });
    assert.equal(closed, 1);
  });

  test("G5.09 breaks a response off that is under way", async () => {
    let closed = 0;
    const answer = await request(
      timeout(SOON)((environ, startResponse) => ({
        async *[Symbol.asyncIterator]() {
          startResponse("200 OK", TEXT);
          yield "A";
          await aborted(environ);
        },
        close: () => closed++,
      })),
    );
    assert.equal(answer.status, "200 OK");
    assert.equal(answer.text, "A");
    assert.equal(answer.outcome, "failed");
    assert.equal(closed, 1);
  });

  test("lets nothing through that comes too late", async () => {
    let write: Write | undefined;
    const outcomes: unknown[] = [];
    const answer = await timedOut(async (environ, startResponse) => {
      write = startResponse("200 OK", TEXT);
      await aborted(environ).catch(() => {});
      try {
        startResponse("200 OK", TEXT, new Error("again"));
      } catch (error) {
        outcomes.push((error as { code?: string }).code);
      }
      await write("late")?.catch((error) => outcomes.push(error.code));
      return ["late"];
    });
    await new Promise(setImmediate);
    assert.deepEqual(outcomes, ["TIMEOUT", "TIMEOUT"]);
    assert.equal(answer.text, "504 Gateway Timeout\n");
  });

  test("closes a body that comes too late", async () => {
    let close = () => {};
    const closed = new Promise<void>((resolve) => {
      close = resolve;
    });
    let give: (body: ResponseBody) => void = () => {};
    const late = new Promise<ResponseBody>((resolve) => {
      give = resolve;
    });
    await timedOut(() => late);
    give(Object.assign(["late"], { close }));
    await closed;
  });

  test("logs what fails too late, unless it comes of the abort", async () => {
    const fail = (error: Error) => async (environ: Environ) => {
      await aborted(environ).catch(() => {});
      throw error;
    };
    const answer = await timedOut(fail(new Error("rolled back")));
    assert.match(answer.errors, /after its time limit: Error: rolled back/);
    const quiet = await timedOut(fail(new DOMException("x", "AbortError")));
    assert.doesNotMatch(quiet.errors, /after its time limit/);
  });

  test("passes an error on that comes in time", async () => {
    const answer = await request(
      timeout(LATE)(() => Promise.reject(new Error("broken"))),
    );
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /broken/);
  });

  test("A15.05 leaves no timer and no listener behind", async () => {
    const inner = {
      array: ["A"],
      generator: (function* () {
        yield "A";
      })(),
    };
    for (const body of Object.values(inner)) {
      let signal: AbortSignal | undefined;
      const wrapped = timeout(LATE)((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body;
      });
      const answer = await request((environ, startResponse) => {
        signal = environ["tsgi.signal"];
        return wrapped(environ, startResponse);
      });
      assert.equal(answer.text, "A");
      assert.ok(signal);
      assert.equal(getEventListeners(signal, "abort").length, 0);
    }
    const timers = process.getActiveResourcesInfo();
    assert.ok(!timers.includes("Timeout"), `${timers}`);
  });

  test("A15.01 passes an abort of the request on", async () => {
    let reason: unknown;
    let inner: AbortSignal | undefined;
    const answer = begin(
      between(timeout(LATE), async function* (environ, startResponse) {
        inner = environ["tsgi.signal"];
        startResponse("200 OK", TEXT);
        yield "A";
        await aborted(environ).catch((error) => {
          reason = error;
        });
      }),
    );
    await answer.output.sent(1);
    assert.equal(inner?.aborted, false);
    answer.abort();
    await answer.ended;
    assert.equal((reason as { code?: string }).code, "ABORTED");
    assert.equal(answer.outcome, "aborted");
  });

  test("begins with a signal that is aborted already", async () => {
    let inner: AbortSignal | undefined;
    const wrapped = timeout(LATE)((environ, startResponse) => {
      inner = environ["tsgi.signal"];
      startResponse("204 No Content", []);
      return [];
    });
    await request((environ, startResponse) => {
      const signal = AbortSignal.abort(new Error("earlier"));
      return wrapped({ ...environ, "tsgi.signal": signal }, startResponse);
    });
    assert.equal(inner?.aborted, true);
    assert.equal(inner?.reason.message, "earlier");
  });

  for (const timeoutMs of [0, -1, Number.NaN, 2 ** 31, undefined, "5"]) {
    test(`refuses ${timeoutMs}`, () => {
      const options = { timeoutMs } as unknown as TimeoutOptions;
      assert.throws(() => timeout(options), { code: "CONFIG" });
    });
  }
});
