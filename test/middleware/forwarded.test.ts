import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Environ } from "../../src/common/types.ts";
import {
  type ForwardedOptions,
  forwarded,
} from "../../src/middleware/forwarded.ts";
import { request } from "../support/in-process.ts";
import { between } from "./between.ts";

type Variables = Record<string, string | undefined>;

/** The environ the application sees, and the one without after the call. */
async function seen(
  options: ForwardedOptions,
  variables: Variables,
): Promise<{ inner: Environ; outer: Environ }> {
  let inner: Environ | undefined;
  let outer: Environ | undefined;
  const wrapped = between(forwarded(options), (environ, startResponse) => {
    inner = environ;
    startResponse("204 No Content", []);
    return [];
  });
  await request(
    (environ, startResponse) => {
      outer = environ;
      return wrapped(environ, startResponse);
    },
    {
      variables: { SERVER_NAME: "back", SERVER_PORT: "80", ...variables },
    },
  );
  assert.ok(inner && outer);
  return { inner, outer };
}

/** As PEP 3333, "URL Reconstruction", has it. */
function urlOf(environ: Environ): string {
  const scheme = environ["tsgi.url_scheme"];
  const standard = scheme === "https" ? "443" : "80";
  const port = environ.SERVER_PORT;
  const host =
    environ.HTTP_HOST ??
    environ.SERVER_NAME + (port === standard ? "" : `:${port}`);
  return `${scheme}://${host}${environ.SCRIPT_NAME}${environ.PATH_INFO}`;
}

describe("G4.01 forwarded, case by case as Werkzeug's ProxyFix", () => {
  const cases: [
    name: string,
    options: ForwardedOptions,
    variables: Variables,
    url: string,
  ][] = [
    [
      "for",
      {},
      {
        REMOTE_ADDR: "192.168.0.2",
        HTTP_HOST: "spam",
        HTTP_X_FORWARDED_FOR: "192.168.0.1",
        HTTP_X_FORWARDED_PROTO: "https",
      },
      "https://spam/",
    ],
    [
      "proto",
      { proto: 1 },
      { HTTP_HOST: "spam", HTTP_X_FORWARDED_PROTO: "https" },
      "https://spam/",
    ],
    [
      "host",
      { host: 1 },
      { HTTP_HOST: "spam", HTTP_X_FORWARDED_HOST: "eggs" },
      "http://eggs/",
    ],
    [
      "port, host without port",
      { port: 1 },
      { HTTP_HOST: "spam", HTTP_X_FORWARDED_PORT: "8080" },
      "http://spam:8080/",
    ],
    [
      "port, host with port",
      { port: 1 },
      { HTTP_HOST: "spam:9000", HTTP_X_FORWARDED_PORT: "8080" },
      "http://spam:8080/",
    ],
    [
      "port, name",
      { port: 1 },
      {
        HTTP_HOST: undefined,
        SERVER_NAME: "spam",
        SERVER_PORT: "9000",
        HTTP_X_FORWARDED_PORT: "8080",
      },
      "http://spam:8080/",
    ],
    [
      "prefix",
      { prefix: 1 },
      { HTTP_HOST: "spam", HTTP_X_FORWARDED_PREFIX: "/eggs" },
      "http://spam/eggs/",
    ],
    [
      "all",
      { for: 1, proto: 1, host: 1, port: 1, prefix: 1 },
      {
        REMOTE_ADDR: "192.168.0.2",
        HTTP_HOST: "spam:9000",
        HTTP_X_FORWARDED_FOR: "192.168.0.1",
        HTTP_X_FORWARDED_PROTO: "https",
        HTTP_X_FORWARDED_HOST: "eggs",
        HTTP_X_FORWARDED_PORT: "443",
        HTTP_X_FORWARDED_PREFIX: "/ham",
      },
      "https://eggs/ham/",
    ],
    [
      "multiple for",
      { for: 2 },
      {
        REMOTE_ADDR: "192.168.0.3",
        HTTP_HOST: "spam",
        HTTP_X_FORWARDED_FOR: "192.168.0.1, 192.168.0.2",
      },
      "http://spam/",
    ],
    [
      "ignore 0",
      { for: 0 },
      {
        REMOTE_ADDR: "192.168.0.1",
        HTTP_HOST: "spam",
        HTTP_X_FORWARDED_FOR: "192.168.0.2",
      },
      "http://spam/",
    ],
    [
      "ignore where fewer than trusted",
      { for: 3 },
      {
        REMOTE_ADDR: "192.168.0.1",
        HTTP_HOST: "spam",
        HTTP_X_FORWARDED_FOR: "192.168.0.3, 192.168.0.2",
      },
      "http://spam/",
    ],
    [
      "ignore untrusted",
      {},
      {
        REMOTE_ADDR: "192.168.0.2",
        HTTP_HOST: "spam",
        HTTP_X_FORWARDED_FOR: "192.168.0.3, 192.168.0.1",
      },
      "http://spam/",
    ],
    [
      "ignore empty",
      { for: 2 },
      {
        REMOTE_ADDR: "192.168.0.1",
        HTTP_HOST: "spam",
        HTTP_X_FORWARDED_FOR: ", 192.168.0.3",
      },
      "http://spam/",
    ],
    [
      "fewer for prefix than for for",
      { for: 2, prefix: 1 },
      {
        REMOTE_ADDR: "192.168.0.2",
        HTTP_HOST: "spam",
        HTTP_X_FORWARDED_FOR: "192.168.0.1, 192.168.0.3",
        HTTP_X_FORWARDED_PREFIX: "/ham",
      },
      "http://spam/ham/",
    ],
    [
      "IPv6 host",
      { host: 1 },
      { HTTP_HOST: "spam", HTTP_X_FORWARDED_HOST: "[2001:db8::a]" },
      "http://[2001:db8::a]/",
    ],
    [
      "IPv6 port, host without port",
      { port: 1 },
      { HTTP_HOST: "[2001:db8::a]", HTTP_X_FORWARDED_PORT: "8080" },
      "http://[2001:db8::a]:8080/",
    ],
    [
      "IPv6 port, host with port",
      { port: 1 },
      { HTTP_HOST: "[2001:db8::a]:9000", HTTP_X_FORWARDED_PORT: "8080" },
      "http://[2001:db8::a]:8080/",
    ],
  ];
  for (const [name, options, variables, url] of cases) {
    test(`G4.01 forwarded: ${name}`, async () => {
      const { inner, outer } = await seen(options, {
        REMOTE_ADDR: "192.168.0.1",
        ...variables,
      });
      assert.equal(urlOf(inner), url);
      assert.equal(inner.REMOTE_ADDR, "192.168.0.1");
      assert.equal(outer.REMOTE_ADDR, variables.REMOTE_ADDR ?? "192.168.0.1");
    });
  }
});

