// close() of a body: once, on the right object, at the right time, whatever happens.
import assert from "node:assert/strict";
import { test } from "node:test";
import type {
  Chunk,
  Closable,
  Header,
  StartResponse,
  Status,
} from "../../src/common/types.ts";
import {
  begin,
  type InProcessRequest,
  MemoryOutput,
  request,
  TEXT,
} from "../support/in-process.ts";

/** A body that iterates as `iterate` says, and counts the calls of its close(). */
class Counted implements AsyncIterable<Chunk>, Closable {
  closed = 0;
  readonly #iterate: () => AsyncIterator<Chunk>;

  constructor(iterate: () => AsyncIterator<Chunk>) {
    this.#iterate = iterate;
  }

  [Symbol.asyncIterator](): AsyncIterator<Chunk> {
    return this.#iterate();
  }

  close(): void {
    // Fails where it is called without its object.
    this.closed++;
  }
}

interface Path {
  readonly init?: InProcessRequest;
  readonly status?: Status;
  readonly headers?: readonly Header[];
  iterate(
    this: void,
    startResponse: StartResponse,
    output: MemoryOutput,
  ): AsyncGenerator<Chunk>;
}

const paths: Record<string, Path> = {
  "a normal end": {
    async *iterate() {
      yield* ["a", "b"];
    },
  },
  "an empty body": { async *iterate() {} },
  "an error in the first step": {
    // biome-ignore lint/correctness/useYield: it fails before
    async *iterate() {
      throw new Error("first step");
    },
  },
  "an error in a later step": {
    async *iterate() {
      yield "a";
      throw new Error("later step");
    },
  },
  "an error on getting the iterator": {
    iterate() {
      throw new Error("no iterator");
    },
  },
  "an error thrown by startResponse": {
    async *iterate(startResponse) {
      yield "";
      startResponse("200 OK", []);
    },
  },
  "an error thrown back by startResponse": {
    async *iterate(startResponse) {
      yield "a";
      startResponse("500 Oops", [], new Error("thrown back"));
    },
  },
  "a chunk that is none": {
    async *iterate() {
      yield 1 as never as Chunk;
    },
  },
  "an output that fails at the first chunk": {
    async *iterate(_startResponse, output) {
      output.break(Object.assign(new Error("gone"), { code: "EPIPE" }));
      yield* ["a", "b"];
    },
  },
  "an output that fails at a later chunk": {
    async *iterate(_startResponse, output) {
      yield "a";
      output.break(Object.assign(new Error("gone"), { code: "EPIPE" }));
      yield* ["b", "c"];
    },
  },
  "an output that fails at the end of an empty body": {
    async *iterate(_startResponse, output) {
      output.break(Object.assign(new Error("gone"), { code: "EPIPE" }));
      yield "";
    },
  },
  "Content-Length reached": {
    headers: [["Content-Length", "2"]],
    async *iterate() {
      yield* ["a", "b", "c"];
    },
  },
  "Content-Length exceeded": {
    headers: [["Content-Length", "2"]],
    async *iterate() {
      yield* ["abc", "d"];
    },
  },
  "Content-Length not reached": {
    headers: [["Content-Length", "5"]],
    async *iterate() {
      yield* ["a", "b"];
    },
  },
  "the method HEAD": {
    init: { method: "HEAD" },
    async *iterate() {
      yield* ["a", "b"];
    },
  },
  "status 204": {
    status: "204 No Content",
    async *iterate() {
      yield* ["a", "b"];
    },
  },
  "status 304": { status: "304 Not Modified", async *iterate() {} },
};

for (const [name, path] of Object.entries(paths)) {
  test(`A10.01 E3.32 E5.12 close() is called once after ${name}`, async () => {
    const output = new MemoryOutput();
    let body: Counted | undefined;
    await request(
      (_environ, startResponse) => {
        startResponse(path.status ?? "200 OK", path.headers ?? TEXT);
        body = new Counted(() => path.iterate(startResponse, output));
        return body;
      },
      { ...path.init, output },
    );
    assert.equal(body?.closed, 1);
  });
}

test("A10.01 close() is called once where startResponse never was", async () => {
  for (const chunks of [["a"], [], ["", "a"]]) {
    const body = new Counted(async function* () {
      yield* chunks;
    });
    const answer = await request(() => body);
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(body.closed, 1);
  }
});

for (const kind of ["an array", "an array of one", "a sync iterable"]) {
  test(`A10.01 close() of ${kind} is called once`, async () => {
    let closed = 0;
    const chunks = kind === "an array of one" ? ["a"] : ["a", "b"];
    const iterable = kind === "a sync iterable" ? new Set(chunks) : chunks;
    const body = Object.assign(iterable, { close: () => closed++ });
    const answer = await request((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return body;
    });
    assert.equal(answer.text, chunks.join(""));
    assert.equal(closed, 1);
  });
}

test("A10.02 close() is called on the object the application returned, not on its iterator", async () => {
  const trace: unknown[] = [];
  const body = {
    [Symbol.iterator]() {
      const iterator = ["a", "b"].values();
      return Object.assign(iterator, { close: () => trace.push("iterator") });
    },
    close() {
      trace.push(this);
    },
  };
  await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return body;
  });
  assert.equal(trace.length, 1);
  assert.equal(trace[0], body);
});

test("A10.03 a promise of close() is awaited before the request is over", async () => {
  const trace: string[] = [];
  let open = () => {};
  const answer = begin(
    (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      environ["tsgi.cleanup"].push(() => trace.push("cleanup"));
      return {
        *[Symbol.iterator]() {
          yield "a";
        },
        close: () => {
          trace.push("close");
          return new Promise<void>((resolve) => {
            open = resolve;
          }).then(() => trace.push("closed"));
        },
      };
    },
    { output: new MemoryOutput(trace) },
  );
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(trace, ["start", "complete", "close"]);
  open();
  await answer.served;
  assert.deepEqual(trace.slice(3), ["closed", "end", "cleanup"]);
});
