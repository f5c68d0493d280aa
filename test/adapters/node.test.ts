// Programs for node:http as applications: what they see, and what becomes of their answers.
import assert from "node:assert/strict";
import { AsyncLocalStorage } from "node:async_hooks";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";
import { test } from "node:test";
import {
  environOf,
  fromNode,
  type NodeHandler,
} from "../../src/adapters/index.ts";
import {
  BodyFeed,
  begin,
  type InProcessRequest,
  MemoryOutput,
  request,
} from "../support/in-process.ts";

/** What a program sees of a request. */
async function seen<T>(
  look: (req: IncomingMessage, res: ServerResponse) => T,
  init: InProcessRequest = {},
  url: "mounted" | "full" = "mounted",
): Promise<T> {
  const found: T[] = [];
  const listener: NodeHandler = (req, res) => {
    found.push(look(req, res));
    res.end();
  };
  const answer = await request(fromNode(listener, { url }), init);
  assert.equal(answer.errors, "");
  return found[0] as T;
}

test("fromNode shows method, version and headers as a client sent them", async () => {
  const req = await seen((req) => req, {
    method: "PUT",
    headers: [
      ["Host", "a.example:8080"],
      ["User-Agent", "test"],
      ["X-Request-ID", "7"],
      ["Cookie", "a=1"],
      ["Content-Type", "text/plain"],
    ],
    body: "abc",
    variables: { HTTP_X_EMPTY: "" },
  });
  assert.deepEqual([req.method, req.httpVersion], ["PUT", "1.1"]);
  assert.deepEqual(req.headers, {
    host: "a.example:8080",
    "user-agent": "test",
    "x-request-id": "7",
    cookie: "a=1",
    "x-empty": "",
    "content-type": "text/plain",
    "content-length": "3",
  });
  assert.deepEqual(req.headersDistinct["user-agent"], ["test"]);
  for (const name of ["Host", "User-Agent", "X-Request-ID", "Content-Type"]) {
    assert.ok(req.rawHeaders.includes(name), name);
  }
});

test("fromNode shows no content headers where the web server sent empty ones", async () => {
  const headers = await seen((req) => req.headers, {
    variables: { CONTENT_TYPE: "", CONTENT_LENGTH: "" },
  });
  assert.deepEqual(
    Object.keys(headers).filter((name) => name !== "host"),
    [],
  );
});

test("fromNode shows a body without a length as a chunked one, as body parsers expect it", async () => {
  const headers = await seen((req) => req.headers, {
    method: "POST",
    variables: { HTTP_TRANSFER_ENCODING: "chunked" },
  });
  assert.equal(headers["transfer-encoding"], "chunked");
});

const urls: readonly (readonly [
  name: string,
  init: InProcessRequest,
  url: string,
  originalUrl: string | undefined,
  baseUrl: string | undefined,
])[] = [
  [
    "the target",
    { target: "/a%20b/%E2%82%AC?c=d%20e" },
    "/a%20b/%E2%82%AC?c=d%20e",
    undefined,
    undefined,
  ],
  [
    "what is below the mount point",
    { target: "/app/x%2Fy?z", options: { mount: "/app" } },
    "/x%2Fy?z",
    "/app/x%2Fy?z",
    "/app",
  ],
  [
    "a slash at the mount point itself",
    { target: "/app?z", options: { mount: "/app" } },
    "/?z",
    "/app?z",
    "/app",
  ],
  [
    "an encoded mount point",
    { target: "/%61pp/x", options: { mount: "/app" } },
    "/x",
    "/%61pp/x",
    "/%61pp",
  ],
  [
    "a rewritten target",
    {
      target: "/sub/x",
      variables: { SCRIPT_NAME: "/sub/app.cgi", PATH_INFO: "/x" },
    },
    "/x",
    "/sub/x",
    "/sub",
  ],
  [
    "a target without REQUEST_URI",
    {
      variables: {
        REQUEST_URI: undefined,
        SCRIPT_NAME: "/s",
        PATH_INFO: "/a b\u00e9",
        QUERY_STRING: "q",
      },
    },
    "/a%20b%E9?q",
    "/s/a%20b%E9?q",
    "/s",
  ],
  [
    "a path the web server has changed",
    {
      target: "/x/../y?q",
      variables: { SCRIPT_NAME: "", PATH_INFO: "/z", QUERY_STRING: "q" },
    },
    "/z?q",
    "/x/../y?q",
    "",
  ],
];
for (const [name, init, url, originalUrl, baseUrl] of urls) {
  test(`fromNode makes req.url of ${name}`, async () => {
    const req = (await seen((req) => req, init)) as IncomingMessage & {
      originalUrl?: string;
      baseUrl?: string;
    };
    assert.deepEqual(
      [req.url, req.originalUrl, req.baseUrl],
      [url, originalUrl, baseUrl],
    );
    const full = await seen((req) => req.url, init, "full");
    assert.equal(full, originalUrl ?? url);
  });
}

