import assert from "node:assert/strict";
import { test } from "node:test";
import {
  applicationUri,
  currentUrl,
  getHost,
  guessScheme,
  requestUri,
  type UrlVariables,
} from "../../src/index.ts";

function environ(given: Partial<UrlVariables>): UrlVariables {
  return {
    SCRIPT_NAME: "",
    PATH_INFO: "/",
    QUERY_STRING: "",
    SERVER_NAME: "127.0.0.1",
    SERVER_PORT: "80",
    ...given,
  };
}

test("G1.01 guessScheme reads HTTPS in any case", () => {
  for (const HTTPS of ["on", "ON", "yes", "Yes", "1"]) {
    assert.equal(guessScheme({ HTTPS }), "https", HTTPS);
  }
  for (const HTTPS of ["off", "0", "", "no"]) {
    assert.equal(guessScheme({ HTTPS }), "http", HTTPS);
  }
  assert.equal(guessScheme({}), "http");
});

// The tables of CPython's test_wsgiref.
const APPLICATION: [string, Partial<UrlVariables>][] = [
  ["http://127.0.0.1/", {}],
  ["http://127.0.0.1/spam", { SCRIPT_NAME: "/spam" }],
  ["http://127.0.0.1/sp%E4m", { SCRIPT_NAME: "/sp\xe4m" }],
  ["http://a.example:2071/", { HTTP_HOST: "a.example:2071" }],
  ["http://a.example/", { HTTP_HOST: "a.example:80", SERVER_PORT: "2071" }],
  ["http://a.example/", { SERVER_NAME: "a.example" }],
  ["https://127.0.0.1/", { HTTPS: "on", SERVER_PORT: "443" }],
  ["https://127.0.0.1:80/", { "tsgi.url_scheme": "https" }],
  ["http://127.0.0.1:8000/", { SERVER_PORT: "8000" }],
  ["http://[::1]:81/", { SERVER_NAME: "::1", SERVER_PORT: "81" }],
  ["http://[::1]/", { HTTP_HOST: "[::1]:80" }],
];

for (const [expected, given] of APPLICATION) {
  test(`G1.02 applicationUri is ${expected} for ${JSON.stringify(given)}`, () => {
    assert.equal(applicationUri(environ(given)), expected);
  });
}

const REQUEST: [string, Partial<UrlVariables>][] = [
  ["http://127.0.0.1/", { PATH_INFO: "" }],
  ["http://127.0.0.1/a/b", { SCRIPT_NAME: "/a", PATH_INFO: "/b" }],
  ["http://127.0.0.1/spam;ham", { PATH_INFO: "/spam;ham" }],
  ["http://127.0.0.1/a;c=1,2", { PATH_INFO: "/a;c=1,2" }],
  ["http://127.0.0.1/sp%E4m%3F%25%0A", { PATH_INFO: "/sp\xe4m?%\n" }],
  ["http://127.0.0.1/?say=ni", { QUERY_STRING: "say=ni" }],
  ["http://127.0.0.1//x", { PATH_INFO: "//x" }],
];

for (const [expected, given] of REQUEST) {
  test(`G1.03 requestUri is ${expected} for ${JSON.stringify(given)}`, () => {
    assert.equal(requestUri(environ(given)), expected);
  });
}

test("G1.03 requestUri leaves the query out when told to", () => {
  const given = environ({ QUERY_STRING: "say=ni" });
  assert.equal(requestUri(given, { query: false }), "http://127.0.0.1/");
});

test("G2.03 getHost refuses what is not a host", () => {
  const bad = ["a b", "a/b", "a@b", "a:b", "a:123456", "é", "[::1", "a,b"];
  for (const HTTP_HOST of bad) {
    assert.throws(() => getHost(environ({ HTTP_HOST })), {
      code: "BAD_REQUEST",
    });
  }
});

test("G2.03 getHost trusts a name, or a name and all below it", () => {
  const host = (HTTP_HOST: string) =>
    getHost(environ({ HTTP_HOST }), {
      trusted: ["example.org", ".example.net"],
    });
  assert.equal(host("Example.org:8080"), "Example.org:8080");
  assert.equal(host("example.net"), "example.net");
  assert.equal(host("a.b.example.net"), "a.b.example.net");
  for (const name of ["a.example.org", "badexample.net", "evil.test"]) {
    assert.throws(() => host(name), { code: "BAD_REQUEST" }, name);
  }
});

test("G2.04 currentUrl gives the parts of the URL", () => {
  const url = currentUrl(
    environ({
      HTTP_HOST: "a.example",
      SCRIPT_NAME: "/app",
      PATH_INFO: "/gr\xc3\xbcn",
      QUERY_STRING: "q=1&q=2",
    }),
  );
  assert.equal(url.href, "http://a.example/app/gr%C3%BCn?q=1&q=2");
  assert.deepEqual(url.searchParams.getAll("q"), ["1", "2"]);
});

test("G2.04 currentUrl refuses a host no URL can have", () => {
  for (const HTTP_HOST of ["1.2.3.999", "[:]", "a:99999"]) {
    assert.throws(() => currentUrl(environ({ HTTP_HOST })), {
      code: "BAD_REQUEST",
    });
  }
});