describe("forwarded", () => {
  const proxied = {
    REMOTE_ADDR: "10.0.0.1",
    HTTP_HOST: "back:8000",
    SERVER_PORT: "8000",
  };

  test("D2.06 believes nothing it was not told to", async () => {
    const { inner } = await seen(
      { for: 0, proto: 0 },
      {
        ...proxied,
        HTTP_X_FORWARDED_FOR: "6.6.6.6",
        HTTP_X_FORWARDED_PROTO: "https",
        HTTP_X_FORWARDED_HOST: "evil",
        HTTP_X_FORWARDED_PORT: "666",
        HTTP_X_FORWARDED_PREFIX: "/evil",
        HTTP_FORWARDED: "for=6.6.6.6;proto=https;host=evil",
      },
    );
    assert.equal(inner.REMOTE_ADDR, "10.0.0.1");
    assert.equal(urlOf(inner), "http://back:8000/");
    assert.ok(!("forwarded.original" in inner));
  });

  test("keeps what the variables were, and leaves the outer environ alone", async () => {
    const { inner, outer } = await seen(
      { host: 1 },
      {
        ...proxied,
        REMOTE_PORT: "4711",
        REMOTE_HOST: "proxy.example",
        HTTP_X_FORWARDED_FOR: "[2001:db8::1]:1234",
        HTTP_X_FORWARDED_PROTO: "HTTPS",
        HTTP_X_FORWARDED_HOST: "shop.example",
      },
    );
    assert.equal(inner.REMOTE_ADDR, "2001:db8::1");
    assert.equal(inner.REMOTE_PORT, "1234");
    assert.ok(!("REMOTE_HOST" in inner));
    assert.equal(inner.HTTPS, "on");
    assert.equal(inner.SERVER_NAME, "shop.example");
    assert.equal(inner.SERVER_PORT, "443");
    assert.deepEqual(inner["forwarded.original"], {
      REMOTE_ADDR: "10.0.0.1",
      REMOTE_PORT: "4711",
      REMOTE_HOST: "proxy.example",
      "tsgi.url_scheme": "http",
      HTTPS: undefined,
      REQUEST_SCHEME: "http",
      SERVER_PORT: "8000",
      SERVER_NAME: "back",
      HTTP_HOST: "back:8000",
    });
    assert.equal(outer.REMOTE_ADDR, "10.0.0.1");
    assert.equal(outer["tsgi.url_scheme"], "http");
  });

  test("puts the prefix before what the web server calls the script", async () => {
    const { inner } = await seen(
      { prefix: 1 },
      {
        SCRIPT_NAME: "/app.cgi",
        PATH_INFO: "/x",
        HTTP_X_FORWARDED_PREFIX: "/a%20b/",
      },
    );
    assert.equal(inner.SCRIPT_NAME, "/a b/app.cgi");
  });

  for (const [name, variables] of Object.entries<Variables>({
    "an address": { HTTP_X_FORWARDED_FOR: "unknown" },
    "an address with a word": { HTTP_X_FORWARDED_FOR: "1.2.3.4.5" },
    "a scheme": { HTTP_X_FORWARDED_PROTO: "gopher" },
    "a host": { HTTP_X_FORWARDED_HOST: "a/b" },
    "a host with a user": { HTTP_X_FORWARDED_HOST: "a@b" },
    "a port": { HTTP_X_FORWARDED_PORT: "70000" },
    "a prefix": { HTTP_X_FORWARDED_PREFIX: "//evil.example" },
    "a prefix that is relative": { HTTP_X_FORWARDED_PREFIX: "evil" },
  })) {
    test(`ignores what is not ${name}`, async () => {
      const { inner } = await seen(
        { host: 1, port: 1, prefix: 1 },
        { ...proxied, ...variables },
      );
      assert.equal(inner.REMOTE_ADDR, "10.0.0.1");
      assert.equal(urlOf(inner), "http://back:8000/");
    });
  }

  const rfc7239: [
    header: string,
    hops: number,
    address: string,
    url: string,
  ][] = [
    [
      "for=192.0.2.60;proto=https;by=203.0.113.43",
      1,
      "192.0.2.60",
      "https://back:8000/",
    ],
    [
      'For="[2001:db8:cafe::17]:4711"',
      1,
      "2001:db8:cafe::17",
      "http://back:8000/",
    ],
    [
      "for=6.6.6.6, for=192.0.2.43;host=shop.example",
      1,
      "192.0.2.43",
      "http://shop.example/",
    ],
    [
      "for=192.0.2.43;host=a.example, for=198.51.100.17;host=b.example",
      2,
      "192.0.2.43",
      "http://a.example/",
    ],
    ["for=192.0.2.43", 2, "10.0.0.1", "http://back:8000/"],
    ["for=_hidden;proto=https", 1, "10.0.0.1", "https://back:8000/"],
    ['for="a, for=6.6.6.6"', 1, "10.0.0.1", "http://back:8000/"],
    [
      'for="192.0.2.\\60" ; proto = https',
      1,
      "192.0.2.60",
      "http://back:8000/",
    ],
    ["", 1, "10.0.0.1", "http://back:8000/"],
    ["=;;,=", 1, "10.0.0.1", "http://back:8000/"],
  ];
  for (const [header, hops, address, url] of rfc7239) {
    test(`G4.02 reads ${JSON.stringify(header)}, trusting ${hops}`, async () => {
      const { inner } = await seen(
        { header: "Forwarded", for: hops, proto: hops, host: hops },
        { ...proxied, HTTP_FORWARDED: header, HTTP_X_FORWARDED_FOR: "6.6.6.6" },
      );
      assert.equal(inner.REMOTE_ADDR, address);
      assert.equal(urlOf(inner), url);
    });
  }

  for (const [proxy, isTrusted] of [
    ["10.0.0.1", true],
    ["10.255.0.1", true],
    ["11.0.0.1", false],
    ["2001:db8::9", true],
    ["2001:db9::9", false],
    ["192.0.2.1", true],
    ["192.0.2.2", false],
    ["", false],
  ] as const) {
    test(`${isTrusted ? "believes" : "ignores"} the proxy at "${proxy}"`, async () => {
      const { inner } = await seen(
        { from: ["10.0.0.0/8", "2001:db8::/32", "192.0.2.1"] },
        { REMOTE_ADDR: proxy, HTTP_X_FORWARDED_FOR: "192.0.2.77" },
      );
      assert.equal(inner.REMOTE_ADDR, isTrusted ? "192.0.2.77" : proxy);
    });
  }

  for (const options of [
    { for: -1 },
    { proto: 1.5 },
    { host: Number.NaN },
    { header: "Via" },
    { from: ["localhost"] },
    { from: ["10.0.0.0/33"] },
    { from: ["10.0.0.0/"] },
    { from: ["10.0.0.0/8/8"] },
  ]) {
    test(`refuses ${JSON.stringify(options)}`, () => {
      assert.throws(() => forwarded(options as ForwardedOptions), {
        code: "CONFIG",
      });
    });
  }
});
