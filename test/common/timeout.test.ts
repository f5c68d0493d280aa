// requestTimeoutMs, and what remains of a request's timers.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Application, ResponseBody } from "../../src/common/types.ts";
import {
  begin,
  inProcessSettings,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";
import { runScript } from "../support/script.ts";

const turn = () => new Promise((resolve) => setImmediate(resolve));
const forever = () => new Promise<never>(() => {});
const options = { requestTimeoutMs: 1, abortGraceMs: 1 };
const hour = { requestTimeoutMs: 3_600_000, abortGraceMs: 3_600_000 };

const hanging: Record<string, Application> = {
  "at once": forever,
  "after startResponse": async (_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return forever();
  },
  "before the first chunk": async function* (_environ, startResponse) {
    startResponse("200 OK", TEXT);
    yield "";
    yield await forever();
  },
};
for (const [what, application] of Object.entries(hanging)) {
  test(`A15.03 an application that hangs ${what} is answered with 504`, async () => {
    // HEAD needs no chunk.
    const methods =
      what === "before the first chunk" ? ["GET"] : ["GET", "HEAD"];
    for (const method of methods) {
      const answer = await request(application, { method, options });
      assert.equal(answer.status, "504 Gateway Timeout");
      assert.equal(/^504 /.test(answer.text), method === "GET");
      assert.deepEqual([answer.outcome, answer.cut], ["failed", false]);
      assert.match(
        answer.errors,
        /^tsgi: incident \w+: \w+ \/: TIMEOUT: Cannot wait for the application: it took longer than 1 ms\n$/,
      );
    }
  });
}

test("A15.03 the page comes at the limit, the end when the application is through", async () => {
  const trace: string[] = [];
  await request(
    async (environ, startResponse) => {
      const signal = environ["tsgi.signal"];
      await new Promise((resolve) => {
        signal.addEventListener("abort", resolve);
      });
      trace.push(signal.reason.code);
      assert.throws(() => startResponse("200 OK", TEXT), { code: "ENDED" });
      return Object.assign(["late"], { close: () => trace.push("close") });
    },
    {
      output: new MemoryOutput(trace),
      options: { ...hour, requestTimeoutMs: 1 },
    },
  );
  assert.deepEqual(trace, ["start", "complete", "TIMEOUT", "close", "end"]);
});

const cut: Record<string, (output: MemoryOutput) => ResponseBody> = {
  "a body that hangs": async function* () {
    yield "a";
    await forever();
  },
  "a body that never ends": async function* () {
    yield "a";
    for (;;) {
      await turn();
      yield "";
    }
  },
  "a client that does not take the body": function* (output) {
    output.block();
    yield* ["a", "b"];
  },
};
for (const [what, body] of Object.entries(cut)) {
  test(`A10.01 A15.03 ${what} is cut at the time limit`, async () => {
    const output = new MemoryOutput();
    let closed = 0;
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        const chunks = body(output) as Iterable<string>;
        return Object.assign(chunks, { close: () => closed++ });
      },
      { output, options },
    );
    assert.deepEqual([answer.status, answer.text], ["200 OK", "a"]);
    assert.deepEqual([answer.outcome, answer.cut], ["failed", true]);
    assert.match(answer.errors, /TIMEOUT/);
    assert.equal(closed, 1);
  });
}

test("A15.03 a close() that hangs is not waited for beyond the time limit", async () => {
  const answer = await request(
    (_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return Object.assign(["a"], { close: forever });
    },
    { options },
  );
  assert.deepEqual([answer.text, answer.cut], ["a", false]);
  assert.match(answer.errors, /TIMEOUT/);
});

const timers = () =>
  process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;

test("A15.05 no timer outlives its request, and no warning comes of many", async () => {
  const settings = inProcessSettings(hour);
  const warnings: Error[] = [];
  const listen = (warning: Error) => warnings.push(warning);
  process.on("warning", listen);
  const before = timers();
  const applications: Application[] = [
    (environ, startResponse) => {
      environ["tsgi.signal"].addEventListener("abort", () => {});
      startResponse("200 OK", TEXT);
      return "a";
    },
    () => {
      throw new Error("x");
    },
    async function* (_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "a";
      throw new Error("x");
    },
  ];
  for (let round = 0; round < 100; round++) {
    for (const application of applications) {
      await request(application, { settings });
      const aborted = begin(application, { settings });
      aborted.abort();
      await aborted.served;
    }
    await request(applications[0] ?? assert.fail(), {
      settings,
      variables: { REQUEST_METHOD: undefined },
    });
  }
  await turn();
  process.off("warning", listen);
  assert.equal(timers(), before);
  assert.deepEqual(warnings, []);
});

test("A15.05 a process with nothing but past requests ends", async () => {
  const { status, stderr } = await runScript(`
    import { begin, request } from "./test/support/in-process.ts";
    const options = ${JSON.stringify(hour)};
    const hello = (environ, startResponse) => {
      startResponse("200 OK", []);
      return "hello";
    };
    await request(hello, { options });
    const answer = begin(async (...given) => hello(...given), { options });
    answer.abort();
    await answer.served;
  `);
  assert.deepEqual([stderr, status], ["", 0]);
});

test("A13.07 an error outside of the request is left to the process", async () => {
  for (const loose of [
    'setImmediate(() => { throw new Error("loose"); })',
    'Promise.reject(new Error("loose"))',
  ]) {
    const { status, stdout, stderr } = await runScript(`
      import { request } from "./test/support/in-process.ts";
      const counts = () => ["uncaughtException", "unhandledRejection"]
        .map((event) => process.listenerCount(event)).join();
      const before = counts();
      const answer = await request((environ, startResponse) => {
        startResponse("200 OK", []);
        return [counts() === before ? "unchanged" : "changed"];
      });
      console.log(answer.text);
      await request(async (environ, startResponse) => {
        ${loose};
        return new Promise(() => {});
      });
    `);
    assert.equal(stdout, "unchanged\n");
    assert.match(stderr, /Error: loose/);
    assert.equal(status, 1);
  }
});
