// The code of docs/specification.md does what the text says it does.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { Application, Environ } from "../../src/common/types.ts";
import { BodyFeed, begin, request } from "../support/in-process.ts";
import { blockModules, codeBlocks } from "./blocks.ts";

const load = blockModules(codeBlocks("docs/specification.md"));
const hello = (await load<{ default: Application }>("hello.js")).default;
const { guestbook } = await load<{ guestbook: Application }>("guestbook.ts");
const { squares } = await load<{ squares: Application }>("squares.ts");
const { ticker } = await load<{ ticker: Application }>("ticker.ts");
const { recover } = await load<{ recover: Application }>("recover.ts");
const { report } = await load<{ report: FileApplication }>("report.ts");
const { download } = await load<{ download: FileApplication }>("download.ts");
const { gateway } = await load<{ gateway: Gateway }>("gateway.ts");
const { requestUrl } = await load<{
  requestUrl: (environ: Environ) => string;
}>("request-url.ts");

type FileApplication = (path: string) => Application;
type Gateway = (
  application: Application,
  environ: Environ,
  send: (bytes: Uint8Array) => Promise<void>,
) => Promise<void>;

const textFile = fileURLToPath(new URL("lines.txt", import.meta.url));

test("hello answers with its own path", async () => {
  const answer = await request(hello, {
    variables: { SCRIPT_NAME: "/app", PATH_INFO: "/there" },
  });
  assert.equal(answer.text, "Hello from /app/there\n");
  assert.equal(answer.header("Content-Length"), "22");
});

test("A1.05 guestbook is called again while an earlier call waits for its form", async () => {
  const form = new BodyFeed();
  const slow = begin(guestbook, {
    variables: { REQUEST_METHOD: "POST", CONTENT_LENGTH: "9" },
    body: form,
  });
  const post = { REQUEST_METHOD: "POST", SCRIPT_NAME: "/book" };
  const fast = await request(guestbook, { variables: post, body: "entry=Bob" });
  assert.equal(fast.status, "303 See Other");
  assert.equal(fast.header("Location"), "/book");
  form.push("entry=Ada");
  await slow.ended;

  const answer = await request(guestbook);
  assert.equal(answer.text, "· Bob\n· Ada\n");
});

test("A3.09 guestbook works when called again under tsgi.run_once", async () => {
  const options = { runOnce: true, multiprocess: true, concurrent: false };
  const first = await request(guestbook, { options });
  const second = await request(guestbook, { options });
  assert.equal(first.status, "200 OK");
  assert.equal(second.text, first.text);
});

test("squares sends each number as a chunk", async () => {
  const answer = await request(squares, { variables: { QUERY_STRING: "3" } });
  assert.equal(answer.status, "200 OK");
  assert.deepEqual(answer.chunks, ["1\n", "4\n", "9\n"]);
});

describe("ticker", () => {
  test("ends by itself", async () => {
    const answer = await request(ticker);
    assert.deepEqual(answer.chunks, [
      "data: 0\n\n",
      "data: 1\n\n",
      "data: 2\n\n",
    ]);
    assert.equal(answer.outcome, "completed");
  });

  test("stops waiting when the client leaves", async () => {
    const answer = begin(ticker);
    await answer.output.sent(1);
    answer.abort();
    // Long before its timer would fire.
    await new Promise(setImmediate);
    assert.equal(answer.outcome, "aborted");
    assert.deepEqual(answer.chunks, ["data: 0\n\n"]);
    assert.equal(answer.errors, "");
  });
});

describe("report", () => {
  test("numbers the lines of its file", async () => {
    const answer = await request(report(textFile));
    assert.equal(answer.text, "1 one\n2 two\n3 three\n");
  });

  test("is answered with 500 where there is no file", async () => {
    const answer = await request(report(`${textFile}.missing`));
    assert.equal(answer.status, "500 Internal Server Error");
    assert.match(answer.errors, /ENOENT/);
  });
});

describe("recover", () => {
  test("A13.08 takes back what it said before it failed", async () => {
    const answer = await request(recover);
    assert.equal(answer.status, "503 Service Unavailable");
    assert.equal(answer.header("Retry-After"), "10");
    assert.equal(answer.text, "Please try again in ten seconds.\n");
  });

  test("answers where nothing fails", async () => {
    const answer = await request(recover, {
      variables: { QUERY_STRING: "why" },
    });
    assert.equal(answer.text, "You asked: why\n");
  });
});

