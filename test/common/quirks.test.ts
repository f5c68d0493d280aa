import assert from "node:assert/strict";
import { test } from "node:test";
import { isHttps, repair } from "../../src/common/quirks.ts";
import { emptyVariables, type Variables } from "../../src/common/variables.ts";
import { allRequests } from "../support/requests.ts";

type Values = Readonly<Record<string, string | undefined>>;

const paths = [
  { clause: "A2.06", given: ["/", "x"], expected: ["", "/x"] },
  { clause: "A2.06", given: ["/", "/x"], expected: ["", "/x"] },
  {
    clause: "A2.06 B1.04 C11.04",
    given: ["/", undefined],
    expected: ["", "/"],
  },
  { clause: "A2.06", given: ["/app/", undefined], expected: ["/app", "/"] },
  { clause: "A2.06", given: ["/app/", "/x"], expected: ["/app", "/x"] },
  { clause: "A2.08", given: ["/app//", ""], expected: ["/app", "//"] },
  { clause: "A2.08", given: ["/a//b//", "x"], expected: ["/a//b", "//x"] },
  { clause: "A2.08", given: ["//", "/x"], expected: ["", "//x"] },
  {
    clause: "A2.08",
    given: ["", "//a/./b/../c//"],
    expected: ["", "//a/./b/../c//"],
  },
  {
    clause: "B1.05 C11.04",
    given: ["/app", undefined],
    expected: ["/app", ""],
  },
  { clause: "B1.05", given: [undefined, "/x"], expected: ["", "/x"] },
  { clause: "B1.05", given: [undefined, undefined], expected: ["", "/"] },
  { clause: "A2.09", given: ["", ""], expected: ["", "/"] },
  { clause: "A2.09", given: [undefined, ""], expected: ["", "/"] },
  { clause: "A2.07", given: ["app", "x"], expected: ["/app", "/x"] },
];

for (const { clause, given, expected } of paths) {
  test(`${clause} repair makes ${JSON.stringify(expected)} of ${JSON.stringify(given)}`, () => {
    const variables = from({ SCRIPT_NAME: given[0], PATH_INFO: given[1] });
    repair(variables);
    assert.deepEqual([variables.SCRIPT_NAME, variables.PATH_INFO], expected);
  });
}

test("C9.02 repair finds an authorizer's path in REQUEST_URI", () => {
  const uris = { "/a%20b?c": "/a b", "http://host": "/", "*": "/", "": "/" };
  for (const [REQUEST_URI, path] of Object.entries(uris)) {
    const variables = from({ REQUEST_URI });
    repair(variables);
    assert.equal(variables.PATH_INFO, path, REQUEST_URI);
    assert.equal(variables.REQUEST_URI, REQUEST_URI);
  }
});

test("A2.07 repair leaves the path of OPTIONS * alone, and of no other method", () => {
  for (const [method, path] of [
    ["OPTIONS", "*"],
    ["GET", "/*"],
  ]) {
    const variables = from({ REQUEST_METHOD: method, PATH_INFO: "*" });
    repair(variables);
    assert.equal(variables.PATH_INFO, path);
  }
});

test("A2.10 B1.05 repair adds a missing QUERY_STRING and leaves any other raw", () => {
  for (const query of [undefined, "", "a=%20b+c", "\xe9"]) {
    const variables = from({ PATH_INFO: "/", QUERY_STRING: query });
    const made = repair(variables).includes("missing-query");
    assert.equal(variables.QUERY_STRING, query ?? "");
    assert.equal(made, query === undefined);
  }
});

test("C11.01 A2.11 A2.15 B1.06 repair drops empty and doubled content headers only", () => {
  const variables = from({
    CONTENT_TYPE: "",
    CONTENT_LENGTH: "",
    HTTP_CONTENT_TYPE: "text/plain",
    HTTP_CONTENT_LENGTH: "5",
    HTTP_CONTENT_ENCODING: "gzip",
  });
  repair(variables);
  const names = Object.keys(variables).filter((name) => /CONTENT/.test(name));
  assert.deepEqual(names, ["HTTP_CONTENT_ENCODING"]);

  const kept = from({ CONTENT_TYPE: "text/plain", CONTENT_LENGTH: "0" });
  repair(kept);
  assert.equal(kept.CONTENT_TYPE, "text/plain");
  assert.equal(kept.CONTENT_LENGTH, "0");
});

test("A2.16 repair drops the REMOTE_USER of nobody", () => {
  for (const [REMOTE_USER, expected] of [
    ["", undefined],
    ["0", "0"],
  ]) {
    const variables = from({ REMOTE_USER });
    repair(variables);
    assert.equal(variables.REMOTE_USER, expected);
    assert.equal("REMOTE_USER" in variables, expected !== undefined);
  }
});

