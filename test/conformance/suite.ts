// What every front end must do alike: the cases of Plack's suite, as requests in terms of HTTP with
// the application that answers each. None of them knows how the request travels.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { createReadStream, readFileSync } from "node:fs";
import { open } from "node:fs/promises";
import type {
  Application,
  Chunk,
  Environ,
  Header,
  Status,
} from "../../src/common/types.ts";

export interface Case {
  /** Begins with the case's number in Plack::Test::Suite. */
  readonly name: string;
  readonly method?: string;
  readonly target?: string;
  readonly headers?: readonly Header[];
  readonly body?: Chunk;
  readonly application: Application;
  /** @throws where the response is not the right one */
  check(response: CaseResponse): void;
}

/** What the client got. */
export interface CaseResponse {
  readonly status: string | undefined;
  /** Several of one name are joined with `", "`. */
  header(name: string): string | undefined;
  readonly text: string;
  readonly body: Uint8Array;
}

const TEXT: readonly Header[] = [["Content-Type", "text/plain"]];
const FORM: Header = ["Content-Type", "application/x-www-form-urlencoded"];
const THIS_FILE = new URL(import.meta.url);

/** Answers with what `value` finds in the environ. */
function echo(
  value: (environ: Environ) => Chunk | undefined | Promise<Chunk | undefined>,
): Application {
  return async (environ, startResponse) => {
    startResponse("200 OK", TEXT);
    return (await value(environ)) ?? "undefined";
  };
}

function answer(
  status: Status,
  headers: readonly Header[],
  ...body: Chunk[]
): Application {
  return (_environ, startResponse) => {
    startResponse(status, headers);
    return body;
  };
}

/** A check of the body, of a successful response. */
function is(expected: string): (response: CaseResponse) => void {
  return ({ status, text }) => {
    assert.equal(text, expected);
    assert.equal(status, "200 OK");
  };
}

/** A check that the body is this file. */
function isThisFile({ status, body }: CaseResponse): void {
  assert.equal(status, "200 OK");
  assert.equal(digest(body), digest(readFileSync(THIS_FILE)));
}

function digest(bytes: Uint8Array): string {
  return `${bytes.length} ${createHash("md5").update(bytes).digest("hex")}`;
}

const greet: Application = ({ QUERY_STRING }, startResponse) => {
  startResponse("200 OK", TEXT);
  return ["Hello, ", QUERY_STRING];
};
const byName = { target: "/?name=miyagawa", check: is("Hello, name=miyagawa") };
const large = Buffer.alloc(96_000, "\0\xff0123456789\r\n", "latin1");