describe("download", () => {
  test("sends the file through tsgi.file_wrapper", async () => {
    let wrapped = false;
    const answer = await request((environ, startResponse) => {
      const wrap = environ["tsgi.file_wrapper"];
      assert.ok(wrap);
      const spied: Environ = {
        ...environ,
        "tsgi.file_wrapper": (...args) => {
          wrapped = true;
          return wrap(...args);
        },
      };
      return download(textFile)(spied, startResponse);
    });
    assert.equal(answer.text, "one\ntwo\nthree\n");
    assert.ok(wrapped);
  });

  test("A16.07 does without tsgi.file_wrapper", async () => {
    const answer = await request((environ, startResponse) => {
      delete environ["tsgi.file_wrapper"];
      return download(textFile)(environ, startResponse);
    });
    assert.equal(answer.text, "one\ntwo\nthree\n");
  });
});

describe("gateway", () => {
  test("sends the headers, then the body", async () => {
    const sent = await throughGateway(hello);
    assert.equal(
      sent,
      "Content-Type: text/plain; charset=utf-8\r\nStatus: 200 OK\r\n\r\nHello from /\n",
    );
  });

  test("holds the headers back until there is a chunk", async () => {
    const sent = await throughGateway(function* (_environ, startResponse) {
      startResponse("200 OK", [["X-First", "1"]]);
      yield "";
      startResponse("503 Service Unavailable", [], new Error("no"));
      yield "gone";
    });
    assert.equal(sent, "Status: 503 Service Unavailable\r\n\r\ngone");
  });

  test("refuses a second startResponse without an error", async () => {
    const sending = throughGateway((_environ, startResponse) => {
      startResponse("200 OK", []);
      startResponse("200 OK", []);
      return [];
    });
    await assert.rejects(sending, /twice/);
  });

  test("throws the error back when it comes too late, and closes the body", async () => {
    const error = new Error("too late");
    let closed = 0;
    const sending = throughGateway((_environ, startResponse) => ({
      *[Symbol.iterator]() {
        startResponse("200 OK", []);
        yield "sent";
        startResponse("500 Internal Server Error", [], error);
      },
      close: () => closed++,
    }));
    await assert.rejects(sending, error);
    assert.equal(closed, 1);
  });

  async function throughGateway(application: Application): Promise<string> {
    const environ = await environFor({});
    const sent: Uint8Array[] = [];
    await gateway(application, environ, async (bytes) => {
      sent.push(bytes);
    });
    return Buffer.concat(sent).toString();
  }
});

describe("A17.03 requestUrl", () => {
  const local = {
    HTTP_HOST: undefined,
    SERVER_NAME: "127.0.0.1",
    SERVER_PORT: "80",
    PATH_INFO: "/",
  };
  const cases: [url: string, variables: Record<string, string>][] = [
    ["http://127.0.0.1/", {}],
    ["http://127.0.0.1/shop", { SCRIPT_NAME: "/shop", PATH_INFO: "" }],
    ["http://127.0.0.1/shop/tea", { SCRIPT_NAME: "/shop", PATH_INFO: "/tea" }],
    ["http://127.0.0.1/sh%E4p/", { SCRIPT_NAME: "/sh\xe4p" }],
    ["http://127.0.0.1/a%20b%3Fc%25", { PATH_INFO: "/a b?c%" }],
    ["http://127.0.0.1/tea;milk=1,2", { PATH_INFO: "/tea;milk=1,2" }],
    ["http://127.0.0.1/?say=%20hi", { QUERY_STRING: "say=%20hi" }],
    ["http://shop.example:2071/", { HTTP_HOST: "shop.example:2071" }],
    ["http://shop.example/", { SERVER_NAME: "shop.example" }],
    ["http://127.0.0.1:8080/", { SERVER_PORT: "8080" }],
    ["http://127.0.0.1:443/", { SERVER_PORT: "443" }],
    ["https://127.0.0.1/", { SERVER_PORT: "443", HTTPS: "on" }],
    ["https://127.0.0.1:80/", { SERVER_PORT: "80", HTTPS: "on" }],
    ["https://shop.example/", { HTTP_HOST: "shop.example", HTTPS: "on" }],
  ];
  for (const [url, variables] of cases) {
    test(`rebuilds ${url}`, async () => {
      const environ = await environFor({ ...local, ...variables });
      assert.equal(requestUrl(environ), url);
    });
  }
});

/** The environ the server makes of these variables. */
async function environFor(
  variables: Record<string, string | undefined>,
): Promise<Environ> {
  let made: Environ | undefined;
  await request(
    (environ, startResponse) => {
      made = environ;
      startResponse("204 No Content", []);
      return [];
    },
    { variables },
  );
  assert.ok(made);
  return made;
}
