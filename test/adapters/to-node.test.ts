import assert from "node:assert/strict";
import { once } from "node:events";
import {
  type Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { describe, type TestContext, test } from "node:test";
import compression from "compression";
import connect from "connect";
import express from "express";
import { fromFetch } from "../../src/adapters/fetch.ts";
import { toNode } from "../../src/adapters/to-node.ts";
import { TsgiError } from "../../src/common/errors.ts";
import type { Application } from "../../src/common/types.ts";
import { hello, MemoryErrors, TEXT } from "../support/in-process.ts";

/** Listens for the time of a test; returns what sends a request. */
async function serve(
  t: TestContext,
  listener: RequestListener,
): Promise<(path: string, options?: RequestOptions) => Exchange> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const { port } = server.address() as AddressInfo;
  return (path, options) => {
    const agent = false as unknown as Agent;
    const request = httpRequest({ port, path, agent, ...options });
    const response = once(request, "response").then(
      ([message]) => message as IncomingMessage,
    );
    // A test may be about a request that has no response.
    response.catch(() => {});
    return {
      request,
      response,
      async text(body) {
        request.end(body);
        return text(await response);
      },
    };
  };
}

interface Exchange {
  readonly request: ReturnType<typeof httpRequest>;
  readonly response: Promise<IncomingMessage>;
  /** Ends the request and reads the response. */
  text(body?: string | Uint8Array): Promise<string>;
}

/** Answers with some variables and the body, as JSON. */
const report: Application = async (environ, startResponse) => {
  const body = Buffer.from(await environ["tsgi.input"].read()).toString();
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  const { REQUEST_METHOD, REQUEST_URI, SCRIPT_NAME, PATH_INFO } = environ;
  const { QUERY_STRING, CONTENT_LENGTH, HTTP_X_ONE, REMOTE_ADDR } = environ;
  return JSON.stringify({
    REQUEST_METHOD,
    REQUEST_URI,
    SCRIPT_NAME,
    PATH_INFO,
    QUERY_STRING,
    CONTENT_LENGTH,
    HTTP_X_ONE,
    REMOTE_ADDR,
    body,
  });
};

/** SCRIPT_NAME and PATH_INFO. */
const split: Application = ({ SCRIPT_NAME, PATH_INFO }, startResponse) => {
  startResponse("200 OK", TEXT);
  return `${SCRIPT_NAME} + ${PATH_INFO}`;
};

