import assert from "node:assert/strict";
import { test } from "node:test";
import { type HttpRequest, variablesFor } from "../../src/client/variables.ts";
import { mountPrefix } from "../../src/common/mount.ts";
import type { Header } from "../../src/common/types.ts";

function variables(
  headers: readonly Header[],
  request: Partial<HttpRequest> = {},
  mount = "/",
) {
  return variablesFor(
    {
      method: "GET",
      target: "/",
      version: "1.1",
      headers,
      server: { address: "127.0.0.1", port: 8000 },
      client: { address: "127.0.0.2", port: 50_000 },
      ...request,
    },
    mountPrefix(mount),
  );
}

test("variablesFor makes every variable of RFC 3875 it can", () => {
  const headers: Header[] = [
    ["Host", "example.org:8000"],
    ["Content-Type", "text/plain"],
    ["Content-Length", "5"],
    ["X-Some-Thing", "\xe9"],
  ];
  const target = "/app/a%20b/%E9?x=%20y";
  const made = variables(headers, { method: "POST", target }, "/app");
  assert.deepEqual(
    { ...made },
    {
      GATEWAY_INTERFACE: "CGI/1.1",
      SERVER_SOFTWARE: "tsgi",
      SERVER_PROTOCOL: "HTTP/1.1",
      SERVER_NAME: "example.org",
      SERVER_ADDR: "127.0.0.1",
      SERVER_PORT: "8000",
      REMOTE_ADDR: "127.0.0.2",
      REMOTE_PORT: "50000",
      REQUEST_SCHEME: "http",
      REQUEST_METHOD: "POST",
      REQUEST_URI: target,
      QUERY_STRING: "x=%20y",
      SCRIPT_NAME: "/app",
      PATH_INFO: "/a b/\xe9",
      CONTENT_TYPE: "text/plain",
      CONTENT_LENGTH: "5",
      HTTP_HOST: "example.org:8000",
      HTTP_X_SOME_THING: "\xe9",
    },
  );
});

const paths: [target: string, mount: string, script: string, path: string][] = [
  ["/", "/", "", "/"],
  ["/a%2520b//c%2Fd", "/", "", "/a%20b//c/d"],
  ["/app", "/app", "/app", ""],
  ["/app/", "/app/", "/app", "/"],
  ["http://example.org/a?b", "/", "", "/a"],
  ["/a?b?c", "/", "", "/a"],
];
for (const [target, mount, script, path] of paths) {
  test(`variablesFor splits ${target} at ${mount}`, () => {
    const made = variables([], { target }, mount);
    assert.equal(made?.SCRIPT_NAME, script);
    assert.equal(made?.PATH_INFO, path);
    assert.equal(made?.REQUEST_URI, target);
  });
}

test("variablesFor leaves a request outside the mount point to others", () => {
  assert.equal(variables([], { target: "/application" }, "/app"), undefined);
  assert.equal(variables([], { target: "*" }), undefined);
});

test("A2.14 E1.21 variablesFor joins repeated headers, cookies by semicolons", () => {
  const made = variables([
    ["Foo", "bar"],
    ["Cookie", "a=1"],
    ["foo", "baz"],
    ["cookie", "b=2"],
  ]);
  assert.equal(made?.HTTP_FOO, "bar, baz");
  assert.equal(made?.HTTP_COOKIE, "a=1; b=2");
});

test("D2.03 variablesFor leaves out header names that could pass for others", () => {
  const made = variables([
    ["X_Foo", "spoofed"],
    ["X-Foo", "real"],
    ["X.Bar", "spoofed"],
    ["Content_Length", "9"],
  ]);
  assert.equal(made?.HTTP_X_FOO, "real");
  assert.equal(made?.CONTENT_LENGTH, undefined);
  assert.ok(
    made && !Object.keys(made).some((name) => /BAR|CONTENT/.test(name)),
  );
});

test("D2.01 variablesFor leaves out Proxy", () => {
  assert.equal(variables([["Proxy", "http://evil"]])?.HTTP_PROXY, undefined);
});

test("variablesFor leaves out what belongs to the client's connection", () => {
  const made = variables([
    ["Connection", "close, X-Private"],
    ["Connection", "Keep-Alive"],
    ["X-Private", "a"],
    ["Keep-Alive", "a"],
    ["TE", "a"],
    ["Trailer", "a"],
    ["Transfer-Encoding", "chunked"],
    ["Upgrade", "a"],
    ["Proxy-Authorization", "a"],
    ["Authorization", "Basic x"],
  ]);
  const names = Object.keys(made ?? {}).filter((name) =>
    name.startsWith("HTTP_"),
  );
  assert.deepEqual(names, ["HTTP_AUTHORIZATION"]);
});

test("variablesFor takes the server's name from Host, else its address", () => {
  const name = (host: string) => variables([["Host", host]])?.SERVER_NAME;
  assert.equal(name("example.org"), "example.org");
  assert.equal(name("[::1]:80"), "[::1]");
  assert.equal(name(""), "127.0.0.1");
  assert.equal(variables([])?.SERVER_NAME, "127.0.0.1");
});
