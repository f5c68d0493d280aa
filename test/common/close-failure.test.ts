// A close() that fails.
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Closable, ResponseBody } from "../../src/common/types.ts";
import { request, TEXT } from "../support/in-process.ts";

const failing: Record<string, () => unknown> = {
  throws: () => {
    throw new Error("in close");
  },
  rejects: () => Promise.reject(new Error("in close")),
  "throws nothing": () => {
    throw undefined;
  },
  "returns a thenable that throws": () => ({
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested
    then() {
      throw new Error("in close");
    },
  }),
  "returns what throws when looked at": () =>
    new Proxy(
      {},
      {
        get() {
          throw new Error("in close");
        },
      },
    ),
};
for (const [what, close] of Object.entries(failing)) {
  test(`A10.04 a close() that ${what} is logged and changes nothing else`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const body: ResponseBody & Closable = Object.assign(["a", "b"], {
        close,
      });
      return body;
    });
    assert.deepEqual(answer.chunks, ["a", "b"]);
    assert.deepEqual([answer.outcome, answer.cut], ["completed", false]);
    assert.match(answer.errors, /^tsgi: close\(\) failed: GET \/: /);
    assert.match(
      answer.errors,
      what === "throws nothing" ? /undefined/ : /in close/,
    );
  });
}

test("A10.04 a close that throws when it is looked for is an error before anything is sent", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return Object.defineProperty(["a", "b"], "close", {
      get() {
        throw new Error("no close");
      },
    });
  });
  assert.equal(answer.status, "500 Internal Server Error");
  assert.match(answer.errors, /no close/);
});

test("A10.04 a close that is no function is none", async () => {
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return Object.assign(["a", "b"], { close: true });
  });
  assert.deepEqual([answer.text, answer.errors], ["ab", ""]);
});
