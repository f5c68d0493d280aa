import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  createApp,
  createRouter,
  eventHandler,
  readBody,
  setCookie,
  toWebHandler,
} from "h3";
import { Hono } from "hono";
import { streamText } from "hono/streaming";
import type { FetchHandler } from "../../src/adapters/fetch.ts";
import { fromFetch } from "../../src/adapters/fetch.ts";
import { TsgiError } from "../../src/common/errors.ts";
import type { Environ } from "../../src/common/types.ts";
import {
  type Answer,
  begin,
  type InProcessRequest,
  request,
} from "../support/in-process.ts";

function ask(handler: FetchHandler, init?: InProcessRequest): Promise<Answer> {
  return request(fromFetch(handler), init);
}

describe("fromFetch", () => {
  test("G6.02 fromFetch makes an application of a function", async () => {
    const answer = await ask(
      ({ method, url, headers }) =>
        Response.json([method, url, headers.get("x-name")], {
          status: 201,
          statusText: "Made",
        }),
      {
        method: "PUT",
        target: "/a%20b?c=%64",
        headers: [
          ["Host", "example.org:8080"],
          ["X-Name", "caf\xe9"],
        ],
      },
    );
    assert.equal(answer.status, "201 Made");
    assert.equal(answer.header("Content-Type"), "application/json");
    assert.deepEqual(JSON.parse(answer.text), [
      "PUT",
      "http://example.org:8080/a%20b?c=%64",
      "caf\xe9",
    ]);
    assert.equal(answer.header("Content-Length"), `${answer.body.length}`);
  });

  test("runs a Hono application", async () => {
    const app = new Hono<{ Bindings: { environ: Environ } }>();
    app.get("/users/:id", (c) =>
      c.text(`${c.req.param("id")} ${c.env.environ.SCRIPT_NAME}`),
    );
    app.post("/echo", async (c) => c.json(await c.req.json()));
    const options = { mount: "/app" };

    const user = await ask(app, { target: "/app/users/a%2Fb", options });
    assert.equal(user.text, "a/b /app");
    assert.equal(user.status, "200 OK");

    const body = '{"name":"Zoë"}';
    const echo = await ask(app, {
      method: "POST",
      target: "/app/echo",
      body,
      options,
    });
    assert.equal(echo.text, body);

    const nothing = await ask(app, { target: "/app/none", options });
    assert.equal(nothing.status, "404 Not Found");
  });

  test("runs a stream of Hono, without the headers that are the server's", async () => {
    const app = new Hono().get("/", (c) =>
      streamText(c, async (stream) => {
        await stream.write("one ");
        await stream.write("two");
      }),
    );
    const answer = await ask(app);
    assert.equal(answer.text, "one two");
    assert.equal(answer.header("Transfer-Encoding"), undefined);
    assert.equal(answer.errors, "");
  });

  test("runs an H3 application", async () => {
    const router = createRouter()
      .get(
        "/hello/:name",
        eventHandler((event) => {
          setCookie(event, "a", "1");
          setCookie(event, "b", "2");
          return `Hello, ${event.context.params?.name}`;
        }),
      )
      .post(
        "/echo",
        eventHandler((event) => readBody(event)),
      );
    const handler = toWebHandler(createApp().use(router));

    const hello = await ask(handler, { target: "/hello/you" });
    assert.equal(hello.text, "Hello, you");
    const cookies = hello.headers.filter(([name]) => name === "set-cookie");
    assert.deepEqual(
      cookies.map(([, value]) => value),
      ["a=1; Path=/", "b=2; Path=/"],
    );

    const echo = await ask(handler, {
      method: "POST",
      target: "/echo",
      headers: [["Content-Type", "application/json"]],
      body: "[1,2]",
    });
    assert.deepEqual(JSON.parse(echo.text), [1, 2]);
  });

  test("calls fetch() as a method, with bindings and a context", async () => {
    const worker = {
      greeting: "Hello",
      fetch(_request: Request, bindings: { environ: Environ }) {
        const { REMOTE_ADDR } = bindings.environ;
        return new Response(`${this.greeting}, ${REMOTE_ADDR}`);
      },
    };
    assert.equal((await ask(worker)).text, "Hello, 127.0.0.1");
  });

  test("prefers fetch() where a function has one", async () => {
    const router = Object.assign(() => assert.fail("called"), {
      fetch: () => new Response("fetched"),
    });
    assert.equal((await ask(router)).text, "fetched");
  });

  test("waits for what is given to waitUntil, after the response", async () => {
    const trace: string[] = [];
    let finish = (): void => {};
    const answer = begin(
      fromFetch((_request, _bindings, context) => {
        context.passThroughOnException();
        const later = new Promise<void>((resolve) => {
          finish = resolve;
        });
        context.waitUntil(later.then(() => trace.push("later")));
        context.waitUntil(Promise.reject(new Error("too bad")));
        return new Response("hi");
      }),
    );
    await answer.ended;
    assert.deepEqual([answer.text, ...trace], ["hi"]);
    finish();
    await answer.served;
    assert.deepEqual(trace, ["later"]);
    assert.match(answer.errors, /too bad/);
    assert.equal(answer.outcome, "completed");
  });

  for (const handler of [undefined, null, {}, "app", { fetch: 1 }]) {
    test(`refuses ${JSON.stringify(handler)}`, () => {
      assert.throws(
        () => fromFetch(handler as unknown as FetchHandler),
        (error) => TsgiError.is(error) && error.code === "ARGUMENT",
      );
    });
  }

  for (const method of ["TRACE", "CONNECT", "Track"]) {
    test(`answers ${method} with 501`, async () => {
      const answer = await ask(() => assert.fail("called"), { method });
      assert.equal(answer.status, "501 Not Implemented");
      assert.equal(answer.errors, "");
    });
  }
});

