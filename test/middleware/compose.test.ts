import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type {
  Application,
  Header,
  Middleware,
} from "../../src/common/types.ts";
import { compose, requestId, timeout } from "../../src/middleware/index.ts";
import { hello, request } from "../support/in-process.ts";
import { between } from "./between.ts";

/** Puts its name on the way in and on the way out. */
function marking(name: string): Middleware {
  return (application) => (environ, startResponse) => {
    environ["my.way"] = `${environ["my.way"] ?? ""}${name}`;
    return application(environ, (status, headers, error) => {
      const mark: Header = ["X-Way", name];
      return startResponse(status, [...headers, mark], error);
    });
  };
}

const way: Application = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return String(environ["my.way"]);
};

describe("compose", () => {
  test("G5.01 puts the first outermost", async () => {
    const answer = await request(
      between(compose(marking("a"), marking("b"), marking("c")), way),
    );
    assert.equal(answer.text, "abc");
    assert.equal(answer.header("X-Way"), "c, b, a");
  });

  test("G5.01 makes middleware that can be composed again", async () => {
    const inner = compose(marking("b"), marking("c"));
    const answer = await request(compose(marking("a"), inner)(way));
    assert.equal(answer.text, "abc");
  });

  test("of nothing is the application itself", () => {
    assert.equal(compose()(hello), hello);
  });

  test("has types that fit without a word", async () => {
    const stack: Application = compose(
      requestId(),
      timeout({ timeoutMs: 1000 }),
      (application) => (environ, startResponse) =>
        application(environ, startResponse),
    )(hello);
    // @ts-expect-error: an application is no middleware.
    const wrong: Middleware = compose(hello);
    assert.equal(typeof wrong, "function");
    assert.equal((await request(stack)).text, "hello");
  });

  for (const wrong of [undefined, null, "hello", {}]) {
    test(`refuses ${JSON.stringify(wrong)}`, () => {
      const middleware = wrong as unknown as Middleware;
      assert.throws(() => compose(marking("a"), middleware), {
        code: "CONFIG",
        message: /middleware 2 of compose/,
      });
      assert.throws(() => compose()(wrong as unknown as Application), {
        code: "CONFIG",
      });
      const returning = (() => wrong) as unknown as Middleware;
      assert.throws(() => compose(returning)(hello), {
        code: "CONFIG",
        message: /result of middleware 1/,
      });
    });
  }
});
