// The middleware we show closes the body it wraps, however the response ends.
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

/** Ways for a response to end. */
const paths: Record<
  string,
  {
    application: (...call: Parameters<Application>) => IterableIterator<Chunk>;
    method?: string;
  }
> = {
  "the end": {
    *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "A";
    },
  },
  "an empty body": {
    *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "";
    },
  },
  "an error in the iteration": {
    *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "A";
      throw new Error("failed");
    },
  },
  "an error in getting the iterator": {
    application() {
      throw new Error("failed");
    },
  },
  "an exception of startResponse": {
    *application(_environ, startResponse) {
      startResponse("200 OK", [["Bad name", ""]]);
      yield "A";
    },
  },
  "Content-Length reached": {
    *application(_environ, startResponse) {
      startResponse("200 OK", [["Content-Length", "1"]]);
      yield "A";
      yield "B";
    },
  },
  "no body allowed": {
    *application(_environ, startResponse) {
      startResponse("304 Not Modified", []);
      yield "A";
    },
  },
  HEAD: {
    *application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      yield "A";
      yield "B";
    },
    method: "HEAD",
  },
};

for (const [name, middleware] of Object.entries({ shouting, logged })) {
  describe(name, () => {
    for (const [path, { application, method }] of Object.entries(paths)) {
      test(`A10.09 closes the inner body once: ${path}`, async () => {
        let closed = 0;
        const wrapped = middleware((environ, startResponse) => ({
          [Symbol.iterator]: () => application(environ, startResponse),
          close: () => closed++,
        }));
        const variables = { REQUEST_METHOD: method ?? "GET" };
        await request(wrapped, { variables });
        assert.equal(closed, 1);
      });
    }

    test("A10.09 closes the inner body once: an abort while it waits", async () => {
      let closed = 0;
      const answer = begin(
        middleware((environ, startResponse) => ({
          async *[Symbol.asyncIterator]() {
            startResponse("200 OK", TEXT);
            yield "A";
            yield* environ["tsgi.input"];
          },
          close: () => closed++,
        })),
        { body: new BodyFeed() },
      );
      await answer.output.sent(1);
      answer.abort();
      await answer.ended;
      assert.equal(closed, 1);
    });

    test("A10.09 closes the inner body once: an abort before it is iterated", async () => {
      let closed = 0;
      let go: (body: ResponseBody) => void = () => {};
      const body = { *[Symbol.iterator]() {}, close: () => closed++ };
      const promise = new Promise<ResponseBody>((resolve) => {
        go = resolve;
      });
      const answer = begin(middleware(() => promise));
      answer.abort();
      go(body);
      await answer.ended;
      assert.equal(closed, 1);
    });
  });
}
