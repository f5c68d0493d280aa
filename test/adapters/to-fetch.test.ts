import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Hono } from "hono";
import { fromFetch } from "../../src/adapters/fetch.ts";
import { type ToFetchOptions, toFetch } from "../../src/adapters/to-fetch.ts";
import { TsgiError } from "../../src/common/errors.ts";
import type {
  Application,
  Environ,
  StartResponse,
} from "../../src/common/types.ts";
import { hello, MemoryErrors, TEXT } from "../support/in-process.ts";

const ROOT = "http://localhost/";

async function environOf(
  request: Request,
  options?: ToFetchOptions,
): Promise<Environ> {
  let found: Environ | undefined;
  const response = await toFetch((environ, startResponse) => {
    found = environ;
    startResponse("204 No Content", []);
    return [];
  }, options)(request);
  assert.equal(response.status, 204);
  return found ?? assert.fail("not called");
}

/** A promise, and what resolves it. */
function event<T = void>(): [Promise<T>, (value: T) => void] {
  let resolve = (_value: T): void => {};
  const promise = new Promise<T>((given) => {
    resolve = given;
  });
  return [promise, resolve];
}

describe("toFetch", () => {
  test("G6.02 toFetch answers a Request with a Response", async () => {
    const response = await toFetch((_environ, startResponse) => {
      startResponse("201 Made", [
        ...TEXT,
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
        ["X-Name", "caf\xe9"],
      ]);
      return "hello";
    })(new Request(ROOT));
    assert.deepEqual(
      [response.status, response.statusText, [...response.headers]],
      [
        201,
        "Made",
        [
          ["content-length", "5"],
          ["content-type", "text/plain"],
          ["set-cookie", "a=1"],
          ["set-cookie", "b=2"],
          ["x-name", "caf\xe9"],
        ],
      ],
    );
    assert.equal(await response.text(), "hello");
  });

  test("makes the variables of the request", async () => {
    const environ = await environOf(
      new Request("https://example.org:8443/a%20b/c?d=%65", {
        method: "PUT",
        headers: { "X-One": "1", "Content-Type": "text/plain" },
        body: "body",
      }),
      { mount: "/a b", environ: { "my.key": 1 } },
    );
    const expected = {
      REQUEST_METHOD: "PUT",
      REQUEST_URI: "/a%20b/c?d=%65",
      SCRIPT_NAME: "/a b",
      PATH_INFO: "/c",
      QUERY_STRING: "d=%65",
      SERVER_NAME: "example.org",
      SERVER_PORT: "8443",
      HTTP_HOST: "example.org:8443",
      HTTP_X_ONE: "1",
      CONTENT_TYPE: "text/plain",
      "tsgi.url_scheme": "https",
      "tsgi.run_once": false,
      "my.key": 1,
    };
    for (const [name, value] of Object.entries(expected)) {
      assert.equal(environ[name as "x.y"], value, name);
    }
    assert.equal("REMOTE_ADDR" in environ, false);
  });

  test("runs within Hono, and Hono within it", async () => {
    const inner = new Hono().get("/deep", (c) => c.text(`at ${c.req.path}`));
    const outer = new Hono();
    const listener = toFetch(fromFetch(inner), { mount: "/tsgi" });
    outer.all("/tsgi/*", (c) => listener(c.req.raw));
    const response = await outer.request("/tsgi/deep");
    assert.equal(await response.text(), "at /deep");
    assert.equal((await outer.request("/tsgi/none")).status, 404);
  });

  test("passes a whole exchange through both adapters unchanged", async () => {
    const errors = new MemoryErrors();
    const echo = toFetch(
      fromFetch(async (request) => {
        const headers = {
          "content-type": "application/octet-stream",
          "x-url": request.url,
          "x-method": request.method,
        };
        return new Response(await request.arrayBuffer(), { headers });
      }),
      { errors },
    );
    const bytes = crypto.getRandomValues(new Uint8Array(60_000));
    const url = "http://example.org/%7Ea%2F?b";
    const response = await echo(
      new Request(url, { method: "POST", body: bytes }),
    );
    assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
    assert.equal(response.headers.get("x-url"), url);
    assert.equal(response.headers.get("x-method"), "POST");
    assert.equal(errors.text, "");
  });

  for (const [method, status] of [
    ["HEAD", "200 OK"],
    ["GET", "204 No Content"],
    ["GET", "304 Not Modified"],
  ] as const) {
    test(`gives no body for ${method} and ${status}`, async () => {
      const response = await toFetch(
        (_environ, startResponse) => {
          startResponse(status, []);
          return "dropped";
        },
        { errors: new MemoryErrors() },
      )(new Request(ROOT, { method }));
      assert.equal(response.body, null);
      assert.equal(response.status, Number.parseInt(status, 10));
    });
  }

  test("streams both ways, each chunk before the next is made", async () => {
    const [asked, ask] = event();
    const application: Application = async (environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return environ["tsgi.input"];
    };
    let made = 0;
    const body = new ReadableStream(
      {
        async pull(controller) {
          if (made === 1) await asked;
          if (made === 2) return controller.close();
          controller.enqueue(Buffer.from(`chunk ${++made}`));
        },
      },
      { highWaterMark: 0 },
    );
    const init = { method: "POST", body, duplex: "half" } as const;
    const response = await toFetch(application)(new Request(ROOT, init));
    const reader = response.body?.getReader();
    const text = async () => Buffer.from((await reader?.read())?.value ?? "");
    assert.equal(String(await text()), "chunk 1");
    assert.equal(made, 1);
    ask();
    assert.equal(String(await text()), "chunk 2");
    assert.equal((await reader?.read())?.done, true);
  });

  test("makes no chunk ahead of its reader", async () => {
    let made = 0;
    const response = await toFetch((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return {
        async *[Symbol.asyncIterator]() {
          for (; made < 5; made++) yield `${made} `;
        },
      };
    })(new Request(ROOT));
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(made, 0);
    assert.equal(await response.text(), "0 1 2 3 4 ");
  });

  test("sends what write() was given without a wait", async () => {
    const response = await toFetch(async (_environ, startResponse) => {
      const write = startResponse("200 OK", TEXT);
      const bytes = Buffer.from("one ");
      write(bytes);
      await Promise.all([write("two "), write("three ")]);
      return "four";
    })(new Request(ROOT));
    assert.equal(await response.text(), "one two three four");
  });

  test("fills a reader's own buffer", async () => {
    const response = await toFetch(async (_environ, startResponse) => {
      await startResponse("200 OK", TEXT)("abc");
      return "";
    })(new Request(ROOT));
    const reader = response.body?.getReader({ mode: "byob" });
    const first = await reader?.read(new Uint8Array(8));
    assert.equal(first?.value?.length, 3);
    const second = await reader?.read(new Uint8Array(8));
    assert.equal(second?.done, true);
  });
});