export const cases: readonly Case[] = [
  {
    name: "E1.01 E1.16 SCRIPT_NAME is empty at the root",
    application: echo(({ SCRIPT_NAME }) => JSON.stringify(SCRIPT_NAME)),
    check: is('""'),
  },
  { name: "E1.02 E1.19 a GET with a query", ...byName, application: greet },
  {
    name: "E1.03 E1.33 a form",
    method: "POST",
    headers: [FORM],
    body: "name=tatsuhiko",
    application: echo(async (environ) => {
      const { CONTENT_LENGTH, CONTENT_TYPE } = environ;
      const body = await environ["tsgi.input"].read(Number(CONTENT_LENGTH));
      return `${CONTENT_LENGTH} ${CONTENT_TYPE} ${Buffer.from(body)}`;
    }),
    check: is("14 application/x-www-form-urlencoded name=tatsuhiko"),
  },
  {
    name: "E1.04 a large POST, read in a loop",
    method: "POST",
    headers: [["Content-Type", "application/octet-stream"]],
    body: large,
    application: echo(async (environ) => {
      const pieces: Uint8Array[] = [];
      for (;;) {
        const piece = await environ["tsgi.input"].read(8192);
        if (piece.length === 0) return digest(Buffer.concat(pieces));
        pieces.push(piece);
      }
    }),
    check: is(digest(large)),
  },
  {
    name: "E1.05 tsgi.url_scheme is http",
    method: "POST",
    application: echo((environ) => environ["tsgi.url_scheme"]),
    check: is("http"),
  },
  {
    name: "E1.06 a file as a stream",
    application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      return createReadStream(THIS_FILE);
    },
    check: isThisFile,
  },
  {
    name: "E1.07 E1.08 a file through tsgi.file_wrapper, with its length",
    async application(environ, startResponse) {
      const file = await open(THIS_FILE);
      const { size } = await file.stat();
      startResponse("200 OK", [
        ["Content-Type", "image/jpeg"],
        ["Content-Length", String(size)],
      ]);
      return environ["tsgi.file_wrapper"]?.(file) ?? file.createReadStream();
    },
    check(response) {
      isThisFile(response);
      const { length } = response.body;
      assert.equal(response.header("Content-Length"), String(length));
      assert.equal(response.header("Content-Type"), "image/jpeg");
    },
  },
  {
    name: "E1.09 a request header",
    headers: [["Foo", "Bar"]],
    application: echo(({ HTTP_FOO }) => HTTP_FOO),
    check: is("Bar"),
  },
  {
    name: "E1.10 E1.23 a Cookie header, and no variable COOKIE",
    headers: [["Cookie", "foo=bar"]],
    application: echo(
      (environ) => `${environ.HTTP_COOKIE} ${"COOKIE" in environ}`,
    ),
    check: is("foo=bar false"),
  },
  {
    name: "E1.11 the variables of a request",
    target: "/foo/?dankogai=kogaidan",
    application: echo((environ) =>
      [
        environ.REQUEST_METHOD,
        environ.SCRIPT_NAME,
        environ.PATH_INFO,
        environ.QUERY_STRING,
        environ.SERVER_NAME,
        /^[0-9]+$/.test(environ.SERVER_PORT),
      ].join("|"),
    ),
    check: is("GET||/foo/|dankogai=kogaidan|127.0.0.1|true"),
  },
  {
    name: "E1.12 % in the path",
    target: "/foo/bar%2cbaz",
    application: echo(({ PATH_INFO }) => PATH_INFO),
    check: is("/foo/bar,baz"),
  },
  {
    name: "E1.13 % twice in the path",
    target: "/foo/bar%252cbaz",
    application: echo(({ PATH_INFO }) => PATH_INFO),
    check: is("/foo/bar%2cbaz"),
  },
  {
    name: "E1.14 bytes in the path",
    target: "/foo%E3%81%82",
    application: echo(({ PATH_INFO }) => Buffer.from(PATH_INFO, "latin1")),
    check: is("/fooあ"),
  },
  {
    name: "E1.15 SERVER_PROTOCOL",
    application: echo(({ SERVER_PROTOCOL }) => SERVER_PROTOCOL),
    check: ({ text }) => assert.match(text, /^HTTP\/(1\.[01]|2(\.0)?|3)$/),
  },
  {
    name: "E1.17 a body that reads line by line",
    application(_environ, startResponse) {
      startResponse("200 OK", TEXT);
      const lines = ["1", "2", "3", "4"];
      return {
        *[Symbol.iterator]() {
          for (let line = lines.shift(); line; line = lines.shift()) yield line;
        },
        close: () => assert.deepEqual(lines, []),
      };
    },
    check: is("1234"),
  },
  {
    name: "E1.18 tsgi.errors is there",
    application: echo((environ) => typeof environ["tsgi.errors"].write),
    check: is("function"),
  },
  {
    name: "E1.20 an application that takes the log away and dies",
    application(environ) {
      Reflect.set(environ, "tsgi.errors", null);
      throw new Error("Throwing an exception from an application");
    },
    check({ status, text }) {
      assert.equal(status, "500 Internal Server Error");
      assert.doesNotMatch(text, /Throwing/);
    },
  },
  {
    name: "E1.21 a repeated request header",
    headers: [
      ["Foo", "bar"],
      ["Foo", "baz"],
    ],
    application: echo(({ HTTP_FOO }) => HTTP_FOO),
    check: is("bar, baz"),
  },
  {
    name: "E1.22 a repeated response header",
    application: answer(
      "200 OK",
      [...TEXT, ["X-Foo", "foo"], ["X-Foo", "bar, baz"]],
      "hi",
    ),
    check(response) {
      is("hi")(response);
      assert.equal(response.header("x-foo"), "foo, bar, baz");
    },
  },
  {
    name: "E1.24 a 304 has no entity headers and no body",
    application: answer("304 Not Modified", []),
    check(response) {
      assert.equal(response.status, "304 Not Modified");
      for (const name of ["Type", "Length"]) {
        assert.equal(response.header(`Content-${name}`), undefined);
      }
      assert.equal(response.header("Transfer-Encoding"), undefined);
      assert.equal(response.text, "");
    },
  },
  {
    name: "E1.25 REQUEST_URI",
    target: "/foo/bar%20baz%73?x=a",
    application: echo(({ REQUEST_URI }) => REQUEST_URI),
    check: is("/foo/bar%20baz%73?x=a"),
  },
  {
    name: "E1.27 a header of 128 bytes",
    headers: [["X-Foo", "x".repeat(128)]],
    application: echo(({ HTTP_X_FOO }) => HTTP_X_FOO),
    check: is("x".repeat(128)),
  },
  {
    name: "E1.28 a response that comes later",
    ...byName,
    async application(environ, startResponse) {
      await Promise.resolve();
      return greet(environ, startResponse);
    },
  },
  {
    name: "E1.29 a response through write()",
    ...byName,
    async application({ QUERY_STRING }, startResponse) {
      const write = startResponse("200 OK", TEXT);
      await write("Hello, ");
      await write(QUERY_STRING);
      return [];
    },
  },
  {
    name: "E1.29 a response from an async generator",
    ...byName,
    async *application({ QUERY_STRING }, startResponse) {
      startResponse("200 OK", TEXT);
      yield "Hello, ";
      yield QUERY_STRING;
    },
  },
  {
    name: "E1.30 a body that looks like headers",
    application: answer("200 OK", TEXT, "Foo: Bar\r\n\r\nHello World"),
    check(response) {
      is("Foo: Bar\r\n\r\nHello World")(response);
      assert.equal(response.header("Foo"), undefined);
    },
  },
  {
    name: "E1.31 a line feed stays one byte",
    application: answer("200 OK", TEXT, "Bar\nBaz"),
    check: is("Bar\nBaz"),
  },
  {
    name: "E1.32 a 404 with a body",
    application: answer("404 Not Found", TEXT, "Not Found"),
    check({ status, text }) {
      assert.equal(status, "404 Not Found");
      assert.equal(text, "Not Found");
    },
  },
  {
    name: "E1.34 the body of a GET",
    application: echo(async (environ) => {
      return `${(await environ["tsgi.input"].read()).length} bytes`;
    }),
    check: is("0 bytes"),
  },
  {
    name: "E1.35 an Authorization header",
    headers: [["Authorization", "Basic XXXX"]],
    application: echo(({ HTTP_AUTHORIZATION }) => HTTP_AUTHORIZATION),
    check: is("Basic XXXX"),
  },
  {
    name: "E1.35 no Authorization header",
    application: echo((environ) => String("HTTP_AUTHORIZATION" in environ)),
    check: is("false"),
  },
  {
    name: "E1.36 repeated slashes in the path",
    target: "//foo///bar/baz",
    application: echo(({ PATH_INFO }) => PATH_INFO),
    check: is("//foo///bar/baz"),
  },
];