test("D2.01 repair drops the Proxy header, not the operator's http_proxy", () => {
  const variables = from({
    HTTP_PROXY: "http://evil",
    http_proxy: "http://ours",
  });
  assert.ok(repair(variables).includes("httpoxy"));
  assert.equal("HTTP_PROXY" in variables, false);
  assert.equal(variables.http_proxy, "http://ours");
});

const authorizations = [
  { given: { HTTP_AUTHORIZATION: "a" }, expected: "a" },
  { given: { Authorization: "b" }, expected: "b" },
  { given: { REDIRECT_HTTP_AUTHORIZATION: "c" }, expected: "c" },
  {
    given: { REDIRECT_HTTP_AUTHORIZATION: "c", Authorization: "b" },
    expected: "b",
  },
  { given: { Authorization: "b", HTTP_AUTHORIZATION: "a" }, expected: "a" },
  {
    given: { HTTP_AUTHORIZATION: "", REDIRECT_HTTP_AUTHORIZATION: "c" },
    expected: "c",
  },
  { given: { HTTP_AUTHORIZATION: "" }, expected: undefined },
  { given: { REDIRECT_HTTP_AUTHORIZATION: "" }, expected: undefined },
];

for (const { given, expected } of authorizations) {
  test(`B1.08 C11.02 repair takes Authorization from ${JSON.stringify(given)}`, () => {
    const variables = from(given);
    repair(variables);
    assert.equal(variables.HTTP_AUTHORIZATION, expected);
    assert.equal("HTTP_AUTHORIZATION" in variables, expected !== undefined);
  });
}

test("A2.12 repair supplies name, port and protocol, and says so", () => {
  const cases = [
    { given: {}, port: "80" },
    { given: { HTTPS: "on" }, port: "443" },
    { given: { REQUEST_SCHEME: "https", SERVER_PORT: "" }, port: "443" },
    { given: { SERVER_PORT: "http" }, port: "80" },
  ];
  for (const { given, port } of cases) {
    const variables = from(given);
    const made = repair(variables);
    assert.ok(made.includes("missing-server-name"));
    assert.ok(made.includes("missing-server-port"));
    assert.equal(variables.SERVER_NAME, "localhost");
    assert.equal(variables.SERVER_PORT, port);
    assert.equal(variables.SERVER_PROTOCOL, "HTTP/1.0");
  }
});

test("A2.12 repair takes the port off SERVER_NAME, and nothing off an IPv6 address", () => {
  const names = {
    "a.test:8443": "a.test",
    "[::1]:80": "[::1]",
    "[::1]": "[::1]",
    "::1": "::1",
    "a.test": "a.test",
    "a.test:": "a.test",
  };
  for (const [SERVER_NAME, expected] of Object.entries(names)) {
    const variables = from({ SERVER_NAME });
    repair(variables);
    assert.equal(variables.SERVER_NAME, expected);
  }
});

test("A2.13 repair keeps INCLUDED, the protocol of server-side includes", () => {
  const variables = from({ SERVER_PROTOCOL: "INCLUDED" });
  repair(variables);
  assert.equal(variables.SERVER_PROTOCOL, "INCLUDED");
});

test("A3.02 C11.06 isHttps goes by HTTPS, and by REQUEST_SCHEME without it", () => {
  for (const HTTPS of ["on", "ON", "1", "yes"])
    assert.ok(isHttps(from({ HTTPS })));
  for (const HTTPS of ["off", "foo", "", undefined]) {
    assert.equal(isHttps(from({ HTTPS })), false, HTTPS);
  }
  assert.ok(isHttps(from({ REQUEST_SCHEME: "https" })));
  assert.ok(isHttps(from({ REQUEST_SCHEME: "HTTPS" })));
  assert.equal(isHttps(from({ REQUEST_SCHEME: "http" })), false);
  assert.equal(isHttps(from({ HTTPS: "off", REQUEST_SCHEME: "https" })), false);
});

test("A3.02 isHttps knows TLS in every set-up that was asked over it", () => {
  const requests = allRequests().filter(({ name }) =>
    /\/(tls|path)-/.test(name),
  );
  for (const { name, variables } of requests) {
    assert.equal(isHttps(variables), name.includes("/tls-"), name);
  }
  assert.ok(requests.some(({ name }) => name.includes("/tls-")));
});

test("repair takes time in proportion to SCRIPT_NAME", () => {
  const slashes = "/".repeat(1_000_000);
  const variables = from({ SCRIPT_NAME: `${slashes}a/` });
  repair(variables);
  assert.equal(variables.SCRIPT_NAME, `${slashes}a`);
});

function from(values: Values): Variables {
  const variables = emptyVariables();
  for (const name in values) {
    if (values[name] !== undefined) variables[name] = values[name];
  }
  return variables;
}
