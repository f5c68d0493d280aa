import assert from "node:assert/strict";
import { test } from "node:test";
import { quirks, repair } from "../../src/common/quirks.ts";
import type { Variables } from "../../src/common/variables.ts";
import { capturedVariables } from "../support/requests.ts";

type Values = Readonly<Record<string, string | undefined>>;

/** For each row a captured request, and what becomes of it without and with the row. */
const evidence: {
  quirk: string;
  request: string;
  without: Values;
  with: Values;
}[] = [
  {
    quirk: "empty-content-headers",
    request: "nginx-app/query",
    without: { CONTENT_TYPE: "", CONTENT_LENGTH: "" },
    with: { CONTENT_TYPE: undefined, CONTENT_LENGTH: undefined },
  },
  {
    quirk: "empty-remote-user",
    request: "nginx-app/query",
    without: { REMOTE_USER: "" },
    with: { REMOTE_USER: undefined },
  },
  {
    quirk: "doubled-content-headers",
    request: "nginx-app/post-small",
    without: {
      CONTENT_LENGTH: "12",
      HTTP_CONTENT_LENGTH: "12",
      HTTP_CONTENT_TYPE: "application/x-www-form-urlencoded",
    },
    with: {
      CONTENT_LENGTH: "12",
      HTTP_CONTENT_LENGTH: undefined,
      HTTP_CONTENT_TYPE: undefined,
    },
  },
  {
    quirk: "httpoxy",
    request: "nginx-app/hdr-proxy",
    without: { HTTP_PROXY: "http://evil/" },
    with: { HTTP_PROXY: undefined },
  },
  {
    quirk: "transfer-encoding",
    request: "apache-cgi/post-chunked",
    without: { HTTP_TRANSFER_ENCODING: "chunked" },
    with: { HTTP_TRANSFER_ENCODING: undefined },
  },
  {
    quirk: "empty-authorization",
    request: "apache-proxyfcgi-setenvif/path-info",
    without: { HTTP_AUTHORIZATION: "" },
    with: { HTTP_AUTHORIZATION: undefined },
  },
  {
    quirk: "authorization",
    request: "apache-proxyfcgi-rewrite/auth-basic",
    without: { HTTP_AUTHORIZATION: undefined },
    with: { HTTP_AUTHORIZATION: "Basic dXNlcjpwYXNz" },
  },
  {
    quirk: "script-name-slash",
    request: "lighttpd-root/root-slash",
    without: { SCRIPT_NAME: "/", PATH_INFO: "" },
    with: { SCRIPT_NAME: "", PATH_INFO: "/" },
  },
  {
    quirk: "relative-path",
    request: "nginx-relative/path-info",
    without: { SCRIPT_NAME: "/app", PATH_INFO: "foo/bar" },
    with: { SCRIPT_NAME: "/app", PATH_INFO: "/foo/bar" },
  },
  {
    quirk: "missing-path",
    request: "lighttpd-authorizer/query",
    without: { SCRIPT_NAME: undefined, PATH_INFO: undefined },
    with: { SCRIPT_NAME: "", PATH_INFO: "/foo" },
  },
  {
    quirk: "missing-query",
    request: "haproxy-root/path-info",
    without: { QUERY_STRING: undefined },
    with: { QUERY_STRING: "" },
  },
  {
    quirk: "server-name-port",
    request: "haproxy-root/host-port",
    without: { SERVER_NAME: "capture.test:8443" },
    with: { SERVER_NAME: "capture.test" },
  },
  {
    quirk: "missing-server-name",
    request: "lighttpd-app/http10-nohost",
    without: { SERVER_NAME: "" },
    with: { SERVER_NAME: "localhost" },
  },
  {
    quirk: "missing-server-port",
    request: "cgi-fcgi/env-odd",
    without: { SERVER_PORT: undefined },
    with: { SERVER_PORT: "80" },
  },
  {
    quirk: "missing-server-protocol",
    request: "cgi-fcgi/env-odd",
    without: { SERVER_PROTOCOL: undefined },
    with: { SERVER_PROTOCOL: "HTTP/1.0" },
  },
];

test("quirks has a captured request for every row", () => {
  assert.deepEqual(
    evidence.map(({ quirk }) => quirk),
    quirks.map(({ name }) => name),
  );
});

for (const { quirk, request, ...expected } of evidence) {
  test(`quirks needs ${quirk} for ${request}`, () => {
    const without = capturedVariables(request);
    for (const { name, fix } of quirks) {
      if (name !== quirk) fix(without);
    }
    assert.deepEqual(pick(without, expected.without), expected.without);

    const repaired = capturedVariables(request);
    assert.ok(repair(repaired).includes(quirk));
    assert.deepEqual(pick(repaired, expected.with), expected.with);
  });
}

function pick(variables: Variables, names: Values): Values {
  return Object.fromEntries(
    Object.keys(names).map((name) => [name, variables[name]]),
  );
}
