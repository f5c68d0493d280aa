// The middleware we show closes the body it wraps, however the response ends.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ResponseBody } from "../../src/common/types.ts";
import { endings } from "../middleware/endings.ts";
import { BodyFeed, begin, request, TEXT } from "../support/in-process.ts";
import { logged, shouting } from "./shown-middleware.ts";

for (const [name, middleware] of Object.entries({ shouting, logged })) {
  describe(name, () => {
    for (const [ending, { application, method }] of Object.entries(endings)) {
      test(`A10.09 closes the inner body once: ${ending}`, async () => {
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