describe("toFetch aborts", () => {
  test("where the body is cancelled", async () => {
    const [aborted, abort] = event<TsgiError>();
    const response = await toFetch(async (environ, startResponse) => {
      const signal = environ["tsgi.signal"];
      signal.addEventListener("abort", () => abort(signal.reason));
      await startResponse("200 OK", TEXT)("first");
      return "never read";
    })(new Request(ROOT));
    await response.body?.cancel("enough");
    const reason = await aborted;
    assert.equal(reason.code, "ABORTED");
    assert.equal(reason.cause, "enough");
  });

  test("where the request's signal says so, before the head", async () => {
    const [called, call] = event();
    const [ended, end] = event();
    const controller = new AbortController();
    const { signal } = controller;
    const answer = toFetch(async (environ) => {
      environ["tsgi.signal"].addEventListener("abort", () => end());
      call();
      await ended;
      return [];
    })(new Request(ROOT, { signal }));
    await called;
    controller.abort(new Error("no longer"));
    await assert.rejects(answer, /no longer/);
    await ended;
  });

  test("where the request's signal says so, on the way", async () => {
    const controller = new AbortController();
    const { signal } = controller;
    const [closed, close] = event();
    const response = await toFetch((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return {
        async *[Symbol.asyncIterator]() {
          yield "first";
          yield "second";
        },
        close,
      };
    })(new Request(ROOT, { signal }));
    const reader = response.body?.getReader();
    assert.equal((await reader?.read())?.value?.length, 5);
    controller.abort(new Error("no longer"));
    await closed;
    await assert.rejects(async () => {
      while (!(await reader?.read())?.done);
    }, /no longer/);
  });

  test("nothing of a request whose signal came aborted", async () => {
    const signal = AbortSignal.abort(new Error("too late"));
    const answer = toFetch(() => assert.fail("called"))(
      new Request(ROOT, { signal }),
    );
    await assert.rejects(answer, /too late/);
  });
});

describe("toFetch reports", () => {
  test("an application that fails, with a page", async () => {
    const errors = new MemoryErrors();
    const response = await toFetch(
      () => {
        throw new Error("broken");
      },
      { errors },
    )(new Request(ROOT));
    assert.equal(response.status, 500);
    assert.match(await response.text(), /Incident/);
    assert.match(errors.text, /Error: broken\n.*to-fetch\.test\.ts/);
  });

  test("an application that fails on the way, to the reader", async () => {
    const errors = new MemoryErrors();
    const response = await toFetch(
      async function* (_environ: Environ, startResponse: StartResponse) {
        startResponse("200 OK", TEXT);
        yield "first";
        throw new Error("broken");
      } as unknown as Application,
      { errors },
    )(new Request(ROOT));
    await assert.rejects(response.text(), /failed on the way/);
    assert.match(errors.text, /Error: broken/);
  });

  test("a body that was read before", async () => {
    const request = new Request(ROOT, { method: "POST", body: "a" });
    await request.text();
    const errors = new MemoryErrors();
    const response = await toFetch(
      async (environ, startResponse) => {
        const body = await environ["tsgi.input"].read();
        startResponse("200 OK", TEXT);
        return body;
      },
      { errors },
    )(request);
    assert.equal(response.status, 500);
    assert.match(errors.text, /has read it already/);
  });

  test("options that are none", () => {
    assert.throws(
      () => toFetch(hello, { mount: "app" }),
      (error) => TsgiError.is(error) && error.code === "CONFIG",
    );
  });
});
