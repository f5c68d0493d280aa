import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fromFetch } from "../../src/adapters/fetch.ts";
import {
  begin,
  type InProcessRequest,
  MemoryOutput,
  request,
} from "../support/in-process.ts";

const answerTo = (response: () => Response, init?: InProcessRequest) =>
  request(fromFetch(response), init);

const PLAIN = { headers: { "content-type": "text/plain" } };

/** A stream of chunks which counts how many were asked for, and remembers its end. */
class Source {
  made = 0;
  reason: unknown;
  readonly cancelled: Promise<void>;
  readonly stream: ReadableStream<Uint8Array>;

  constructor(chunks = Number.POSITIVE_INFINITY) {
    let cancel = (): void => {};
    this.cancelled = new Promise((resolve) => {
      cancel = resolve;
    });
    this.stream = new ReadableStream(
      {
        pull: async (controller) => {
          if (this.made === chunks) return controller.close();
          this.made++;
          await new Promise((resolve) => setImmediate(resolve));
          controller.enqueue(Buffer.from(`${this.made} `));
        },
        cancel: (reason) => {
          this.reason = reason;
          cancel();
        },
      },
      { highWaterMark: 0 },
    );
  }
}

describe("a Response's body", () => {
  const known: [
    what: string,
    body: () => ConstructorParameters<typeof Response>[0],
    length: number,
  ][] = [
    ["a string", () => "caf\xe9", 5],
    ["an empty string", () => "", 0],
    ["nothing", () => null, 0],
    ["bytes", () => new Uint8Array(100_000), 100_000],
    ["URLSearchParams", () => new URLSearchParams("a=1"), 3],
    [
      "a stream that is complete",
      () =>
        new ReadableStream({
          start(controller) {
            controller.enqueue(Buffer.from("abc"));
            controller.close();
          },
        }),
      3,
    ],
  ];
  for (const [what, body, length] of known) {
    test(`has its length told where it is ${what}`, async () => {
      const answer = await answerTo(() => new Response(body(), PLAIN));
      assert.equal(answer.header("Content-Length"), String(length));
      assert.equal(answer.body.length, length);
      assert.equal(answer.errors, "");
    });
  }

  test("is sent whole where it is a Blob", async () => {
    const blob = new Blob(["abc"], { type: "text/plain" });
    const answer = await answerTo(() => new Response(blob));
    assert.equal(answer.text, "abc");
    assert.equal(answer.header("Content-Type"), "text/plain");
  });

  test("is sent whole where it is a form", async () => {
    const form = new FormData();
    form.append("name", "value");
    const answer = await answerTo(() => new Response(form));
    assert.match(answer.text, /name="name"\r\n\r\nvalue\r\n/);
  });

  test("is sent as it is made, and made as it is sent", async () => {
    const source = new Source(3);
    const output = new MemoryOutput();
    output.block();
    const answer = begin(
      fromFetch(() => new Response(source.stream, PLAIN)),
      { output },
    );
    await output.sent(1);
    assert.equal(source.made, 1);
    assert.equal(answer.text, "1 ");
    output.release();
    await answer.ended;
    assert.equal(answer.text, "1 2 3 ");
    assert.equal(answer.header("Content-Length"), undefined);
  });

  test("is cancelled by an abort, also while the next chunk is made", async () => {
    let asked = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      asked = resolve;
    });
    let cancel = (_reason: unknown): void => {};
    const cancelled = new Promise((resolve) => {
      cancel = resolve;
    });
    const answer = begin(
      fromFetch(
        () =>
          new Response(
            new ReadableStream({
              pull() {
                asked();
                return new Promise(() => {});
              },
              cancel,
            }),
          ),
      ),
    );
    await waiting;
    answer.abort();
    const reason = await cancelled;
    assert.match(String(reason), /a test says so/);
    await answer.ended;
    assert.equal(answer.outcome, "aborted");
  });

  test("is cancelled where the abort came before it", async () => {
    const source = new Source();
    const answer = begin(
      fromFetch(async (request) => {
        await new Promise((resolve) =>
          request.signal.addEventListener("abort", resolve),
        );
        return new Response(source.stream);
      }),
    );
    answer.abort();
    await source.cancelled;
    await answer.ended;
    assert.equal(answer.head, undefined);
  });

  test("is cancelled where Content-Length is met", async () => {
    const source = new Source();
    const headers = { ...PLAIN.headers, "content-length": "4" };
    const answer = await answerTo(
      () => new Response(source.stream, { headers }),
    );
    await source.cancelled;
    assert.equal(answer.text, "1 2 ");
    assert.equal(source.made, 2);
  });

  test("is cancelled, and nothing of it read, with HEAD", async () => {
    const source = new Source();
    const answer = await answerTo(() => new Response(source.stream, PLAIN), {
      method: "HEAD",
    });
    await source.cancelled;
    assert.equal(answer.status, "200 OK");
    assert.equal(source.made, 0);
    assert.equal(answer.text, "");
  });

  for (const status of [204, 205, 304]) {
    test(`is none with status ${status}`, async () => {
      const answer = await answerTo(() => new Response(null, { status }));
      assert.equal(answer.status?.slice(0, 3), String(status));
      assert.equal(answer.text, "");
      assert.equal(answer.outcome, "completed");
      assert.equal(answer.errors, "");
    });
  }
});

describe("a Response's head", () => {
  test("has each of several cookies", async () => {
    const answer = await answerTo(() => {
      const headers = new Headers({ vary: "a" });
      headers.append(
        "set-cookie",
        "a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT",
      );
      headers.append("set-cookie", "b=2");
      headers.append("vary", "b");
      return new Response(null, { headers });
    });
    assert.deepEqual(
      answer.headers.filter(([name]) => /cookie|vary/.test(name)),
      [
        ["set-cookie", "a=1; Expires=Thu, 01 Jan 2026 00:00:00 GMT"],
        ["set-cookie", "b=2"],
        ["vary", "a, b"],
      ],
    );
  });

  const statuses: [response: () => Response, status: string][] = [
    [() => new Response(null), "200 OK"],
    [() => new Response(null, { status: 404 }), "404 Not Found"],
    [() => new Response(null, { status: 299 }), "299 Successful"],
    [() => new Response(null, { statusText: "caf\xe9" }), "200 caf\xe9"],
    [() => Response.redirect("http://a/", 307), "307 Temporary Redirect"],
  ];
  for (const [response, status] of statuses) {
    test(`has status ${status}`, async () => {
      assert.equal((await answerTo(response)).status, status);
    });
  }

  test("loses what belongs to the web server", async () => {
    const headers = { Connection: "keep-alive", Status: "200", "X-Mine": "1" };
    const answer = await answerTo(() => new Response(null, { headers }));
    assert.equal(answer.header("Connection"), undefined);
    assert.equal(answer.header("X-Mine"), "1");
    assert.equal(answer.status, "200 OK");
  });

  test("may be of another make", async () => {
    const answer = await answerTo(
      () =>
        ({
          status: 200,
          headers: new Map([["content-type", "text/plain"]]),
          body: new Response("hi").body,
        }) as unknown as Response,
    );
    assert.equal(answer.text, "hi");
  });
});