describe("toNode", () => {
  test("G6.01 toNode answers requests of node:http", async (t) => {
    const send = await serve(t, toNode(report));
    const exchange = send("/a%20b?c=%64", {
      method: "PUT",
      headers: { "X-One": ["1", "2"] },
    });
    assert.deepEqual(JSON.parse(await exchange.text("body")), {
      REQUEST_METHOD: "PUT",
      REQUEST_URI: "/a%20b?c=%64",
      SCRIPT_NAME: "",
      PATH_INFO: "/a b",
      QUERY_STRING: "c=%64",
      CONTENT_LENGTH: "4",
      HTTP_X_ONE: "1, 2",
      REMOTE_ADDR: "127.0.0.1",
      body: "body",
    });
  });

  test("sends status, reason and each header", async (t) => {
    const application: Application = (_environ, startResponse) => {
      startResponse("201 Made", [
        ...TEXT,
        ["Set-Cookie", "a=1"],
        ["Set-Cookie", "b=2"],
        ["X-Name", "caf\xe9"],
        ["X-Name", "b"],
      ]);
      return "hello";
    };
    const send = await serve(t, (request, response) => {
      response.setHeader("Set-Cookie", "session=0");
      response.setHeader("X-Name", "earlier");
      response.setHeader("X-Powered-By", "test");
      toNode(application)(request, response);
    });
    const exchange = send("/");
    assert.equal(await exchange.text(), "hello");
    const { statusCode, statusMessage, headers } = await exchange.response;
    assert.deepEqual([statusCode, statusMessage], [201, "Made"]);
    assert.deepEqual(headers["set-cookie"], ["session=0", "a=1", "b=2"]);
    assert.equal(headers["x-name"], "caf\xe9, b");
    assert.equal(headers["x-powered-by"], "test");
    assert.equal(headers["content-length"], "5");
  });

  for (const [method, status, length] of [
    ["HEAD", "200 OK", "7"],
    ["GET", "204 No Content", undefined],
    ["GET", "304 Not Modified", "7"],
  ] as const) {
    test(`sends no body for ${method} and ${status}`, async (t) => {
      const listener = toNode(
        (_environ, startResponse) => {
          startResponse(status, [["Content-Length", "7"]]);
          return "dropped";
        },
        { errors: new MemoryErrors() },
      );
      const exchange = (await serve(t, listener))("/", { method });
      assert.equal(await exchange.text(), "");
      const { headers } = await exchange.response;
      assert.equal(headers["content-length"], length);
      assert.equal(headers["transfer-encoding"], undefined);
    });
  }

  test("answers OPTIONS *", async (t) => {
    const send = await serve(t, toNode(split));
    const exchange = send("*", { method: "OPTIONS" });
    assert.equal(await exchange.text(), " + *");
  });

  test("streams both ways, each chunk before the next is sent", async (t) => {
    const send = await serve(
      t,
      toNode((environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return environ["tsgi.input"];
      }),
    );
    const { request, response } = send("/", { method: "POST" });
    request.write("first");
    const body = (await response).setEncoding("utf8");
    const ended = once(body, "end");
    assert.deepEqual(await once(body, "data"), ["first"]);
    request.end("second");
    assert.deepEqual(await once(body, "data"), ["second"]);
    await ended;
  });

  test("makes no more than its client takes", async (t) => {
    let made = 0;
    const listener = toNode((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return {
        *[Symbol.iterator]() {
          for (; made < 1_000; made++) yield Buffer.alloc(65_536, made);
        },
      };
    });
    const { request, response } = (await serve(t, listener))("/");
    request.end();
    const body = await response;
    await once(body, "readable");
    assert.ok(made < 500, `${made}`);
    let length = 0;
    for await (const chunk of body) length += chunk.length;
    assert.equal(length, 65_536_000);
  });

  test("serves a Hono-like handler over a real connection", async (t) => {
    const send = await serve(
      t,
      toNode(fromFetch(async (request) => Response.json(await request.json()))),
    );
    const exchange = send("/", { method: "POST" });
    assert.equal(await exchange.text("[1,2]"), "[1,2]");
  });

  test("refuses options that are none", () => {
    assert.throws(
      () => toNode(hello, { maxBodyBytes: -1 }),
      (error) => TsgiError.is(error) && error.code === "CONFIG",
    );
  });
});

describe("toNode is mounted", () => {
  const splits: [path: string, expected: string][] = [
    ["/app", "/app + "],
    ["/app/", "/app + /"],
    ["/app?x", "/app + "],
    ["/app/a%20b%2Fc?x", "/app + /a b/c"],
    ["/app/app", "/app + /app"],
  ];
  for (const [path, expected] of splits) {
    test(`by Express, ${path} is ${expected}`, async (t) => {
      const send = await serve(t, express().use("/app", toNode(split)));
      assert.equal(await send(path).text(), expected);
    });

    test(`by Connect, ${path} is ${expected}`, async (t) => {
      const send = await serve(t, connect().use("/app", toNode(split)));
      assert.equal(await send(path).text(), expected);
    });
  }

  test("by a router in a router", async (t) => {
    const inner = express.Router().use("/b", toNode(report));
    const send = await serve(t, express().use("/a", inner));
    const found = JSON.parse(await send("/a/b/c?d").text());
    assert.equal(found.SCRIPT_NAME, "/a/b");
    assert.equal(found.PATH_INFO, "/c");
    assert.equal(found.QUERY_STRING, "d");
    assert.equal(found.REQUEST_URI, "/a/b/c?d");
  });

  test("behind a rewrite of the url", async (t) => {
    const app = connect();
    app.use((request: IncomingMessage, _response, next: () => void) => {
      request.url = "/new?y";
      next();
    });
    const send = await serve(t, app.use(toNode(report)));
    const found = JSON.parse(await send("/old?x").text());
    assert.deepEqual(
      [found.SCRIPT_NAME, found.PATH_INFO, found.QUERY_STRING],
      ["", "/new", "y"],
    );
  });

  test("behind compression", async (t) => {
    const app = express().use(compression({ threshold: 0 }));
    const send = await serve(
      t,
      app.use(
        toNode((_environ, startResponse) => {
          startResponse("200 OK", TEXT);
          return Array.from({ length: 200 }, () => "abc".repeat(10_000));
        }),
      ),
    );
    const headers = { "Accept-Encoding": "gzip" };
    const exchange = send("/", { headers });
    exchange.request.end();
    const body = await exchange.response;
    assert.equal(body.headers["content-encoding"], "gzip");
    const plain = body.pipe((await import("node:zlib")).createGunzip());
    assert.equal((await text(plain)).length, 6_000_000);
  });
});

