// The environ as an object, and its CGI variables.
import assert from "node:assert/strict";
import { test } from "node:test";
import { buildEnviron } from "../../src/common/environ.ts";
import { LazySignal } from "../../src/common/signal.ts";
import type {
  Application,
  Environ,
  Middleware,
} from "../../src/common/types.ts";
import { bodySource } from "../../src/testing/request-body.ts";
import {
  environOf,
  hello,
  inProcessSettings,
  MemoryErrors,
  request,
} from "../support/in-process.ts";

type Given = Readonly<Record<string, string | undefined>>;

test("A2.01 environ has no prototype and can be changed", async () => {
  const environ = await environOf();
  assert.equal(Object.getPrototypeOf(environ), null);
  assert.equal(Object.isExtensible(environ), true);
  environ["my.key"] = 1;
  environ.HTTP_HOST = "changed";
  delete environ.REMOTE_ADDR;
  assert.equal(environ["my.key"], 1);
  assert.equal(environ.HTTP_HOST, "changed");
  assert.equal("REMOTE_ADDR" in environ, false);
});

test("A2.02 A2.03 environ has string keys, those without a dot with string values", async () => {
  const environ = await environOf({
    variables: { HTTP_HOST: "a", GONE: undefined },
    options: { environ: { EXTRA: "x", "my.object": {} } },
  });
  assert.deepEqual(Object.getOwnPropertySymbols(environ), []);
  const dotless = Object.entries(environ).filter(([key]) => !key.includes("."));
  assert.ok(dotless.length >= 10);
  for (const [key, value] of dotless) assert.equal(typeof value, "string", key);
});

test("A2.03 A2.16 a variable which a front end leaves undefined is absent", () => {
  const { environ } = buildEnviron(
    {
      variables: { REQUEST_METHOD: "GET", REMOTE_USER: undefined },
      body: bodySource([]),
      errors: new MemoryErrors(),
    },
    new LazySignal(),
    inProcessSettings(),
    () => {},
  );
  assert.equal("REMOTE_USER" in environ, false);
});

const variables: Record<string, { given: Given; expected: Given }> = {
  "A2.04 A2.07 E1.13 a path, decoded by the web server, keeps its bytes": {
    given: { PATH_INFO: "/\x80%80\xff" },
    expected: { PATH_INFO: "/\x80%80\xff" },
  },
  "A2.05 REQUEST_METHOD passes, whatever method it is": {
    given: { REQUEST_METHOD: "M-SEARCH" },
    expected: { REQUEST_METHOD: "M-SEARCH" },
  },
  "A2.05 REQUEST_METHOD keeps its case": {
    given: { REQUEST_METHOD: "get" },
    expected: { REQUEST_METHOD: "get" },
  },
  'A2.06 SCRIPT_NAME is never "/" alone': {
    given: { SCRIPT_NAME: "/", PATH_INFO: undefined },
    expected: { SCRIPT_NAME: "", PATH_INFO: "/" },
  },
  "A2.06 SCRIPT_NAME gives its slash to PATH_INFO": {
    given: { SCRIPT_NAME: "/", PATH_INFO: "x" },
    expected: { SCRIPT_NAME: "", PATH_INFO: "/x" },
  },
  "A2.06 E1.16 SCRIPT_NAME is there when the web server sent none": {
    given: { SCRIPT_NAME: undefined, PATH_INFO: "/x" },
    expected: { SCRIPT_NAME: "", PATH_INFO: "/x" },
  },
  "A2.06 A2.07 E2.06 a mount point of the web server's passes": {
    given: { SCRIPT_NAME: "/test", PATH_INFO: "" },
    expected: { SCRIPT_NAME: "/test", PATH_INFO: "" },
  },
  "A2.07 PATH_INFO begins with a slash": {
    given: { SCRIPT_NAME: "/app", PATH_INFO: "x" },
    expected: { SCRIPT_NAME: "/app", PATH_INFO: "/x" },
  },
  "A2.08 E1.36 PATH_INFO keeps repeated slashes and dot segments": {
    given: { PATH_INFO: "//foo///bar/./baz/../x" },
    expected: { PATH_INFO: "//foo///bar/./baz/../x" },
  },
  "A2.09 SCRIPT_NAME and PATH_INFO are not both empty": {
    given: { SCRIPT_NAME: "", PATH_INFO: "" },
    expected: { SCRIPT_NAME: "", PATH_INFO: "/" },
  },
  "A2.10 QUERY_STRING is there when the web server sent none": {
    given: { QUERY_STRING: undefined },
    expected: { QUERY_STRING: "" },
  },
  "A2.10 QUERY_STRING is not decoded": {
    given: { QUERY_STRING: "a=%20b+c" },
    expected: { QUERY_STRING: "a=%20b+c" },
  },
  "A2.11 empty content variables are removed": {
    given: { CONTENT_LENGTH: "", CONTENT_TYPE: "" },
    expected: { CONTENT_LENGTH: undefined, CONTENT_TYPE: undefined },
  },
  "A2.11 E1.03 content variables pass": {
    given: { CONTENT_LENGTH: "14", CONTENT_TYPE: "text/plain" },
    expected: { CONTENT_LENGTH: "14", CONTENT_TYPE: "text/plain" },
  },
  "A2.12 the server's name and port have defaults": {
    given: { SERVER_NAME: undefined, SERVER_PORT: undefined },
    expected: { SERVER_NAME: "localhost", SERVER_PORT: "80" },
  },
  "A2.12 E3.14 the default port is that of the scheme": {
    given: { SERVER_NAME: "", SERVER_PORT: "", HTTPS: "on" },
    expected: { SERVER_NAME: "localhost", SERVER_PORT: "443" },
  },
  "A2.13 E4.11 SERVER_PROTOCOL may be INCLUDED": {
    given: { SERVER_PROTOCOL: "INCLUDED" },
    expected: { SERVER_PROTOCOL: "INCLUDED" },
  },
  "A2.13 E1.15 SERVER_PROTOCOL is there when the web server sent none": {
    given: { SERVER_PROTOCOL: undefined },
    expected: { SERVER_PROTOCOL: "HTTP/1.0" },
  },
  "A2.14 E1.09 E1.27 headers pass, long ones too": {
    given: { HTTP_FOO: "Bar", HTTP_X_FOO: "y".repeat(128) },
    expected: { HTTP_FOO: "Bar", HTTP_X_FOO: "y".repeat(128) },
  },
  "A2.15 content headers come once": {
    given: {
      CONTENT_LENGTH: "3",
      CONTENT_TYPE: "a/b",
      HTTP_CONTENT_LENGTH: "3",
      HTTP_CONTENT_TYPE: "a/b",
    },
    expected: {
      CONTENT_LENGTH: "3",
      CONTENT_TYPE: "a/b",
      HTTP_CONTENT_LENGTH: undefined,
      HTTP_CONTENT_TYPE: undefined,
    },
  },
  "A2.16 E1.35 nobody has logged in": {
    given: { REMOTE_USER: "", HTTP_AUTHORIZATION: undefined },
    expected: { REMOTE_USER: undefined, HTTP_AUTHORIZATION: undefined },
  },
  "A2.16 E1.35 E2.10 somebody has logged in": {
    given: { REMOTE_USER: "ruth", HTTP_AUTHORIZATION: "Basic cnV0aDpz" },
    expected: { REMOTE_USER: "ruth", HTTP_AUTHORIZATION: "Basic cnV0aDpz" },
  },
  "A2.17 any other variable passes": {
    given: { SSL_PROTOCOL: "TLSv1.3", X_UNKNOWN: "?", EMPTY: "" },
    expected: { SSL_PROTOCOL: "TLSv1.3", X_UNKNOWN: "?", EMPTY: "" },
  },
  "A2.18 E1.25 REQUEST_URI is the undecoded target": {
    given: { REQUEST_URI: "/foo/bar%20baz%73?x=a" },
    expected: { REQUEST_URI: "/foo/bar%20baz%73?x=a" },
  },
  "A17.05 Expect is the web server's business, and passes": {
    given: { HTTP_EXPECT: "100-continue" },
    expected: { HTTP_EXPECT: "100-continue" },
  },
};
for (const [name, { given, expected }] of Object.entries(variables)) {
  test(name, async () => {
    const environ: Record<string, unknown> = {
      ...(await environOf({ variables: given })),
    };
    for (const [key, value] of Object.entries(expected)) {
      assert.equal(environ[key], value, key);
      assert.equal(key in environ, value !== undefined, key);
    }
  });
}