test("fromNode finds where PATH_INFO begins in a hostile target without trying every place", async () => {
  const target = `${"/%2e".repeat(20_000)}%`;
  const init = { target, variables: { SCRIPT_NAME: "", PATH_INFO: "/x" } };
  assert.equal(await seen((req) => req.url, init), "/x");
});

test("fromNode gives a socket that knows both ends", async () => {
  const init = {
    variables: {
      REMOTE_ADDR: "::1",
      REMOTE_PORT: "5000",
      SERVER_ADDR: "127.0.0.1",
      SERVER_PORT: "443",
      HTTPS: "on",
    },
  };
  await seen((req, res) => {
    const { socket } = req;
    assert.equal(res.socket, socket);
    assert.equal(req.connection, socket);
    assert.deepEqual(
      [socket.remoteAddress, socket.remotePort, socket.remoteFamily],
      ["::1", 5000, "IPv6"],
    );
    assert.deepEqual(
      [socket.localAddress, socket.localPort],
      ["127.0.0.1", 443],
    );
    assert.equal((socket as { encrypted?: boolean }).encrypted, true);
    assert.equal(socket.setNoDelay().setKeepAlive().ref().unref(), socket);
    assert.deepEqual([socket.readable, socket.writable], [true, true]);
    assert.equal(environOf(req)?.HTTPS, "on");
  }, init);
});

test("fromNode sends a body that is ended at once in one piece, with its length", async () => {
  const trace: string[] = [];
  const answer = await request(
    fromNode((_req, res) => {
      res.setHeader("Content-Type", "text/plain");
      res.write("hel");
      res.end("lo");
    }),
    { output: new MemoryOutput(trace) },
  );
  assert.deepEqual(answer.chunks, ["hello"]);
  assert.equal(answer.header("Content-Length"), "5");
  assert.deepEqual(trace, ["start", "end"]);
});

test("fromNode drops what belongs to the connection", async () => {
  const answer = await request(
    fromNode((_req, res) => {
      res.writeHead(200, "Fine", {
        "Content-Type": "text/plain",
        Connection: "close",
        "Transfer-Encoding": "chunked",
        Trailer: "X-Sum",
        "Keep-Alive": "timeout=5",
        Status: "404 Not Found",
        "Set-Cookie": ["a=1", "b=2"],
      });
      res.addTrailers({ "X-Sum": "1" });
      res.end("x");
    }),
  );
  assert.deepEqual(answer.headers, [
    ["Content-Type", "text/plain"],
    ["Set-Cookie", "a=1"],
    ["Set-Cookie", "b=2"],
    ["Content-Length", "1"],
    ["Status", "200 Fine"],
  ]);
});

test("fromNode takes headers as a list, flat or of pairs", async () => {
  for (const headers of [
    ["X-A", "1", "X-A", "2"],
    [
      ["X-A", "1"],
      ["X-A", "2"],
    ],
  ]) {
    const answer = await request(
      fromNode((_req, res) => {
        res.writeHead(204, headers as unknown as string[]).end();
      }),
    );
    assert.deepEqual(
      [answer.status, answer.header("X-A")],
      ["204 No Content", "1, 2"],
    );
  }
});

