// How the application is called.
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Application,
  Environ,
  ResponseBody,
  StartResponse,
  Write,
} from "../../src/common/types.ts";
import {
  begin,
  hello,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

test("A1.01 the application is called with two arguments and no this", async () => {
  const calls: { self: unknown; count: number }[] = [];
  const answer = await request(function (
    this: unknown,
    ...given: Parameters<Application>
  ) {
    calls.push({ self: this, count: given.length });
    return hello(...given);
  });
  assert.deepEqual(calls, [{ self: undefined, count: 2 }]);
  assert.equal(answer.status, "200 OK");
});

test("A1.01 the application may be an arrow function, a bound method or an async function", async () => {
  class Site {
    readonly greeting = "hello";
    serve(_environ: Environ, startResponse: StartResponse): ResponseBody {
      startResponse("200 OK", TEXT);
      return this.greeting;
    }
  }
  const site = new Site();
  const applications: Application[] = [
    hello,
    site.serve.bind(site),
    async (environ, startResponse) => hello(environ, startResponse),
  ];
  for (const application of applications) {
    const answer = await request(application);
    assert.deepEqual([answer.status, answer.text], ["200 OK", "hello"]);
  }
});

test("A1.02 the kind of function makes no difference to the response", async () => {
  const plain: Application = (_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return ["a", "b"];
  };
  const applications: Application[] = [
    plain,
    async (environ, startResponse) => plain(environ, startResponse),
    function* (_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield* ["a", "b"];
    },
    async function* (_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield* ["a", "b"];
    },
    new Proxy(plain, {}),
  ];
  for (const application of applications) {
    const answer = await request(application);
    assert.equal(
      answer.head,
      "Content-Type: text/plain\r\nStatus: 200 OK\r\n\r\n",
    );
    assert.deepEqual(answer.chunks, ["a", "b"]);
  }
});

test("A1.03 a thenable result is awaited once", async () => {
  let awaited = 0;
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    const thenable = {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
      then(resolve: (body: ResponseBody) => void) {
        awaited++;
        resolve(["late"]);
      },
    };
    return thenable as PromiseLike<ResponseBody>;
  });
  assert.deepEqual([answer.status, answer.text], ["200 OK", "late"]);
  assert.equal(awaited, 1);
});

for (const [kind, result] of [
  ["promise", () => Promise.reject(new Error("no luck"))],
  [
    "thenable",
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
      then(_resolve: unknown, reject: (error: unknown) => void) {
        reject(new Error("no luck"));
      },
    }),
  ],
  [
    "thenable that throws",
    () => ({
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
      then() {
        throw new Error("no luck");
      },
    }),
  ],
] as const) {
  test(`A1.03 a rejected ${kind} is an error like a throw`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return result() as PromiseLike<never>;
    });
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /no luck/);
  });
}

test("A1.04 a request sees nothing of what another has changed", async () => {
  const environs: Environ[] = [];
  const starts: StartResponse[] = [];
  const application: Application = (environ, startResponse) => {
    environs.push({ ...environ });
    starts.push(startResponse);
    environ["tsgi.quirks"] = ["mine"];
    environ["tsgi.cleanup"].push(() => {});
    (environ as { X?: string }).X = "1";
    delete (environ as Partial<Environ>).SERVER_NAME;
    return hello(environ, startResponse);
  };
  await request(application);
  await request(application);
  const [first, second] = environs;
  assert.ok(first !== undefined && second !== undefined);
  assert.equal("X" in second, false);
  assert.equal(second.SERVER_NAME, "127.0.0.1");
  assert.deepEqual(second["tsgi.quirks"], []);
  assert.notEqual(first["tsgi.input"], second["tsgi.input"]);
  assert.notEqual(first["tsgi.errors"], second["tsgi.errors"]);
  assert.notEqual(first["tsgi.cleanup"], second["tsgi.cleanup"]);
  assert.notEqual(first["tsgi.signal"], second["tsgi.signal"]);
  assert.notEqual(starts[0], starts[1]);
});

test("A1.05 requests interleave, each with its own environ", async () => {
  const gates: (() => void)[] = [];
  const application: Application = async (environ, startResponse) => {
    startResponse("200 OK", TEXT);
    await new Promise<void>((open) => gates.push(open));
    return environ.PATH_INFO;
  };
  const answers = ["/1", "/2"].map((PATH_INFO) =>
    begin(application, { variables: { PATH_INFO } }),
  );
  assert.equal(gates.length, 2);
  for (const open of gates.reverse()) open();
  await Promise.all(answers.map(({ ended }) => ended));
  assert.deepEqual(
    answers.map(({ text }) => text),
    ["/1", "/2"],
  );
});

test("A1.06 startResponse may be called in the first step of the body", async () => {
  const sync = await request(function* (_environ, startResponse) {
    startResponse("201 Created", [["X-Step", "1"]]);
    yield "x";
  });
  const late = await request(async (_environ, startResponse) => ({
    async *[Symbol.asyncIterator]() {
      await Promise.resolve();
      startResponse("201 Created", [["X-Step", "1"]]);
      yield "x";
    },
  }));
  for (const answer of [sync, late]) {
    assert.equal(answer.status, "201 Created");
    assert.equal(answer.header("X-Step"), "1");
    assert.equal(answer.text, "x");
  }
});

test("A1.12 A6.15 what a detached timer does after the end has no effect", async () => {
  const trace: string[] = [];
  let startResponse: StartResponse | undefined;
  let write: Write | undefined;
  const answer = await request(
    (_environ, start) => {
      startResponse = start;
      write = start("200 OK", TEXT);
      return "done";
    },
    { output: new MemoryOutput(trace) },
  );
  const before = [...trace];
  assert.throws(() => startResponse?.("200 OK", []), { code: "ENDED" });
  assert.throws(() => startResponse?.("500 x", [], new Error("late")), {
    code: "ENDED",
  });
  await assert.rejects(async () => write?.("late"), { code: "ENDED" });
  assert.deepEqual(trace, before);
  assert.equal(answer.text, "done");
});

test("A17.06 the server adds no features: a Range request gets the whole body", async () => {
  const answer = await request(hello, {
    variables: { HTTP_RANGE: "bytes=0-1", HTTP_ACCEPT_ENCODING: "gzip" },
  });
  assert.deepEqual(answer.headers, [
    ["Content-Type", "text/plain"],
    ["Content-Length", "5"],
    ["Status", "200 OK"],
  ]);
  assert.equal(answer.text, "hello");
});
