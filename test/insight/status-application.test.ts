import assert from "node:assert/strict";
import { test } from "node:test";
import type { Variables } from "../../src/common/variables.ts";
import {
  clientTest,
  isClientEntry,
} from "../../src/insight/allowed-clients.ts";
import {
  type StatusOptions,
  StatusPages,
} from "../../src/insight/status-application.ts";
import { type ClientRequest, client } from "../../src/testing/client.ts";
import { hello } from "../support/in-process.ts";
import { status } from "./sample.ts";

const OPTIONS: StatusOptions = {
  statusPath: "/-/status",
  pingPath: "/-/ping",
  source: async () => status(),
};

function site(change: Partial<StatusOptions> = {}) {
  return client(new StatusPages({ ...OPTIONS, ...change }).wrap(hello));
}

const forms: [accept: string | undefined, query: string, type: RegExp][] = [
  [undefined, "", /^application\/json/],
  ["*/*", "", /^application\/json/],
  ["text/html,application/xhtml+xml,*/*;q=0.8", "", /^text\/html/],
  ["application/json", "", /^application\/json/],
  [
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.6,text/plain;version=0.0.4;q=0.4,*/*;q=0.1",
    "",
    /^application\/openmetrics-text; version=1\.0\.0/,
  ],
  ["text/plain;version=0.0.4", "", /^application\/openmetrics-text/],
  ["text/html", "?json", /^application\/json/],
  ["text/html", "?openmetrics", /^application\/openmetrics-text/],
  ["application/json", "?html&still", /^text\/html/],
];
for (const [accept, query, type] of forms) {
  test(`StatusPages answers ${accept ?? "no Accept"}${query} with ${type.source}`, async () => {
    const headers: Readonly<Record<string, string>> =
      accept === undefined ? {} : { Accept: accept };
    const answer = await site().get(`/-/status${query}`, { headers });
    assert.equal(answer.code, 200);
    assert.match(answer.header("Content-Type") ?? "", type);
    assert.equal(answer.header("Cache-Control"), "no-store");
    assert.match(answer.header("Content-Security-Policy") ?? "", /'none'/);
    assert.match(answer.text, /v22\.1\.0/);
  });
}

test("StatusPages answers a ping, and HEAD without a body", async () => {
  const ping = await site().get("/-/ping");
  assert.deepEqual([ping.code, ping.text], [200, "pong\n"]);
  const head = await site().head("/-/status");
  assert.deepEqual([head.code, head.text], [200, ""]);
});

test("StatusPages refuses other methods, and says which there are", async () => {
  for (const method of ["POST", "DELETE", "OPTIONS"]) {
    const answer = await site().request(method, "/-/status");
    assert.equal(answer.code, 405);
    assert.equal(answer.header("Allow"), "GET, HEAD");
  }
});

test("StatusPages leaves all other paths to the application, and all where there is none", async () => {
  for (const path of ["/", "/-/status/", "/-/statu", "/x/-/status", "/-/pin"]) {
    assert.equal((await site().get(path)).text, "hello", path);
  }
  const none = { statusPath: undefined, pingPath: undefined };
  assert.equal((await site(none).get("/-/status")).text, "hello");
  assert.equal(new StatusPages({ ...OPTIONS, ...none }).wrap(hello), hello);
});

const addresses: [variables: Readonly<Record<string, string>>, boolean][] = [
  [{ REMOTE_ADDR: "127.0.0.1" }, true],
  [{ REMOTE_ADDR: "::1" }, true],
  [{ REMOTE_ADDR: "::ffff:127.0.0.1" }, true],
  [{ REMOTE_ADDR: "10.1.2.3" }, true],
  [{ REMOTE_ADDR: "11.1.2.3" }, false],
  [{ REMOTE_ADDR: "2001:db8::9" }, true],
  [{ REMOTE_ADDR: "2001:db9::9" }, false],
  [{ REMOTE_ADDR: "" }, false],
  [{ REMOTE_ADDR: "localhost" }, false],
  [{ REMOTE_ADDR: "127.0.0.1", HTTP_X_FORWARDED_FOR: "8.8.8.8" }, false],
  [
    { REMOTE_ADDR: "127.0.0.1", HTTP_X_FORWARDED_FOR: "127.0.0.1, 8.8.8.8" },
    false,
  ],
  [{ REMOTE_ADDR: "127.0.0.1", HTTP_X_FORWARDED_FOR: "10.0.0.1, ::1" }, true],
  [{ REMOTE_ADDR: "127.0.0.1", HTTP_X_FORWARDED_FOR: "unknown" }, false],
  [{ REMOTE_ADDR: "127.0.0.1", HTTP_X_REAL_IP: "8.8.8.8" }, false],
  [{ REMOTE_ADDR: "127.0.0.1", HTTP_FORWARDED: "for=8.8.8.8;by=x" }, false],
  [
    {
      REMOTE_ADDR: "127.0.0.1",
      HTTP_FORWARDED: 'for="[2001:db8::1]", for=10.0.0.1',
    },
    true,
  ],
  [{ REMOTE_ADDR: "127.0.0.1", HTTP_FORWARDED: "proto=https" }, false],
];
for (const [variables, isAllowed] of addresses) {
  test(`clientTest ${isAllowed ? "lets in" : "keeps out"} ${JSON.stringify(variables)}`, async () => {
    const statusAllow = ["127.0.0.1", "::1", "10.0.0.0/8", "2001:db8::/32"];
    assert.equal(clientTest(statusAllow)(variables as Variables), isAllowed);
    const answer = await site({ statusAllow }).get("/-/status", { variables });
    assert.equal(answer.text !== "hello", isAllowed);
  });
}

test("clientTest lets nobody in without an address, or by an empty list", () => {
  assert.equal(clientTest(["127.0.0.1"])({} as Variables), false);
  const local = { REMOTE_ADDR: "127.0.0.1" } as Variables;
  assert.equal(clientTest([])(local), false);
});

test("clientTest refuses entries that are neither address nor network", () => {
  for (const entry of [
    "",
    "x",
    "10.0.0.0/33",
    "10.0.0.0/",
    "::/129",
    "1/2/3",
  ]) {
    assert.equal(isClientEntry(entry), false, entry);
    assert.throws(() => clientTest([entry]), { code: "CONFIG" }, entry);
  }
  for (const entry of ["10.0.0.0/32", "::/128", "::/0", " 1.2.3.4 "]) {
    assert.equal(isClientEntry(entry), true, entry);
  }
});

const owned: [variables: object, mount: string | undefined, owns: boolean][] = [
  [{ PATH_INFO: "/-/status" }, undefined, true],
  // nginx, before the variables are repaired.
  [{ SCRIPT_NAME: "/-/status", REQUEST_URI: "/-/status?x" }, undefined, true],
  [{ SCRIPT_NAME: "/-", PATH_INFO: "/status" }, undefined, true],
  [
    { SCRIPT_NAME: "/app/-/status", REQUEST_URI: "/app/-/status" },
    "/app",
    true,
  ],
  [{ SCRIPT_NAME: "/app/-/status", REQUEST_URI: "/app/-/status" }, "/", false],
  [{ PATH_INFO: "/x", REQUEST_URI: "/x?/-/status" }, undefined, false],
  [{ REQUEST_URI: "/x/-/status" }, undefined, false],
  [{}, undefined, false],
];
for (const [variables, mount, owns] of owned) {
  test(`StatusPages.owns is ${owns} for ${JSON.stringify(variables)} mounted at ${mount}`, () => {
    const pages = new StatusPages({ ...OPTIONS, mount });
    const local = { REMOTE_ADDR: "127.0.0.1", ...variables } as Variables;
    assert.equal(pages.owns(local), owns);
    assert.equal(pages.owns({ ...local, REMOTE_ADDR: "8.8.8.8" }), false);
  });
}

const silent: Record<string, StatusOptions["source"]> = {
  fails: () => Promise.reject(new Error("secret")),
  throws: () => {
    throw new Error("secret");
  },
};
for (const [what, source] of Object.entries(silent)) {
  test(`StatusPages answers 503 where the source ${what}, and logs why`, async () => {
    const answer = await site({ source }).get("/-/status");
    assert.equal(answer.code, 503);
    assert.doesNotMatch(answer.text, /secret/);
    assert.match(answer.errors, /cannot tell the status: Error: secret/);
  });
}

test("StatusPages does not wait for ever for a status", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const init: ClientRequest = {};
  const answer = site({ source: () => new Promise(() => {}) }).begin(
    "GET",
    "/-/status",
    init,
  );
  t.mock.timers.tick(3_000);
  await answer.served;
  assert.equal(answer.code, 503);
});

test("StatusPages tells of the environ of each request of its own", async () => {
  const seen: unknown[] = [];
  const one = site({ onOwn: (environ) => seen.push(environ.PATH_INFO) });
  await one.get("/-/ping");
  await one.get("/");
  await one.get("/-/status");
  assert.deepEqual(seen, ["/-/ping", "/-/status"]);
});
