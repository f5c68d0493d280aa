// The contract as the compiler sees it. `tsc -p .` is what fails where an expected error is none.
import assert from "node:assert/strict";
import { Readable } from "node:stream";
import { test } from "node:test";
import type {
  Application,
  Environ,
  Header,
  Middleware,
  ResponseBody,
  StartResponse,
  Status,
  Write,
} from "../../src/common/types.ts";
import { environOf, hello, request, TEXT } from "../support/in-process.ts";

/** Compiles where `Actual` is exactly `Expected`. */
function isExactly<Expected>() {
  return <Actual>(
    ..._proof: Same<Expected, Actual> extends true ? [value: Actual] : never
  ): void => {};
}

type Same<A, B> =
  (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2
    ? true
    : false;

test("Environ types its variables, its extensions, and nothing else", async () => {
  const environ = await environOf();
  isExactly<string>()(environ.REQUEST_METHOD);
  isExactly<string>()(environ.PATH_INFO);
  isExactly<string | undefined>()(environ.CONTENT_LENGTH);
  isExactly<string | undefined>()(environ.HTTP_HOST);
  isExactly<string | undefined>()(environ.SSL_PROTOCOL);
  isExactly<"http" | "https">()(environ["tsgi.url_scheme"]);
  isExactly<AbortSignal>()(environ["tsgi.signal"]);
  isExactly<readonly [major: 1, minor: 0]>()(environ["tsgi.version"]);
  isExactly<unknown>()(environ["my.session"]);
  // @ts-expect-error: no such variable
  assert.equal(environ.foo, undefined);
  // @ts-expect-error: misspelt
  assert.equal(environ.REQUEST_METOD, undefined);
});

test("Environ accepts what middleware may assign", async () => {
  const environ = await environOf();
  environ.HTTP_HOST = "example.org";
  environ["my.session"] = { user: 1 };
  environ.SCRIPT_NAME += "/app";
  delete environ.CONTENT_LENGTH;
  // @ts-expect-error: a variable is a string
  environ.SERVER_PORT = 80;
  // @ts-expect-error: what is always there cannot be taken away
  delete environ.PATH_INFO;
  // @ts-expect-error: neither scheme
  environ["tsgi.url_scheme"] = "ftp";
  const copy: Environ = { ...environ, "my.key": 1 };
  assert.equal(copy["my.key"], 1);
});

test("A1.09 Application may be synchronous, asynchronous or a generator", async () => {
  const applications: Application[] = [
    () => "string",
    () => Buffer.from("bytes"),
    () => ["a", Buffer.from("b")],
    () => new Set(["a"]),
    async () => ["a"],
    () => Promise.resolve(Readable.from(["a"])),
    () => new ReadableStream<Uint8Array>(),
    function* () {
      yield "a";
    },
    async function* () {
      yield Buffer.from("a");
    },
    hello,
    (environ, startResponse) => hello(environ, startResponse),
  ];
  assert.ok(applications.every((one) => typeof one === "function"));
  // @ts-expect-error: nothing is returned
  const nothing: Application = () => {};
  // @ts-expect-error: neither is a number a body
  const number: Application = () => 42;
  // @ts-expect-error: nor are numbers chunks
  const numbers: Application = () => [1, 2];
  // @ts-expect-error: nor is an object
  const object: Application = async () => ({ text: "x" });
  // @ts-expect-error: an application is called with two arguments
  const three: Application = (_environ, _start, extra) => String(extra);
  for (const application of [nothing, number, numbers, object]) {
    const answer = await request(application);
    assert.equal(answer.status, "500 Internal Server Error");
  }
  assert.equal(three.length, 3);
});

test("Middleware is an application around an application", async () => {
  const powered: Middleware = (application) => (environ, startResponse) =>
    application(environ, (status, headers, error) =>
      startResponse(status, [...headers, ["X-Powered-By", "tea"]], error),
    );
  const answer = await request(powered(hello));
  assert.equal(answer.header("X-Powered-By"), "tea");
});

test("Status is three digits, a blank and a reason", () => {
  const good: Status[] = ["200 OK", "404 Not Found", `${500} Sorry`];
  // @ts-expect-error: no code
  const bare: Status = "OK";
  // @ts-expect-error: no blank
  const glued: Status = "200OK";
  // @ts-expect-error: no reason
  const number: Status = 200;
  assert.equal([...good, bare, glued, number].length, 6);
});

test("StartResponse accepts every iterable of pairs, and returns a Write", async () => {
  const pairs: Iterable<Header>[] = [
    [["A", "1"]],
    [["A", "1"]] as const,
    Object.freeze([["A", "1"] as const]),
    new Map([["A", "1"]]),
    new Headers({ A: "1" }),
    Object.entries({ A: "1" }),
  ];
  for (const headers of pairs) {
    const answer = await request((_environ, startResponse) => {
      const write = startResponse("200 OK", headers);
      isExactly<Write>()(write);
      isExactly<Promise<void> | undefined>()(write("x"));
      return [];
    });
    assert.equal(answer.header("a"), "1");
  }
  const wrong = (startResponse: StartResponse) => {
    // @ts-expect-error: an object is not iterable
    startResponse("200 OK", { A: "1" });
    // @ts-expect-error: a value is a string
    startResponse("200 OK", [["A", 1]]);
    // @ts-expect-error: a header has two parts
    startResponse("200 OK", [["A"]]);
    // @ts-expect-error: headers may be none, but not left out
    startResponse("200 OK");
  };
  const answer = await request((_environ, startResponse) => {
    wrong(startResponse);
    return "";
  });
  assert.equal(answer.status, "500 Internal Server Error");
});

test("ResponseBody may have a close of any kind", async () => {
  let closed = 0;
  const body: ResponseBody = Object.assign(["x"], { close: () => closed++ });
  await request((_environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return body;
  });
  assert.equal(closed, 1);
});
