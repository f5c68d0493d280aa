// Clauses whose effect shows in what a web server gets, besides the cases of Plack's suite.
import assert from "node:assert/strict";
import type { Application, Environ } from "../../common/types.ts";
import type { ConformanceCase } from "./case.ts";
import { failureCases } from "./failure-cases.ts";
import { type GatewayCase, requestOf } from "./gateway-request.ts";

const PLAIN = [["Content-Type", "text/plain"]] as const;

/** Answers with what `pick` makes of the environ. */
function echo(pick: (environ: Environ) => unknown): Application {
  return (environ, startResponse) => {
    startResponse("200 OK", PLAIN);
    return JSON.stringify(pick(environ) ?? null);
  };
}

const cases: readonly GatewayCase[] = [
  {
    name: "E3.15 A3.02 tsgi.url_scheme",
    application: echo((environ) => environ["tsgi.url_scheme"]),
    request: { variables: { HTTPS: "on" } },
    check: ({ body }) => assert.equal(body.toString(), '"https"'),
  },
  {
    name: "A10.01 close() is called after the body was read",
    application: (environ, startResponse) => {
      startResponse("200 OK", PLAIN);
      return {
        *[Symbol.iterator]() {
          yield* ["1", "2", "3", "4"];
        },
        close: () => environ["tsgi.errors"].write("close called\n"),
      };
    },
    check({ body, errors }) {
      assert.equal(body.toString(), "1234");
      assert.equal(errors.match(/close called/g)?.length, 1);
    },
  },
  {
    name: "A5.02 A5.03 what goes to tsgi.errors reaches the log",
    application: (environ, startResponse) => {
      environ["tsgi.errors"].write("first, ");
      environ["tsgi.errors"].writelines(["second\u00e9 ", "\ud83d\ude00\n"]);
      startResponse("200 OK", PLAIN);
      return "";
    },
    check: ({ errors }) =>
      assert.match(errors, /first, second\u00e9 \ud83d\ude00\n/),
  },
  {
    name: "E2.13 E2.15 A7.11 repeated response headers stay apart and in order",
    application: (_, startResponse) => {
      startResponse("200 OK", [
        ["Set-Cookie", "a=1"],
        ["X-Foo", "foo"],
        ["x-foo", "bar"],
        ["Set-Cookie", "b=2"],
      ]);
      return [];
    },
    check: ({ headers }) =>
      assert.deepEqual(headers, [
        "Set-Cookie: a=1",
        "X-Foo: foo",
        "x-foo: bar",
        "Set-Cookie: b=2",
        "Content-Length: 0",
      ]),
  },
  {
    name: "C4.02 a header of 128 bytes, and one of 70,000",
    application: echo((environ) => [
      environ.HTTP_X_FOO?.length,
      environ.HTTP_X_BAR?.length,
    ]),
    request: {
      variables: {
        HTTP_X_FOO: "x".repeat(128),
        HTTP_X_BAR: "y".repeat(70_000),
      },
    },
    check: ({ body }) => assert.equal(body.toString(), "[128,70000]"),
  },
  {
    name: "E5.05 E5.06 A8.04 A9.10 write() comes before the body, without any framing",
    application: (_, startResponse) => {
      const write = startResponse("200 OK", PLAIN);
      write("Hello, ");
      write(Buffer.from("name="));
      return ["miyagawa"];
    },
    check({ headers, body }) {
      assert.deepEqual(headers, ["Content-Type: text/plain"]);
      assert.equal(body.toString(), "Hello, name=miyagawa");
    },
  },
  {
    name: "A1.06 a generator that starts the response at its first step",
    application: function* (_, startResponse) {
      startResponse("202 Accepted", PLAIN);
      yield "a";
      yield "";
      yield "b";
    },
    check({ status, body }) {
      assert.equal(status, "202 Accepted");
      assert.equal(body.toString(), "ab");
    },
  },
  {
    name: "E3.27 A11.03 A11.06 Content-Length of one known chunk, in bytes",
    application: (_, startResponse) => {
      startResponse("200 OK", PLAIN);
      return ["\u0442\u0435\u0441\u0442"];
    },
    check({ headers, body }) {
      assert.match(headers.join("\n"), /^Content-Length: 8$/m);
      assert.equal(body.toString(), "\u0442\u0435\u0441\u0442");
    },
  },
  {
    name: "A12.01 HEAD: the headers, and no body",
    application: (_, startResponse) => {
      startResponse("200 OK", [...PLAIN, ["Content-Length", "12345"]]);
      return "a body";
    },
    request: { variables: { REQUEST_METHOD: "HEAD" } },
    check({ headers, body, succeeded }) {
      assert.match(headers.join("\n"), /^Content-Length: 12345$/m);
      assert.equal(body.length, 0);
      assert.equal(succeeded, true);
    },
  },
  {
    name: "A2.15 D2.01 D2.05 what a client must not set is not set",
    application: echo((environ) => [
      "HTTP_PROXY" in environ,
      "HTTP_CONTENT_TYPE" in environ,
      environ["tsgi.url_scheme"],
      Object.getPrototypeOf(environ),
    ]),
    request: {
      variables: {
        HTTP_PROXY: "http://evil.test",
        HTTP_CONTENT_TYPE: "text/evil",
        "tsgi.url_scheme": "https",
      },
    },
    check: ({ body }) =>
      assert.equal(body.toString(), '[false,false,"http",null]'),
  },
  {
    name: "A2.04 bytes of a variable pass unchanged",
    application: (environ, startResponse) => {
      startResponse("200 OK", PLAIN);
      return Buffer.from(environ.HTTP_X_BYTES ?? "", "latin1");
    },
    request: { variables: { HTTP_X_BYTES: "\u00c3\u00a9\u00e2\u0082\u00ac" } },
    check: ({ body }) => assert.equal(body.toString("utf8"), "\u00e9\u20ac"),
  },
  ...failureCases,
];

/** Of the interface itself, for servers that are asked by variables. */
export const gatewayCases: readonly ConformanceCase[] = cases.map((one) => ({
  ...one,
  request: requestOf(one.request),
}));