describe("toNode reads a body which a parser has", () => {
  const post = {
    method: "POST",
    headers: { "Content-Type": "application/json" },
  };
  const kept: [what: string, parser: express.RequestHandler][] = [
    ["kept as bytes", express.raw({ type: "*/*" })],
    ["kept as text", express.text({ type: "*/*" })],
    [
      "parsed, and kept as rawBody",
      express.json({
        type: "*/*",
        verify(request, _response, bytes) {
          Object.assign(request, { rawBody: bytes });
        },
      }),
    ],
  ];
  for (const [what, parser] of kept) {
    test(what, async (t) => {
      const send = await serve(t, express().use(parser, toNode(report)));
      const exchange = send("/", post);
      const found = JSON.parse(await exchange.text('{"a":"é"}'));
      assert.equal(found.body, '{"a":"é"}');
      assert.equal(found.CONTENT_LENGTH, "10");
    });
  }

  test("not where it has kept only what it made of it", async (t) => {
    const errors = new MemoryErrors();
    const parser = express.json({ type: "*/*" });
    const listener = toNode(report, { errors });
    const send = await serve(t, express().use(parser, listener));
    const exchange = send("/", post);
    assert.match(await exchange.text('{"a":1}'), /^500 /);
    assert.match(errors.text, /a body parser has read it already/);
    const other = JSON.parse(await send("/").text());
    assert.equal(other.body, "");
  });
});

describe("toNode reports", () => {
  test("an application that fails, with a page", async (t) => {
    const errors = new MemoryErrors();
    const listener = toNode(
      () => {
        throw new Error("broken");
      },
      { errors },
    );
    const exchange = (await serve(t, listener))("/");
    assert.match(await exchange.text(), /^500 Internal Server Error\n/);
    assert.equal((await exchange.response).statusCode, 500);
    assert.match(errors.text, /Error: broken\n.*to-node\.test\.ts/);
  });

  test("one that fails on the way, by closing the connection", async (t) => {
    const errors = new MemoryErrors();
    const listener = toNode(
      (_environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return {
          async *[Symbol.asyncIterator]() {
            yield "first";
            throw new Error("broken");
          },
        };
      },
      { errors },
    );
    const exchange = (await serve(t, listener))("/");
    await assert.rejects(exchange.text(), { code: "ECONNRESET" });
    assert.match(errors.text, /Error: broken/);
  });

  test("a client that leaves, to tsgi.signal", async (t) => {
    let abort = (_reason: TsgiError): void => {};
    const aborted = new Promise<TsgiError>((resolve) => {
      abort = resolve;
    });
    const errors = new MemoryErrors();
    const listener = toNode(
      async (environ, startResponse) => {
        const signal = environ["tsgi.signal"];
        signal.addEventListener("abort", () => abort(signal.reason));
        await startResponse("200 OK", TEXT)("first");
        await aborted;
        return "too late";
      },
      { errors },
    );
    const { request, response } = (await serve(t, listener))("/");
    request.end();
    await once(await response, "data");
    request.destroy();
    assert.equal((await aborted).code, "DISCONNECTED");
    assert.equal(errors.text, "");
  });

  test("a request that cannot be served", async (t) => {
    const errors = new MemoryErrors();
    const listener = toNode(hello, { errors, maxBodyBytes: 3 });
    const exchange = (await serve(t, listener))("/", { method: "POST" });
    assert.match(await exchange.text("body"), /^413 /);
  });
});