describe("fromFetch reports", () => {
  const failures: [what: string, handler: FetchHandler, log: RegExp][] = [
    [
      "a handler that throws",
      () => {
        throw new Error("thrown");
      },
      /Error: thrown\n.*fetch\.test\.ts:\d+/,
    ],
    [
      "a handler that rejects",
      async () => {
        await undefined;
        throw new Error("rejected");
      },
      /Error: rejected\n.*fetch\.test\.ts:\d+/,
    ],
    ["nothing", () => undefined as never, /returned undefined instead/],
    ["a string", () => "hi" as never, /returned a string instead/],
    ["an error", () => new Error("no") as never, /returned an Error instead/],
    ["an object", () => ({ status: 200 }) as never, /an object \(Object\)/],
    ["Response.error()", () => Response.error(), /Response\.error\(\)/],
    [
      "status 101",
      () => ({ status: 101, headers: new Headers(), body: null }) as never,
      /status 101 is not from 200 to 599/,
    ],
    [
      "a body that was read",
      async () => {
        const response = new Response("hi");
        await response.text();
        return response;
      },
      /its body has been read already/,
    ],
    [
      "a body that is being read",
      () => {
        const response = new Response("hi");
        response.body?.getReader();
        return response;
      },
      /its body has a reader already/,
    ],
    [
      "a body that fails before its first chunk",
      () =>
        new Response(
          new ReadableStream({
            pull() {
              throw new Error("broken");
            },
          }),
        ),
      /Error: broken/,
    ],
    [
      "a body of something else than bytes",
      () =>
        new Response(
          new ReadableStream({
            start(controller) {
              controller.enqueue({} as Uint8Array);
            },
          }),
        ),
      /an object \(Object\)/,
    ],
  ];
  for (const [what, handler, log] of failures) {
    test(`${what} and answers 500`, async () => {
      const answer = await ask(handler);
      assert.equal(answer.status, "500 Internal Server Error");
      assert.match(answer.text, /^500 Internal Server Error\n/);
      assert.match(answer.errors, log);
      assert.equal(answer.errors.match(/^tsgi: /gm)?.length, 1);
      assert.equal(answer.outcome, "failed");
    });
  }

  test("a body that fails later, and cuts the response", async () => {
    const answer = await ask(
      () =>
        new Response(
          new ReadableStream({
            async pull(controller) {
              if (answered++ > 0) throw new Error("broken");
              controller.enqueue(Buffer.from("first"));
            },
          }),
        ),
    );
    assert.equal(answer.text, "first");
    assert.equal(answer.cut, true);
    assert.equal(answer.errors.match(/Error: broken/g)?.length, 1);
  });
  let answered = 0;
});
