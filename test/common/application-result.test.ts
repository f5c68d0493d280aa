// What an application may return, and what of it is looked at.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import type { ResponseBody } from "../../src/common/types.ts";
import { request, TEXT } from "../support/in-process.ts";

const silent: Record<string, ResponseBody> = {
  "a string": "x",
  bytes: Buffer.from("x"),
  "an array": ["x"],
  "several chunks": ["", "x"],
  "an async iterable": Readable.from(["x"]),
};
for (const [kind, body] of Object.entries(silent)) {
  test(`A1.07 ${kind} without startResponse is answered with 500`, async () => {
    const answer = await request(() => body);
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /startResponse was not called/);
    assert.equal(answer.outcome, "failed");
  });
}

const empties: Record<string, () => ResponseBody> = {
  "an empty array": () => [],
  "an empty string": () => "",
  "no bytes": () => new Uint8Array(0),
  "empty chunks": () => ["", new Uint8Array(0)],
  "a generator that yields nothing": function* () {},
  "an async generator that yields nothing": async function* () {},
};
for (const [kind, body] of Object.entries(empties)) {
  test(`A1.08 ${kind} without startResponse is answered with 500`, async () => {
    const answer = await request(() => body());
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /startResponse was not called/);
  });
}

const refused: Record<string, { body: unknown; named: string }> = {
  null: { body: null, named: "null" },
  undefined: { body: undefined, named: "undefined" },
  "a number": { body: 42, named: "a number" },
  "a boolean": { body: true, named: "a boolean" },
  "a function": { body: () => "x", named: "a function" },
  "a plain object": { body: { text: "x" }, named: "an object (Object)" },
  "an ArrayBuffer": {
    body: new ArrayBuffer(1),
    named: "an object (ArrayBuffer)",
  },
  "a DataView": {
    body: new DataView(new ArrayBuffer(1)),
    named: "an object (DataView)",
  },
  "an array of numbers": { body: [1, 2], named: "a number" },
  "another typed array": { body: Uint16Array.of(1), named: "a number" },
  "a Map": { body: new Map([["a", "b"]]), named: "an object (Array)" },
};
for (const [kind, { body, named }] of Object.entries(refused)) {
  test(`A1.09 ${kind} as a body is refused, by its name`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return body as ResponseBody;
    });
    assert.equal(answer.status, "500 Internal Server Error");
    assert.ok(
      answer.errors.includes(`Cannot send ${named} as a`),
      answer.errors,
    );
  });
}

test("A1.09 a refused body is closed", async () => {
  let closed = 0;
  const body = { close: () => closed++ };
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return body as unknown as ResponseBody;
  });
  assert.equal(answer.status, "500 Internal Server Error");
  assert.equal(closed, 1);
});

test("A1.10 a body with both kinds of iterator is iterated once, asynchronously", async () => {
  const made = { sync: 0, async: 0 };
  const answer = await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return {
      [Symbol.iterator]() {
        made.sync++;
        return ["sync"][Symbol.iterator]();
      },
      async *[Symbol.asyncIterator]() {
        made.async++;
        yield "async";
      },
    };
  });
  assert.equal(answer.text, "async");
  assert.deepEqual(made, { sync: 0, async: 1 });
});

const streams: Record<string, () => ResponseBody> = {
  "a Readable of node:stream": () => Readable.from(["a", Buffer.from("b")]),
  "a WHATWG ReadableStream": () =>
    ReadableStream.from([Buffer.from("a"), Buffer.from("b")]),
  "the body of a Response": () =>
    new Response("ab").body ?? assert.fail("a Response without a body"),
  "a Set": () => new Set(["a", "b"]),
};
for (const [kind, body] of Object.entries(streams)) {
  test(`A1.10 ${kind} is a body`, async () => {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return body();
    });
    assert.deepEqual([answer.status, answer.text], ["200 OK", "ab"]);
  });
}

test("A1.11 nothing is read of a body but its iteration and its close", async () => {
  const allowed = new Set<PropertyKey>([
    "then",
    "close",
    Symbol.iterator,
    Symbol.asyncIterator,
  ]);
  const read: PropertyKey[] = [];
  const watched = <Body extends object>(body: Body): Body =>
    new Proxy(body, {
      get(target, key) {
        read.push(key);
        const value = Reflect.get(target, key);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  async function* chunks() {
    yield "x";
  }
  for (const body of [new Set(["x"]), chunks(), Readable.from(["x"])]) {
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return watched<object>(body) as ResponseBody;
    });
    assert.equal(answer.text, "x", answer.errors);
  }
  assert.ok(read.includes(Symbol.asyncIterator));
  assert.deepEqual(
    read.filter((key) => !allowed.has(key)),
    [],
  );
});
