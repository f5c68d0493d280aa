import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { describe, test } from "node:test";
import type { Chunk, ResponseBody, Write } from "../../src/common/types.ts";
import { closingIterable } from "../../src/utilities/closing-iterable.ts";
import { mapBody } from "../../src/utilities/map-body.ts";
import { responseHook } from "../../src/utilities/response-hook.ts";
import { request, TEXT } from "../support/in-process.ts";

const upper = (chunk: Chunk): Chunk => String(chunk).toUpperCase();

/** Serves a body as the runner does, after a status. */
function served(make: () => ResponseBody) {
  return request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return make();
  });
}

async function* later(...chunks: Chunk[]): AsyncGenerator<Chunk> {
  yield* chunks;
}

/** Each kind of body, to be made anew for each use. */
const bodies: Record<string, () => ResponseBody> = {
  "a string": () => "ab",
  bytes: () => Buffer.from("ab"),
  "an array of one": () => ["ab"],
  "an array": () => ["a", "b"],
  "a Set": () => new Set(["a", "b"]),
  "an async generator": () => later("a", "b"),
  "a stream": () => Readable.from(["a", "b"]),
};

for (const [name, make] of Object.entries(bodies)) {
  const isWhole = ["a string", "bytes", "an array of one"].includes(name);

  describe(name, () => {
    test("G3.06 mapBody changes each chunk", async () => {
      const answer = await served(() => mapBody(make(), upper));
      assert.equal(answer.text, "AB");
      assert.equal(answer.header("Content-Length"), isWhole ? "2" : undefined);
      assert.equal(answer.chunks.length, isWhole ? 1 : 2);
    });

    test("G3.06 mapBody adds a last chunk", async () => {
      const answer = await served(() => mapBody(make(), upper, () => "!"));
      assert.equal(answer.text, "AB!");
    });

    test("G3.05 closingIterable changes nothing, and calls back once", async () => {
      const calls: string[] = [];
      const answer = await served(() =>
        closingIterable(
          make(),
          () => calls.push("first"),
          () => calls.push("second"),
        ),
      );
      assert.equal(answer.text, "ab");
      assert.equal(answer.header("Content-Length"), isWhole ? "2" : undefined);
      assert.deepEqual(calls, ["first", "second"]);
    });
  });
}

describe("mapBody", () => {
  test("G3.06 passes close() on to the very object", async () => {
    const closed: unknown[] = [];
    for (const chunks of [[], ["a"], ["a", "b"], new Set(["a"]), later("a")]) {
      const body = Object.assign(chunks as Iterable<Chunk>, {
        close(this: unknown) {
          closed.push(this);
        },
      });
      await served(() => mapBody(body, upper));
      assert.equal(closed.at(-1), body);
    }
    assert.equal(closed.length, 5);
  });

  test("frees a stream that is never iterated", async () => {
    const stream = Readable.from(["a"]);
    const answer = await request(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return mapBody(stream, upper);
      },
      { method: "HEAD" },
    );
    assert.equal(answer.status, "200 OK");
    assert.equal(stream.destroyed, true);
  });

  test("leaves what is no body to be refused by its name", async () => {
    const wrong = 5 as unknown as string;
    const answer = await served(() => mapBody(wrong, upper));
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /Cannot send a number as a body/);
  });

  test("stops the inner iteration where the outer one stops", async () => {
    let stopped = 0;
    function* endless(): Generator<Chunk> {
      try {
        for (;;) yield "a";
      } finally {
        stopped++;
      }
    }
    const body = mapBody(endless(), upper) as Iterable<Chunk>;
    for (const chunk of body) {
      assert.equal(chunk, "A");
      break;
    }
    assert.equal(stopped, 1);
  });
});

describe("closingIterable", () => {
  test("G3.05 calls all back though one throws, after close(), and tells the first error", async () => {
    const calls: string[] = [];
    const inner = Object.assign(["a", "b"], {
      close: () => calls.push("close"),
    });
    const answer = await served(() =>
      closingIterable(
        inner,
        async () => {
          calls.push("1");
          throw new Error("first");
        },
        () => {
          calls.push("2");
          throw new Error("second");
        },
        () => calls.push("3"),
      ),
    );
    assert.deepEqual(calls, ["close", "1", "2", "3"]);
    assert.equal(answer.text, "ab");
    assert.match(answer.errors, /close\(\) failed.*first/s);
    assert.doesNotMatch(answer.errors, /second/);
  });

  test("calls back though there is no body", async () => {
    let calls = 0;
    const wrong = null as unknown as string;
    const answer = await served(() => closingIterable(wrong, () => calls++));
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(calls, 1);
  });
});

describe("responseHook", () => {
  const shouting = responseHook(({ headers }, environ) => ({
    status: "203 Non-Authoritative Information",
    headers: [...headers, ["X-Path", environ.PATH_INFO]],
    map: upper,
    end: () => "!",
  }));

  test("G3.06 changes status, headers, chunks and what is written", async () => {
    const answer = await request(
      shouting(async (_environ, startResponse) => {
        await startResponse("200 OK", TEXT)("a");
        return ["b"];
      }),
    );
    assert.equal(answer.status, "203 Non-Authoritative Information");
    assert.equal(answer.header("X-Path"), "/");
    assert.equal(answer.text, "AB!");
  });

  test("G3.06 is asked again where an error replaces the response", async () => {
    const error = new Error("oops");
    const seen: unknown[] = [];
    const hook = responseHook((start) => {
      seen.push(start.error);
      return start.error === undefined ? undefined : { map: upper };
    });
    const answer = await request(
      hook(function* (_environ, startResponse) {
        startResponse("200 OK", TEXT);
        startResponse("500 Internal Server Error", TEXT, error);
        yield "a";
      }),
    );
    assert.deepEqual(seen, [undefined, error]);
    assert.equal(answer.status, "500 Internal Server Error");
    assert.equal(answer.text, "A");
  });

  test("passes flush on, where the server has it", async () => {
    let flushed = 0;
    const seen: (Write["flush"] | undefined)[] = [];
    const hooked = shouting((_environ, startResponse) => {
      const { flush } = startResponse("200 OK", TEXT);
      seen.push(flush);
      flush?.();
      return "a";
    });
    for (const hasFlush of [true, false]) {
      await request((environ, startResponse) =>
        hooked(environ, (...stated) => {
          const real = startResponse(...stated);
          const write: Write = (chunk) => real(chunk);
          if (hasFlush) {
            write.flush = () => {
              flushed++;
              return undefined;
            };
          }
          return write;
        }),
      );
    }
    assert.equal(flushed, 1);
    assert.equal(seen[1], undefined);
  });
});
