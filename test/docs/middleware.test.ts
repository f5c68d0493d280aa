// The middleware we show keeps the rules for middleware, each piece of it.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Application,
  Chunk,
  ResponseBody,
} from "../../src/common/types.ts";
import { BodyFeed, begin, request } from "../support/in-process.ts";
import { logged, shouting } from "./shown-middleware.ts";

const TEXT = [["Content-Type", "text/plain; charset=utf-8"]] as const;

for (const [name, middleware] of Object.entries({ shouting, logged })) {
  describe(name, () => {
    test("leaves other responses as they are", async () => {
      const application: Application = (environ, startResponse) => {
        startResponse("200 OK", [["Content-Type", "application/octet-stream"]]);
        return [environ.PATH_INFO, Buffer.from([0, 255, 10])];
      };
      const plain = await request(application);
      const wrapped = await request(middleware(application));
      assert.equal(wrapped.head, plain.head);
      assert.deepEqual(wrapped.body, plain.body);
    });

    test("A14.02 passes the error on, and returns a write that works", async () => {
      const answer = await request(
        middleware(async (_environ, startResponse) => {
          startResponse("200 OK", TEXT);
          const write = startResponse(
            "500 Internal Server Error",
            TEXT,
            "oops",
          );
          await write("A");
          await write("B");
          return ["C"];
        }),
      );
      assert.equal(answer.status, "500 Internal Server Error");
      assert.equal(answer.text, "ABC");
    });

    test("A14.02 lets the application see that an error comes too late", async () => {
      const error = new Error("too late");
      let caught: unknown;
      await request(
        middleware(function* (_environ, startResponse) {
          startResponse("200 OK", TEXT);
          yield "A";
          try {
            startResponse("500 Internal Server Error", TEXT, error);
          } catch (thrown) {
            caught = thrown;
          }
        }),
      );
      assert.equal(caught, error);
    });

    test("A14.03 sends a chunk while the next is not there yet", async () => {
      const gate = new BodyFeed();
      const answer = begin(
        middleware(async function* (environ, startResponse) {
          startResponse("200 OK", TEXT);
          yield "A";
          yield* environ["tsgi.input"];
        }),
        { body: gate },
      );
      await answer.output.sent(1);
      assert.deepEqual(answer.chunks, ["A"]);
      gate.push("B");
      gate.end();
      await answer.ended;
      assert.equal(answer.text, "AB");
    });

    test("A14.04 yields at least as many chunks as the inner body", async () => {
      let yielded = 0;
      const inner = ["A", "", Buffer.from([0xc3]), Buffer.from([0x84])];
      const wrapped = middleware((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return inner;
      });
      const answer = await request(async function* (environ, startResponse) {
        for await (const chunk of each(await wrapped(environ, startResponse))) {
          yielded++;
          yield chunk;
        }
      });
      assert.ok(yielded >= inner.length);
      assert.equal(answer.text, "AÄ");
    });

    test("A14.05 never writes what the body yields", async () => {
      const written: Chunk[] = [];
      const wrapped = middleware((_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return ["A", "B"];
      });
      const answer = await request((environ, startResponse) =>
        wrapped(environ, (...stated) => {
          const write = startResponse(...stated);
          return (chunk) => {
            written.push(chunk);
            return write(chunk);
          };
        }),
      );
      assert.equal(answer.text, "AB");
      assert.deepEqual(written, []);
    });

    test("A14.06 passes on keys it does not know", async () => {
      const seen: unknown[] = [];
      const wrapped = middleware((environ, startResponse) => {
        seen.push(environ["my.session"], environ["tsgi.run_once"]);
        startResponse("204 No Content", []);
        return [];
      });
      await request((environ, startResponse) =>
        wrapped({ ...environ, "my.session": 7 }, startResponse),
      );
      assert.deepEqual(seen, [7, false]);
    });
  });
}

test("shouting turns plain text into capitals, and forgets its length", async () => {
  const answer = await request(
    shouting((_environ, startResponse) => {
      startResponse("200 OK", [...TEXT, ["Content-Length", "9"]]);
      return [
        Buffer.from([0x67, 0x72, 0xc3]),
        Buffer.from([0xbc, 0xc3]),
        Buffer.from([0x9f, 0x65]),
      ];
    }),
  );
  assert.equal(answer.text, "GRÜSSE");
  assert.equal(answer.header("Content-Length"), undefined);
  assert.equal(answer.outcome, "completed");
});

test("logged notes method, path, status and time on tsgi.errors", async () => {
  const answer = await request(
    logged((_environ, startResponse) => {
      startResponse("404 Not Found", TEXT);
      return "nothing";
    }),
    { variables: { PATH_INFO: "/a\nb" } },
  );
  assert.match(answer.errors, /^GET "\/a\\nb": 404 Not Found, \d+ ms\n$/);
});

function each(body: ResponseBody): Iterable<Chunk> | AsyncIterable<Chunk> {
  return typeof body === "string" || body instanceof Uint8Array ? [body] : body;
}