for (const [method, code] of [
  ["HEAD", 200],
  ["GET", 204],
  ["GET", 304],
] as const) {
  test(`fromNode sends no body with ${method} and ${code}`, async () => {
    const answer = await request(
      fromNode((_req, res) => {
        res.statusCode = code;
        res.setHeader("ETag", '"1"');
        res.end("body");
      }),
      { method },
    );
    assert.equal(answer.status?.slice(0, 3), String(code));
    assert.deepEqual([answer.text, answer.header("ETag")], ["", '"1"']);
    assert.equal(answer.errors, "");
  });
}

test("fromNode calls back for interim responses, which CGI cannot send", async () => {
  const called: string[] = [];
  const answer = await request(
    fromNode((_req, res) => {
      res.writeContinue(() => called.push("100"));
      res.writeProcessing();
      res.writeEarlyHints({ link: "</a.css>; rel=preload" }, () => {
        called.push("103");
        res.setHeader("Content-Type", "text/plain").end("x");
      });
    }),
  );
  assert.deepEqual([answer.status, answer.text], ["200 OK", "x"]);
  assert.deepEqual(called, ["100", "103"]);
});

test("fromNode flushHeaders sends the head before there is a body", async () => {
  const output = new MemoryOutput();
  let res: ServerResponse | undefined;
  const answer = begin(
    fromNode((_req, given) => {
      res = given;
      given.writeHead(200, { "Content-Type": "text/event-stream" });
      given.flushHeaders();
    }),
    { output },
  );
  await output.sent(0);
  assert.deepEqual([answer.status, answer.chunks], ["200 OK", []]);
  res?.write("data: 1\n\n");
  await output.sent(1);
  assert.deepEqual(answer.chunks, ["data: 1\n\n"]);
  res?.end();
  await answer.ended;
});

test("fromNode cork holds writes together, and every callback is called in order", async () => {
  const called: number[] = [];
  const answer = await request(
    fromNode((_req, res) => {
      res.setHeader("Content-Type", "text/plain");
      res.cork();
      res.write("a", () => called.push(1));
      setImmediate(() => {
        res.write("b", () => called.push(2));
        res.uncork();
        setImmediate(() => res.end("c", () => called.push(3)));
      });
    }),
  );
  assert.deepEqual(answer.chunks, ["ab", "c"]);
  assert.deepEqual(called, [1, 2, 3]);
});

test("fromNode emits drain where the client takes more again", async () => {
  const output = new MemoryOutput();
  output.block();
  const events: unknown[] = [];
  const answer = begin(
    fromNode((_req, res) => {
      res.setHeader("Content-Type", "text/plain");
      events.push(res.write("x".repeat(100_000)), res.writableNeedDrain);
      res.once("drain", () => {
        events.push("drain", res.writableNeedDrain, res.writableLength);
        res.end();
      });
    }),
    { output },
  );
  await output.sent(1);
  assert.deepEqual(events, [false, true]);
  output.release();
  await answer.ended;
  assert.deepEqual(events, [false, true, "drain", false, 0]);
});

test("fromNode streams both ways through pipeline, binary and with backpressure", async () => {
  const body = Buffer.alloc(1_000_000, Buffer.from([0, 255, 10, 13, 128]));
  const answer = await request(
    fromNode(async (req, res) => {
      res.setHeader("Content-Type", "application/octet-stream");
      const invert = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          done(
            null,
            chunk.map((byte) => byte ^ 255),
          );
        },
      });
      await pipeline(req, invert, res);
      assert.equal(req.complete, true);
    }),
    { method: "POST", body },
  );
  assert.ok(answer.body.equals(body.map((byte) => byte ^ 255)));
  assert.equal(answer.errors, "");
});

