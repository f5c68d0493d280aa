// Middleware of Connect and Express around TSGI applications.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { gunzipSync } from "node:zlib";
import compression from "compression";
import cors from "cors";
import express from "express";
import { rateLimit } from "express-rate-limit";
import session from "express-session";
import helmet from "helmet";
import morgan from "morgan";
import serveStatic from "serve-static";
import { type ConnectNext, fromConnect } from "../../src/adapters/index.ts";
import type { Application } from "../../src/common/types.ts";
import { begin, MemoryOutput, request, TEXT } from "../support/in-process.ts";

const LONG = "tsgi ".repeat(1_000);

const whole: Application = (_environ, startResponse) => {
  startResponse("200 OK", TEXT);
  return LONG;
};

const streamed: Application = (_environ, startResponse) => {
  startResponse("200 OK", TEXT);
  return (async function* () {
    for (let at = 0; at < LONG.length; at += 500) {
      yield LONG.slice(at, at + 500);
    }
  })();
};

const bodies = { whole, streamed };

for (const [kind, application] of Object.entries(bodies)) {
  test(`fromConnect helmet adds its headers to a ${kind} body`, async () => {
    const answer = await request(fromConnect(helmet())(application));
    assert.equal(answer.status, "200 OK");
    assert.equal(answer.header("X-Content-Type-Options"), "nosniff");
    assert.match(answer.header("Content-Security-Policy") ?? "", /default-src/);
    assert.equal(answer.header("Content-Type"), "text/plain");
    assert.equal(answer.text, LONG);
    assert.equal(answer.errors, "");
  });

  test(`fromConnect compression compresses a ${kind} body`, async () => {
    const answer = await request(fromConnect(compression())(application), {
      headers: [["Accept-Encoding", "gzip"]],
    });
    assert.equal(answer.header("Content-Encoding"), "gzip");
    assert.equal(answer.header("Content-Length"), undefined);
    assert.equal(answer.header("Vary"), "Accept-Encoding");
    assert.equal(gunzipSync(answer.body).toString(), LONG);
    assert.equal(answer.errors, "");
  });

  test(`fromConnect morgan logs a ${kind} body`, async () => {
    const line = new Promise<string>((resolve) => {
      const format = ":method :url :status :res[content-type] :remote-addr";
      const log = morgan(format, { stream: { write: resolve } });
      const init = { target: "/a%20b?c=1" };
      request(fromConnect(log)(application), init).then((answer) => {
        assert.equal(answer.text, LONG);
      });
    });
    assert.equal(await line, "GET /a%20b?c=1 200 text/plain 127.0.0.1\n");
  });

  test(`fromConnect cors answers for a ${kind} body, and a preflight by itself`, async () => {
    const sharing = fromConnect(cors({ origin: "http://a.example" }))(
      application,
    );
    const answer = await request(sharing);
    assert.equal(
      answer.header("Access-Control-Allow-Origin"),
      "http://a.example",
    );
    assert.equal(answer.header("Vary"), "Origin");
    assert.equal(answer.text, LONG);
    const preflight = await request(sharing, {
      method: "OPTIONS",
      headers: [["Access-Control-Request-Method", "PUT"]],
    });
    assert.deepEqual(
      [preflight.status, preflight.text],
      ["204 No Content", ""],
    );
  });

  test(`fromConnect serve-static serves files, and else a ${kind} body`, async (t) => {
    const root = mkdtempSync(join(tmpdir(), "tsgi-static-"));
    t.after(() => rmSync(root, { recursive: true }));
    writeFileSync(join(root, "page.txt"), "a page");
    const site = fromConnect(serveStatic(root))(application);
    const page = await request(site, { target: "/page.txt" });
    assert.deepEqual([page.status, page.text], ["200 OK", "a page"]);
    assert.equal(page.header("Content-Length"), "6");
    const range = await request(site, {
      target: "/page.txt",
      headers: [["Range", "bytes=2-3"]],
    });
    assert.deepEqual([range.status, range.text], ["206 Partial Content", "pa"]);
    const other = await request(site, { target: "/other" });
    assert.deepEqual([other.status, other.text], ["200 OK", LONG]);
  });

  test(`fromConnect express-rate-limit lets a ${kind} body through as often as allowed`, async () => {
    // It calls methods of Express, so it comes inside an Express application.
    const limit = rateLimit({
      limit: 1,
      windowMs: 60_000,
      standardHeaders: "draft-7",
    });
    const limited = fromConnect(express().use(limit))(application);
    const first = await request(limited);
    assert.deepEqual([first.status, first.text], ["200 OK", LONG]);
    assert.match(first.header("RateLimit") ?? "", /remaining=0/);
    const second = await request(limited);
    assert.equal(second.status, "429 Too Many Requests");
    assert.equal(second.header("Retry-After") !== undefined, true);
  });
}

/** Counts visits in the session, which it finds on the request. */
const visits =
  (isStreamed: boolean): Application =>
  (environ, startResponse) => {
    const req = environ["connect.request"] as {
      session: { visits?: number };
    };
    req.session.visits = (req.session.visits ?? 0) + 1;
    const text = `visit ${req.session.visits}`;
    startResponse("200 OK", [...TEXT, ["Set-Cookie", "own=1"]]);
    return isStreamed
      ? (async function* () {
          yield text.slice(0, 3);
          yield text.slice(3);
        })()
      : text;
  };

