// Cases of Plack's suite about what reaches the application.
import assert from "node:assert/strict";
import { digest, echo, type HttpCase, is } from "./http-case.ts";

const FORM = ["Content-Type", "application/x-www-form-urlencoded"] as const;
const large = Buffer.alloc(96_000, "\0\xff0123456789\r\n", "latin1");

/** Of the request: variables, paths, bodies. */
export const environCases: readonly HttpCase[] = [
  {
    name: "E1.01 E1.16 SCRIPT_NAME is empty at the root",
    application: echo(({ SCRIPT_NAME }) => JSON.stringify(SCRIPT_NAME)),
    check: is('""'),
  },
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
    name: "E1.18 tsgi.errors is there",
    application: echo((environ) => typeof environ["tsgi.errors"].write),
    check: is("function"),
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