test("fromNode pipes a stream without end into a client that leaves, and destroys it", async () => {
  const output = new MemoryOutput();
  const source = Readable.from(
    (async function* () {
      for (;;) yield "x".repeat(10_000);
    })(),
  );
  const answer = begin(
    fromNode((_req, res) => {
      res.setHeader("Content-Type", "text/plain");
      pipeline(source, res).catch(() => {});
    }),
    { output },
  );
  await output.sent(2);
  answer.abort();
  await answer.ended;
  if (!source.destroyed)
    await new Promise((done) => source.once("close", done));
  assert.equal(answer.outcome, "aborted");
});

test("fromNode reads no body that nobody asks for", async () => {
  let wasRead = false;
  const feed = (async function* () {
    wasRead = true;
    yield Buffer.from("x");
  })();
  const answer = await request(
    fromNode((_req, res) => res.writeHead(204).end()),
    {
      method: "POST",
      body: feed,
      headers: [["Content-Length", "1"]],
    },
  );
  assert.deepEqual([answer.status, wasRead], ["204 No Content", false]);
});

test("fromNode keeps the asynchronous context in listeners of the body", async () => {
  const storage = new AsyncLocalStorage<string>();
  const answer = await request(
    fromNode((req, res) => {
      storage.run("mine", () => {
        const found: unknown[] = [];
        req.on("data", () => found.push(storage.getStore()));
        req.on("end", () => {
          found.push(storage.getStore());
          res.setHeader("Content-Type", "text/plain").end(found.join());
        });
      });
    }),
    { method: "POST", body: ["a", "b"] },
  );
  assert.match(answer.text, /^mine,mine(,mine)?$/);
});

test("fromNode emits finish and close, of the response and of the request", async () => {
  const events: string[] = [];
  let closed: Promise<unknown> = Promise.resolve();
  const answer = await request(
    fromNode((req, res) => {
      for (const name of ["finish", "close"]) {
        res.on(name, () => events.push(`res ${name}`));
      }
      for (const name of ["end", "close", "aborted", "error"]) {
        req.on(name, () => events.push(`req ${name}`));
      }
      closed = Promise.all([
        new Promise((done) => res.on("close", done)),
        new Promise((done) => req.on("close", done)),
      ]);
      res.setHeader("Content-Type", "text/plain").end("x");
    }),
  );
  await closed;
  assert.equal(answer.errors, "");
  assert.deepEqual(events.sort(), [
    "req close",
    "req end",
    "res close",
    "res finish",
  ]);
});

test("fromNode tells request and response when the client leaves", async () => {
  const events: string[] = [];
  const feed = new BodyFeed();
  let waiting = () => {};
  const started = new Promise<void>((resolve) => {
    waiting = resolve;
  });
  let closed: Promise<unknown> = Promise.resolve();
  const answer = begin(
    fromNode((req, res) => {
      res.on("finish", () => events.push("res finish"));
      res.on("close", () => events.push(`res close ${res.destroyed}`));
      req.on("aborted", () => events.push("req aborted"));
      req.on("error", (error: NodeJS.ErrnoException) => {
        events.push(`req ${error.code}`);
      });
      closed = Promise.all([
        new Promise((done) => res.on("close", done)),
        new Promise((done) => req.on("close", done)),
      ]);
      req.resume();
      setImmediate(() => setImmediate(waiting));
    }),
    { method: "POST", body: feed, headers: [["Content-Length", "10"]] },
  );
  await started;
  answer.abort();
  await answer.ended;
  await closed;
  assert.deepEqual(events.sort(), [
    "req ECONNRESET",
    "req aborted",
    "res close true",
  ]);
  assert.deepEqual([answer.outcome, answer.errors], ["aborted", ""]);
});

test("fromNode setTimeout tells of idleness, and gives up a request nobody answers", async () => {
  const heard = await request(
    fromNode((_req, res) => {
      res.setTimeout(1, () => {
        res.statusCode = 504;
        res.end();
      });
    }),
  );
  assert.equal(heard.status, "504 Gateway Timeout");
  const unheard = await request(
    fromNode((_req, res) => {
      res.setTimeout(1);
    }),
  );
  assert.equal(unheard.status, "500 Internal Server Error");
});
