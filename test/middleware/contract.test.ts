// What holds for every middleware of this package, whatever it does (docs/specification.md, A14).
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Application,
  Chunk,
  Environ,
  ResponseBody,
} from "../../src/common/types.ts";
import * as exported from "../../src/middleware/index.ts";
import {
  BodyFeed,
  begin,
  type InProcessRequest,
  request,
  TEXT,
} from "../support/in-process.ts";
import { between } from "./between.ts";
import { endings } from "./endings.ts";
import { everyMiddleware } from "./every-middleware.ts";

test("every exported function is in the table of middleware", () => {
  const names = Object.entries(exported)
    .filter(([, value]) => typeof value === "function")
    .map(([name]) => name);
  const table = Object.keys(everyMiddleware).map((name) => name.split(":")[0]);
  assert.deepEqual([...new Set(table)].sort(), names.sort());
});

for (const [name, { middleware, init, buffers }] of Object.entries(
  everyMiddleware,
)) {
  const wrap = (application: Application): Application =>
    between(middleware, application);
  const ask = (application: Application, more: InProcessRequest = {}) =>
    begin(application, { ...init, ...more });

  describe(name, () => {
    test("A14.01 answers between two validators as without them", async () => {
      const application: Application = async (environ, startResponse) => {
        const body = await environ["tsgi.input"].read();
        startResponse("200 OK", [...TEXT, ["X-Length", `${body.length}`]]);
        return ["A", Buffer.from("B"), ""];
      };
      const answer = await request(wrap(application), init);
      assert.equal(answer.status, "200 OK", answer.errors);
      assert.equal(answer.header("Content-Type"), "text/plain");
      assert.equal(answer.text, init?.method === "HEAD" ? "" : "AB");
      assert.equal(answer.outcome, "completed");
    });

    test("A14.02 passes the error on, and returns a write that works", async () => {
      const answer = await request(
        wrap(async (_environ, startResponse) => {
          startResponse("200 OK", TEXT);
          const error = new Error("oops");
          const write = startResponse("503 Service Unavailable", TEXT, error);
          await write("A");
          await write("B");
          return ["C"];
        }),
        init,
      );
      assert.equal(answer.status, "503 Service Unavailable", answer.errors);
      const text = init?.method === "HEAD" ? "" : "ABC";
      assert.equal(answer.text, text, answer.errors);
    });

    test("A14.02 replaces a start that a generator made", async () => {
      const answer = await request(
        wrap(function* (_environ, startResponse) {
          startResponse("200 OK", TEXT);
          startResponse("503 Service Unavailable", TEXT, new Error("oops"));
          yield "A";
        }),
        init,
      );
      assert.equal(answer.status, "503 Service Unavailable", answer.errors);
    });

    if (init?.method !== "HEAD" && !buffers) {
      test("A14.02 lets the application see that an error comes too late", async () => {
        const error = new Error("too late");
        let caught: unknown;
        const answer = ask(
          wrap(function* (_environ, startResponse) {
            startResponse("200 OK", TEXT);
            yield "A";
            try {
              startResponse("500 Internal Server Error", TEXT, error);
            } catch (thrown) {
              caught = thrown;
            }
            yield "B";
          }),
        );
        await answer.ended;
        assert.equal(caught, error);
        assert.equal(answer.text, "A");
        assert.equal(answer.outcome, "failed");
      });

      // Where a body that has begun goes on with another application's, write() only adds chunks to it.
      if (name !== "cascade: after one that starts late") {
        test("A14.02 returns a write that can flush", async () => {
          let flushed = "nothing";
          const answer = ask(
            wrap(async (_environ, startResponse) => {
              await startResponse("200 OK", TEXT).flush?.();
              flushed = answer.head ?? "";
              return "A";
            }),
          );
          await answer.ended;
          assert.match(flushed, /Status: 200 OK/);
          assert.equal(answer.text, "A");
        });
      }

      test("A14.03 sends a chunk while the next is not there yet", async () => {
        const gate = new BodyFeed();
        const later = gateOf(gate);
        const answer = ask(
          wrap(async function* (_environ, startResponse) {
            startResponse("200 OK", TEXT);
            yield "A";
            yield* later();
          }),
        );
        await answer.output.sent(1);
        assert.deepEqual(answer.chunks, ["A"]);
        gate.push("B");
        gate.end();
        await answer.ended;
        assert.equal(answer.text, "AB");
      });

      test("A14.04 yields at least as many chunks as the inner body", async () => {
        const inner = ["A", "", Buffer.from([0xc3]), Buffer.from([0x84])];
        const wrapped = wrap((_environ, startResponse) => {
          startResponse("200 OK", TEXT);
          return inner;
        });
        let yielded = 0;
        const answer = ask((environ, startResponse) =>
          watched(wrapped(environ, startResponse), () => yielded++),
        );
        await answer.ended;
        assert.ok(yielded >= inner.length, `${yielded}`);
        assert.equal(answer.text, "AÄ");
      });

      test("A14.05 never writes what the body yields", async () => {
        const written: Chunk[] = [];
        const wrapped = wrap((_environ, startResponse) => {
          startResponse("200 OK", TEXT);
          return ["A", "B"];
        });
        const answer = ask((environ, startResponse) =>
          wrapped(environ, (...stated) => {
            const write = startResponse(...stated);
            return (chunk) => {
              written.push(chunk);
              return write(chunk);
            };
          }),
        );
        await answer.ended;
        assert.equal(answer.text, "AB");
        assert.deepEqual(written, []);
      });
    }

    test("A14.06 passes on keys it does not know", async () => {
      const seen: unknown[] = [];
      const wrapped = wrap((environ, startResponse) => {
        seen.push(environ["my.session"], environ["tsgi.run_once"]);
        seen.push(environ.SSL_CIPHER);
        startResponse("204 No Content", []);
        return [];
      });
      const variables = { ...init?.variables, SSL_CIPHER: "none" };
      const answer = ask(
        (environ, startResponse) => {
          environ["my.session"] = 7;
          return wrapped(environ, startResponse);
        },
        { variables },
      );
      await answer.ended;
      assert.deepEqual(seen, [7, false, "none"]);
    });

    test("A14.01 leaves the environ of its server as it was", async () => {
      let before: Record<string, unknown> = {};
      let after: Record<string, unknown> = {};
      // Not between validators, which put their own streams into it.
      const wrapped = middleware(async (environ, startResponse) => {
        await environ["tsgi.input"].read();
        startResponse("200 OK", TEXT);
        return ["A", environ.PATH_INFO];
      });
      const answer = ask((environ, startResponse) => {
        before = { ...environ };
        environ["tsgi.cleanup"].push(() => {
          after = { ...environ };
        });
        return wrapped(environ, startResponse);
      });
      await answer.served;
      // What middleware adds for its server to see has a name with a dot.
      for (const key of Object.keys(after)) {
        if (key in before) assert.equal(after[key], before[key], key);
        else assert.match(key, /^(?!tsgi\.).+\./);
      }
      assert.equal(
        Object.keys(before).filter((key) => !(key in after)).length,
        0,
      );
    });

    for (const [ending, { application, method }] of Object.entries(endings)) {
      test(`A10.09 closes the inner body once: ${ending}`, async () => {
        let closed = 0;
        const wrapped = wrap((environ, startResponse) => ({
          [Symbol.iterator]: () => application(environ, startResponse),
          close: () => closed++,
        }));
        const answer = ask(wrapped, method === undefined ? {} : { method });
        await answer.ended;
        assert.equal(closed, 1);
      });
    }

    test("A10.09 closes the inner body once: an abort while it waits", async () => {
      let closed = 0;
      const gate = new BodyFeed();
      const waiting = signalled();
      const wrapped = wrap((environ, startResponse) => ({
        async *[Symbol.asyncIterator]() {
          startResponse("200 OK", TEXT);
          if (!buffers && init?.method !== "HEAD") yield "A";
          waiting.resolve();
          await aborted(environ);
        },
        close: () => closed++,
      }));
      const answer = ask(wrapped);
      // HEAD asks for no more than the start.
      if (init?.method !== "HEAD") await waiting.promise;
      answer.abort();
      gate.end();
      await answer.ended;
      assert.equal(closed, 1);
    });

    test("A10.09 closes the inner body once: an abort before it is iterated", async () => {
      let closed = 0;
      const started = signalled();
      let go: (body: ResponseBody) => void = () => {};
      const promise = new Promise<ResponseBody>((resolve) => {
        go = resolve;
      });
      const wrapped = wrap(() => {
        started.resolve();
        return promise;
      });
      const answer = ask(wrapped);
      await started.promise;
      answer.abort();
      go({ *[Symbol.iterator]() {}, close: () => closed++ } as ResponseBody);
      await answer.ended;
      assert.equal(closed, 1);
    });
  });
}

function signalled(): { promise: Promise<void>; resolve: () => void } {
  let resolve: () => void = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** Rejects when the request is given up, as whatever an application awaits would. */
function aborted(environ: Environ): Promise<never> {
  const signal = environ["tsgi.signal"];
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });
}

/** The chunks a feed gets. */
function gateOf(feed: BodyFeed): () => AsyncGenerator<Uint8Array> {
  return async function* () {
    for (;;) {
      const chunk = await feed.next();
      if (chunk === undefined) return;
      yield chunk;
    }
  };
}

async function* watched(
  body: ReturnType<Application>,
  count: () => void,
): AsyncGenerator<Chunk> {
  const chunks = await body;
  const list =
    typeof chunks === "string" || chunks instanceof Uint8Array
      ? [chunks]
      : chunks;
  for await (const chunk of list) {
    count();
    yield chunk;
  }
}
