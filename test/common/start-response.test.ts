// What startResponse does, call by call.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type {
  Application,
  Header,
  ResponseBody,
  StartResponse,
} from "../../src/common/types.ts";
import { begin, MemoryOutput, request, TEXT } from "../support/in-process.ts";
import { runScript } from "../support/script.ts";

const BROKEN: readonly Header[] = [["Connection", "close"]];

test("A6.01 startResponse takes two or three arguments and returns write at once", async () => {
  const returned: unknown[] = [];
  await request((_environ, startResponse) => {
    returned.push(startResponse("200 OK", TEXT));
    returned.push(startResponse("500 Oops", TEXT, new Error("x")));
    return [];
  });
  assert.deepEqual(
    returned.map((write) => typeof write),
    ["function", "function"],
  );
});

test("A6.02 startResponse sends nothing by itself", async () => {
  const trace: string[] = [];
  let open: (body: ResponseBody) => void = () => {};
  const answer = begin(
    (_environ, startResponse) => {
      startResponse("200 OK", [["Content-Length", "0"]]);
      startResponse("200 OK", TEXT, new Error("again"));
      return new Promise((resolve) => {
        open = resolve;
      });
    },
    { output: new MemoryOutput(trace) },
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(trace, []);
  open([]);
  await answer.ended;
  assert.equal(answer.status, "200 OK");
});

const lateHeaders: Record<string, (start: StartResponse) => ResponseBody> = {
  "an empty chunk": function* (start) {
    yield "";
    start("500 Oops", [["X-Kept", "1"]], new Error("x"));
    yield "E";
  },
  "an empty chunk of an async body": async function* (start) {
    yield new Uint8Array(0);
    start("500 Oops", [["X-Kept", "1"]], new Error("x"));
    yield "E";
  },
  "nothing but empty chunks": function* (start) {
    yield* ["", ""];
    start("500 Oops", [["X-Kept", "1"]], new Error("x"));
  },
};
for (const [kind, body] of Object.entries(lateHeaders)) {
  test(`A6.03 E5.12 headers do not go out at ${kind}`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", [["X-Lost", "1"]]);
      return body(startResponse);
    });
    assert.equal(answer.status, "500 Oops");
    assert.equal(answer.header("X-Lost"), undefined);
    assert.equal(answer.header("X-Kept"), "1");
    assert.equal(answer.text, kind.startsWith("nothing") ? "" : "E");
  });
}

test("A6.03 headers go out with the first non-empty chunk, before the next is asked for", async () => {
  const trace: string[] = [];
  await request(
    function* (_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "";
      trace.push("first");
      yield "a";
      trace.push("second");
      yield "b";
    },
    { output: new MemoryOutput(trace) },
  );
  assert.deepEqual(trace, ["first", "start", "second", "write", "end"]);
});

const secondCalls: Record<
  string,
  (start: StartResponse, second: () => void) => ResponseBody
> = {
  "before the headers are sent": (start, second) => {
    start("200 OK", TEXT);
    second();
    return "x";
  },
  "after the headers are sent": function* (start, second) {
    start("200 OK", TEXT);
    yield "x";
    second();
  },
};
for (const [when, body] of Object.entries(secondCalls)) {
  test(`A6.05 E5.11 E5.12 a second call without an error throws, ${when}`, async () => {
    let told: unknown;
    const answer = await request((_environ, startResponse) =>
      body(startResponse, () => {
        assert.throws(
          () => startResponse("201 Created", []),
          (error) => {
            told = error;
            return true;
          },
        );
      }),
    );
    assert.equal((told as { code?: unknown }).code, "START_RESPONSE");
    assert.equal(answer.status, "200 OK");
    assert.equal(answer.text, "x");
  });
}

test("A6.05 A6.11 a second call without an error throws, even where the first one threw", async () => {
  const answer = await request((_environ, startResponse) => {
    assert.throws(() => startResponse("200 OK", BROKEN), { code: "HEADER" });
    assert.throws(() => startResponse("200 OK", TEXT), {
      code: "START_RESPONSE",
    });
    return "x";
  });
  assert.equal(answer.status, "500 Internal Server Error");
  assert.match(answer.errors, /startResponse has not succeeded/);
});

test("A6.12 the checks are made in production, too", async () => {
  const script = `
    import { request } from "./test/support/in-process.ts";
    const codes = [];
    await request((environ, startResponse) => {
      for (const [status, headers] of [
        ["200 OK", [["X", "a\\r\\nSet-Cookie: b"]]],
        ["200 OK\\r\\nX: y", []],
        ["200 OK", [["Connection", "close"]]],
      ]) {
        try {
          startResponse(status, headers, new Error("x"));
          codes.push("none");
        } catch ({ code }) {
          codes.push(code);
        }
      }
      return "x";
    });
    console.log(codes.join());
  `;
  const { stdout, status } = await runScript(script, {
    NODE_ENV: "production",
  });
  assert.deepEqual([stdout, status], ["HEADER,STATUS,HEADER\n", 0]);
});

test("A6.13 what happens to the headers after the call has no effect", async () => {
  const pair: [string, string] = ["X-A", "1"];
  const headers: [string, string][] = [pair];
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", headers);
    assert.deepEqual(headers, [["X-A", "1"]]);
    pair[1] = "a\r\nb";
    headers.push(["X-B", "a\r\nb"]);
    return [];
  });
  assert.deepEqual(answer.headers, [
    ["X-A", "1"],
    ["Content-Length", "0"],
    ["Status", "200 OK"],
  ]);
});

test("A6.13 headers may be frozen", async () => {
  const headers = Object.freeze([Object.freeze(["X-A", "1"] as const)]);
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", headers);
    return [];
  });
  assert.equal(answer.header("X-A"), "1");
});

test("A6.13 headers are iterated once", async () => {
  let iterated = 0;
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", {
      *[Symbol.iterator]() {
        iterated++;
        yield ["X-A", "1"] as const;
      },
    });
    return "x";
  });
  assert.equal(answer.header("X-A"), "1");
  assert.equal(iterated, 1);
});

test("A6.13 headers whose reading starts another response start none themselves", async () => {
  const application: Application = (_environ, startResponse) => {
    assert.throws(
      () =>
        startResponse("200 OK", {
          *[Symbol.iterator]() {
            startResponse("500 Oops", TEXT, new Error("x"))("inner");
            yield ["X-A", "1"] as const;
          },
        }),
      { code: "START_RESPONSE" },
    );
    return ["-", "outer"];
  };
  const answer = await request(application);
  assert.deepEqual([answer.status, answer.text], ["500 Oops", "inner-outer"]);
});

test("A6.14 the error is not kept after the call", async () => {
  setFlagsFromString("--expose-gc");
  const collect: () => void = runInNewContext("gc");
  let error: WeakRef<Error> | undefined;
  const answer = await request(async (_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    (() => {
      const own = new Error("x");
      error = new WeakRef(own);
      startResponse("500 Oops", TEXT, own);
    })();
    // A WeakRef holds on to what it was made for until the end of the task.
    await new Promise((resolve) => setImmediate(resolve));
    collect();
    assert.equal(error?.deref(), undefined);
    return [];
  });
  assert.equal(answer.status, "500 Oops");
});