test("A2.05 a request without a method is refused", async () => {
  for (const method of [undefined, "", "G ET", "GET\r\n", "G\xc9T", "GET/"]) {
    const answer = await request(() => assert.fail("called"), {
      variables: { REQUEST_METHOD: method },
    });
    assert.equal(answer.status, "400 Bad Request");
    assert.match(answer.errors, /REQUEST_METHOD is missing or not a token/);
  }
});

test("A2.12 a missing server name is noted in the log, once", async () => {
  const settings = inProcessSettings();
  const variables = { SERVER_NAME: undefined, SERVER_PORT: undefined };
  const first = await request(hello, { settings, variables });
  const second = await request(hello, { settings, variables });
  assert.match(first.errors, /^tsgi: warning: GET \/: .*SERVER_NAME.*\n/);
  assert.match(first.errors, /SERVER_PORT/);
  assert.equal(second.errors, "");
});

test("A2.20 the deployer's pairs are added, the request's variables win", async () => {
  const config = { shared: true };
  const environ = await environOf({
    variables: { TEAM: "request" },
    options: { environ: { TEAM: "deployer", OTHER: "x", "my.cfg": config } },
  });
  const { TEAM, OTHER } = environ as Environ & Record<string, string>;
  assert.deepEqual([TEAM, OTHER], ["request", "x"]);
  assert.equal(environ["my.cfg"], config);
});

test("A2.21 a copy of the environ works fully", async () => {
  const copying: Middleware = (application) => (environ, startResponse) =>
    application({ ...environ, "my.copy": true }, startResponse);
  const seen: unknown[] = [];
  const application: Application = async (environ, startResponse) => {
    seen.push(environ["my.copy"], environ["tsgi.signal"].aborted);
    environ["tsgi.cleanup"].push(() => seen.push("cleanup"));
    startResponse("200 OK", []);
    const body = await environ["tsgi.input"].read();
    environ["tsgi.errors"].write("noted\n");
    const wrap = environ["tsgi.file_wrapper"] ?? assert.fail();
    return wrap(new Blob([Buffer.from(body)]));
  };
  const answer = await request(copying(application), {
    variables: { REQUEST_METHOD: "POST" },
    body: "abc",
  });
  assert.equal(answer.text, "abc");
  assert.match(answer.errors, /^noted\n/);
  assert.deepEqual(seen, [true, false, "cleanup"]);
});

test("A2.22 an application that rewrites its environ does not confuse the server", async () => {
  const answer = await request(
    (environ, startResponse) => {
      environ.REQUEST_METHOD = "GET";
      environ.CONTENT_LENGTH = "99";
      for (const key of Object.keys(environ)) {
        Reflect.deleteProperty(environ, key);
      }
      return hello(environ, startResponse);
    },
    { variables: { REQUEST_METHOD: "HEAD" } },
  );
  assert.equal(answer.status, "200 OK");
  assert.equal(answer.text, "");
  assert.equal(answer.errors, "");
});
