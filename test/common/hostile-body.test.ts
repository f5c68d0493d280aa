// Bodies that break the rules of iteration, or fail at the first touch.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { ResponseBody } from "../../src/common/types.ts";
import { request, TEXT } from "../support/in-process.ts";

const trap = (): never => {
  throw new Error("trap");
};
const traps = (key: PropertyKey) =>
  Object.defineProperty(["a", "b"], key, { get: trap });
const iterating = (key: PropertyKey, iterator: unknown) => ({
  [key]: () => iterator,
});

const hostile: Record<string, () => unknown> = {
  "a proxy that throws at every touch": () =>
    new Proxy(["a"], { get: trap, has: trap, getPrototypeOf: trap }),
  "a revoked proxy": () => {
    const { proxy, revoke } = Proxy.revocable(["a"], {});
    revoke();
    return proxy;
  },
  "a then that throws when looked for": () => traps("then"),
  "a close that throws when looked for": () => traps("close"),
  "an iterator that throws when looked for": () => traps(Symbol.iterator),
  "an async iterator that throws when looked for": () =>
    traps(Symbol.asyncIterator),
  "an iterator that is no function": () => ({ [Symbol.iterator]: 1 }),
  "an async iterator that is no function": () => ({
    [Symbol.asyncIterator]: {},
  }),
  "an iterator that is no object": () => iterating(Symbol.iterator, 1),
  "an iterator without next": () => iterating(Symbol.iterator, {}),
  "an async iterator without next": () => iterating(Symbol.asyncIterator, {}),
  "a step that is no object": () =>
    iterating(Symbol.iterator, { next: () => 1 }),
  "an async step that is no object": () =>
    iterating(Symbol.asyncIterator, { next: () => 1 }),
  "a chunk that throws when looked at": () =>
    (function* () {
      yield new Proxy({}, { get: trap, has: trap, getPrototypeOf: trap });
    })(),
  "an array with a length that lies": () =>
    new Proxy(["a"], {
      get: (target, key) => (key === "length" ? 2 : Reflect.get(target, key)),
    }),
};
for (const [what, body] of Object.entries(hostile)) {
  test(`A13.01 ${what} fails the request alone`, async () => {
    for (const method of ["GET", "POST"]) {
      const answer = await request(
        (_environ, startResponse) => {
          startResponse("200 OK", TEXT);
          return body() as ResponseBody;
        },
        { method },
      );
      assert.equal(answer.outcome, "failed");
      assert.match(answer.errors, /^tsgi: incident /);
    }
  });

  test(`A10.08 ${what} does no harm where no body is wanted`, async () => {
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return body() as ResponseBody;
      },
      { method: "HEAD" },
    );
    assert.ok(answer.head);
    assert.equal(answer.body.length, 0);
  });
}

test("A10.01 a body that breaks the rules of iteration is closed", async () => {
  for (const body of [
    iterating(Symbol.iterator, 1),
    iterating(Symbol.asyncIterator, {}),
    iterating(Symbol.iterator, { next: () => 1 }),
  ]) {
    let closed = 0;
    await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return Object.assign(body, { close: () => closed++ }) as never;
    });
    assert.equal(closed, 1);
  }
});

test("A1.10 an async iterator may give its steps without promises", async () => {
  const steps = ["a", "b"].values();
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return iterating(Symbol.asyncIterator, steps) as never;
  });
  assert.equal(answer.text, "ab");
});