for (const isStreamed of [false, true]) {
  test(`fromConnect express-session keeps a session, streamed: ${isStreamed}`, async () => {
    const sessions = session({
      secret: "s",
      resave: false,
      saveUninitialized: false,
    });
    // Between the session and the application, another one takes over what is on req.
    const site = fromConnect(sessions)(
      fromConnect(helmet())(visits(isStreamed)),
    );
    const first = await request(site);
    assert.equal(first.text, "visit 1");
    const cookies = first.headers.filter(([name]) => name === "Set-Cookie");
    assert.equal(cookies.length, 2, "the application's and the session's");
    const cookie = cookies.map(([, value]) => value.split(";")[0]).join("; ");
    const second = await request(site, { headers: [["Cookie", cookie]] });
    assert.equal(second.text, "visit 2");
  });
}

test("fromConnect streams: a chunk arrives before the next one is made", async () => {
  let release = () => {};
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const output = new MemoryOutput();
  const answer = begin(
    fromConnect(helmet())((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return (async function* () {
        yield "one";
        await held;
        yield "two";
      })();
    }),
    { output },
  );
  await output.sent(1);
  assert.deepEqual(answer.chunks, ["one"]);
  release();
  await answer.ended;
  assert.deepEqual(answer.chunks, ["one", "two"]);
});

test("fromConnect tells the application to wait while the client does not take more", async () => {
  const output = new MemoryOutput();
  output.block();
  let asked = 0;
  const answer = begin(
    fromConnect(helmet())((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      return (function* () {
        for (; asked < 100; asked++) yield "x".repeat(65_536);
      })();
    }),
    { output },
  );
  await output.sent(1);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(asked < 4, `${asked} chunks were made`);
  output.release();
  await answer.ended;
  assert.equal(answer.body.length, 100 * 65_536);
});

test("fromConnect lets an application reuse the memory of a chunk", async () => {
  const answer = await request(
    fromConnect(helmet())((_environ, startResponse) => {
      startResponse("200 OK", TEXT);
      const memory = Buffer.alloc(1);
      return (function* () {
        for (const letter of "abc") {
          memory.write(letter);
          yield memory;
        }
      })();
    }),
  );
  assert.equal(answer.text, "abc");
});

test("fromConnect closes the body once, at its end and when the client leaves", async () => {
  for (const isAborted of [false, true]) {
    let closed = 0;
    const output = new MemoryOutput();
    const answer = begin(
      fromConnect(helmet())((environ, startResponse) => {
        startResponse("200 OK", TEXT);
        return {
          async *[Symbol.asyncIterator]() {
            yield "one";
            if (!isAborted) return;
            await new Promise((resolve) => {
              environ["tsgi.signal"].addEventListener("abort", resolve);
            });
          },
          close: () => closed++,
        };
      }),
      { output },
    );
    await output.sent(1);
    if (isAborted) {
      // The adapter looks at the signal after this turn of the event loop.
      await new Promise((resolve) => setImmediate(resolve));
      answer.abort();
    }
    await answer.ended;
    await answer.served;
    assert.equal(closed, 1, `aborted: ${isAborted}`);
    assert.equal(answer.errors, "");
  }
});

test("fromConnect leaves the body to the application, or to the middleware that reads it", async () => {
  const echo: Application = async (environ, startResponse) => {
    const req = environ["connect.request"] as { body?: unknown };
    const rest = Buffer.from(await environ["tsgi.input"].read()).toString();
    startResponse("200 OK", TEXT);
    return JSON.stringify([req.body ?? null, rest]);
  };
  const init = {
    method: "POST",
    headers: [["Content-Type", "application/json"]],
    body: '{"a":1}',
  } as const;
  const untouched = await request(fromConnect(helmet())(echo), init);
  assert.equal(untouched.text, '[null,"{\\"a\\":1}"]');
  const parsed = await request(fromConnect(express.json())(echo), init);
  assert.equal(parsed.text, '[{"a":1},""]');
});

test("fromConnect next(error) is a failure, and an error middleware outside answers it", async () => {
  const failing = fromConnect((_req, _res, next) => next(new Error("no")))(
    whole,
  );
  const plain = await request(failing);
  assert.equal(plain.status, "500 Internal Server Error");
  assert.match(plain.errors, /Error: no/);

  const handled = fromConnect(
    (
      error: unknown,
      _req: IncomingMessage,
      res: ServerResponse,
      _next: ConnectNext,
    ) => {
      res.statusCode = 503;
      res.end(`handled ${error instanceof Error ? error.message : ""}`);
    },
  );
  const answer = await request(handled(failing));
  assert.deepEqual(
    [answer.status, answer.text],
    ["503 Service Unavailable", "handled no"],
  );
  const application = await request(
    handled(() => {
      throw new Error("yes");
    }),
  );
  assert.equal(application.text, "handled yes");
  const well = await request(handled(whole));
  assert.deepEqual([well.status, well.text], ["200 OK", LONG]);
});

test("fromConnect passes on what the application says of HEAD, 204 and 304", async () => {
  for (const status of [
    "200 OK",
    "204 No Content",
    "304 Not Modified",
  ] as const) {
    const application: Application = (_environ, startResponse) => {
      startResponse(status, [["ETag", '"1"']]);
      return [];
    };
    const answer = await request(fromConnect(helmet())(application), {
      method: status === "200 OK" ? "HEAD" : "GET",
    });
    assert.deepEqual([answer.status, answer.text], [status, ""]);
    assert.equal(answer.header("ETag"), '"1"');
  }
});

test("fromConnect answers with 500 where the application breaks a rule", async () => {
  const answer = await request(fromConnect(helmet())(() => "no startResponse"));
  assert.equal(answer.status, "500 Internal Server Error");
  assert.match(answer.errors, /START_RESPONSE/);
});
