// The responder as a whole: from variables on the wire to the environ, and what it tells of itself.
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { FCGI } from "../../src/fastcgi/protocol.ts";
import {
  begin,
  type Pairs,
  params,
  record,
  request,
  stdin,
  VARIABLES,
} from "../support/peer.ts";
import {
  answering,
  gate,
  parse,
  type ResponderOptions,
  respond,
  showing,
} from "../support/responder.ts";

/** The environ, as JSON has it, of one request with these variables and no others. */
async function environOf(
  t: TestContext,
  pairs: Pairs,
  options?: ResponderOptions,
): Promise<Record<string, unknown>> {
  const responder = await respond(t, showing, options);
  const peer = await responder.connect();
  peer.send(begin(), params(pairs), stdin());
  return JSON.parse(parse(await peer.untilEnd()).body);
}

function without(...names: string[]): Record<string, string> {
  const pairs = Object.entries(VARIABLES);
  return Object.fromEntries(pairs.filter(([name]) => !names.includes(name)));
}

test("C10.07 variables of the process do not enter environ", async (t) => {
  process.env.TSGI_TEST_SECRET = "secret";
  t.after(() => delete process.env.TSGI_TEST_SECRET);
  const environ = await environOf(t, VARIABLES);
  assert.equal(JSON.stringify(environ).includes("secret"), false);
  const added = Object.keys(environ).filter(
    (name) => !name.startsWith("tsgi.") && !(name in VARIABLES),
  );
  assert.deepEqual(added, ["FCGI_ROLE"]);
});

test("C10.07 pairs of the configuration enter environ, behind the request's own", async (t) => {
  const environ = await environOf(t, VARIABLES, {
    environ: { "app.name": "test", SERVER_NAME: "configured", EXTRA: "1" },
  });
  assert.equal(environ["app.name"], "test");
  assert.equal(environ.EXTRA, "1");
  assert.equal(environ.SERVER_NAME, "localhost");
});

test("A3.04 tsgi.concurrent says whether requests may overlap, multiprocess what was configured", async (t) => {
  const usual = await environOf(t, VARIABLES);
  assert.equal(usual["tsgi.multithread"], false);
  assert.equal(usual["tsgi.run_once"], false);
  assert.equal(usual["tsgi.concurrent"], true);
  assert.equal(usual["tsgi.multiprocess"], false);
  const options = { maxConcurrency: 1, multiprocess: true };
  const alone = await environOf(t, VARIABLES, options);
  assert.equal(alone["tsgi.concurrent"], false);
  assert.equal(alone["tsgi.multiprocess"], true);
});

test("C11.01 content headers that are empty, or sent twice, are removed", async (t) => {
  const environ = await environOf(t, {
    ...VARIABLES,
    CONTENT_TYPE: "",
    CONTENT_LENGTH: "",
    HTTP_CONTENT_TYPE: "text/plain",
    HTTP_CONTENT_LENGTH: "0",
  });
  for (const name of Object.keys(environ)) {
    assert.doesNotMatch(name, /CONTENT_(?:TYPE|LENGTH)$/);
  }
});

test("C11.01 a content type and length that say something stay", async (t) => {
  const environ = await environOf(t, {
    ...VARIABLES,
    CONTENT_TYPE: "text/plain",
    CONTENT_LENGTH: "0",
  });
  assert.equal(environ.CONTENT_TYPE, "text/plain");
  assert.equal(environ.CONTENT_LENGTH, "0");
});

for (const name of ["Authorization", "REDIRECT_HTTP_AUTHORIZATION"]) {
  test(`C11.02 ${name} becomes HTTP_AUTHORIZATION, where that is missing`, async (t) => {
    const legacy = { ...VARIABLES, [name]: "Basic bWU6" };
    const environ = await environOf(t, legacy);
    assert.equal(environ.HTTP_AUTHORIZATION, "Basic bWU6");
    const both = { ...legacy, HTTP_AUTHORIZATION: "Bearer token" };
    const kept = await environOf(t, both);
    assert.equal(kept.HTTP_AUTHORIZATION, "Bearer token");
  });
}

const paths: [
  clause: string,
  mount: string | undefined,
  given: [script: string | undefined, path: string | undefined, uri: string],
  expected: [script: string, path: string],
][] = [
  [
    "C11.03 slashes that were merged are recovered under a mount point",
    "/",
    ["", "/foo/bar", "//foo///bar?x"],
    ["", "//foo///bar"],
  ],
  [
    "C11.03 slashes that were merged stay so without a mount point",
    undefined,
    ["", "/foo/bar", "//foo///bar?x"],
    ["", "/foo/bar"],
  ],
  [
    "C11.03 a path outside the mount point is left as it is",
    "/app",
    ["/other", "/foo/bar", "/other//foo/bar"],
    ["/other", "/foo/bar"],
  ],
  [
    "C11.04 a missing PATH_INFO is empty below a script",
    undefined,
    ["/app", undefined, "/app"],
    ["/app", ""],
  ],
  [
    'C11.04 a missing PATH_INFO is "/" at the root',
    undefined,
    ["", undefined, "/"],
    ["", "/"],
  ],
  [
    'C11.04 a SCRIPT_NAME of "/" is empty, its slash PATH_INFO\'s',
    undefined,
    ["/", undefined, "/"],
    ["", "/"],
  ],
  [
    "C11.04 the slash of such a SCRIPT_NAME is not doubled",
    undefined,
    ["/", "/a/b", "/a/b"],
    ["", "/a/b"],
  ],
  [
    "C11.05 a mount point makes nginx's stock variables right",
    "/",
    ["/a/b", undefined, "/a/b?c"],
    ["", "/a/b"],
  ],
  [
    "C11.05 … also below the root",
    "/a",
    ["/a/b%20c", undefined, "/a/b%20c"],
    ["/a", "/b c"],
  ],
];
for (const [name, mount, [script, path, uri], expected] of paths) {
  test(name, async (t) => {
    const variables = without("SCRIPT_NAME", "PATH_INFO");
    variables.REQUEST_URI = uri;
    if (script !== undefined) variables.SCRIPT_NAME = script;
    if (path !== undefined) variables.PATH_INFO = path;
    const environ = await environOf(t, variables, { mount });
    assert.deepEqual([environ.SCRIPT_NAME, environ.PATH_INFO], expected);
  });
}

const schemes: [variables: Record<string, string>, scheme: string][] = [
  [{}, "http"],
  [{ HTTPS: "on" }, "https"],
  [{ HTTPS: "ON" }, "https"],
  [{ HTTPS: "1" }, "https"],
  [{ HTTPS: "off" }, "http"],
  [{ HTTPS: "" }, "http"],
  [{ HTTPS: "0" }, "http"],
  [{ REQUEST_SCHEME: "https" }, "https"],
  [{ REQUEST_SCHEME: "HTTPS" }, "https"],
  [{ REQUEST_SCHEME: "http" }, "http"],
  [{ HTTPS: "off", REQUEST_SCHEME: "https" }, "http"],
  [{ HTTPS: "on", REQUEST_SCHEME: "http" }, "https"],
  [{ HTTP_HTTPS: "on", SERVER_PORT: "443" }, "http"],
];
for (const [variables, scheme] of schemes) {
  test(`C11.06 tsgi.url_scheme is ${scheme} with ${JSON.stringify(variables)}`, async (t) => {
    const environ = await environOf(t, { ...VARIABLES, ...variables });
    assert.equal(environ["tsgi.url_scheme"], scheme);
  });
}

test("C11.07 every byte passes, and the status with its reason", async (t) => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const responder = await respond(t, answering(bytes, "299 Own Reason"));
  const peer = await responder.connect();
  peer.send(request());
  const { status, body } = parse(await peer.untilEnd());
  assert.equal(status, "299 Own Reason");
  assert.deepEqual(Buffer.from(body, "latin1"), bytes);
});

test("C11.07 a chunk is sent before the next one is asked for", async (t) => {
  const received = gate();
  const responder = await respond(t, (_, startResponse) => {
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return (async function* () {
      yield "first";
      await received.passed;
      yield "second";
    })();
  });
  const peer = await responder.connect();
  peer.send(request());
  const first = await peer.nextRecord();
  assert.match(String(first?.content), /first$/);
  received.open();
  assert.equal(String((await peer.untilEnd()).stdout), "second");
});

const faults: [name: string, sent: Uint8Array[], message: RegExp][] = [
  [
    "another version",
    [Uint8Array.of(2, 1, 0, 1, 0, 0, 0, 0)],
    /FastCGI version 2/,
  ],
  ["BEGIN_REQUEST with id 0", [begin(0)], /its id is 0/],
  ["a second BEGIN_REQUEST", [begin(), begin()], /running already/],
  ["a role not offered", [begin(1, { role: 9 })], /role is not offered/],
  ["an unknown type", [begin(), record(99), params(), stdin()], /type 99/],
];
for (const [name, sent, message] of faults) {
  test(`C10.10 ${name} is reported to onError, and the peer is told none of it`, async (t) => {
    const responder = await respond(t, answering());
    const peer = await responder.connect();
    const records: Uint8Array[] = [];
    peer.send(...sent);
    peer.end();
    for (;;) {
      const next = await peer.nextRecord();
      if (next === undefined) break;
      records.push(next.content);
    }
    assert.deepEqual(responder.reports.codes, ["PROTOCOL"]);
    const text = responder.reports.all[0]?.message ?? "";
    assert.match(text, message);
    const answers = Buffer.concat(records).toString("latin1");
    assert.doesNotMatch(answers, /Cannot/);
  });
}

test("C10.10 without onError nothing is written anywhere, and the server goes on", async (t) => {
  const responder = await respond(t, answering(), { onError: undefined });
  const bad = await responder.connect();
  bad.send(record(FCGI.BEGIN_REQUEST, 1, "short"));
  await bad.closed;
  const peer = await responder.connect();
  peer.send(request());
  assert.equal(parse(await peer.untilEnd()).body, "hello");
});

test("serve has the addresses it listens on", async (t) => {
  const responder = await respond(t, answering());
  assert.deepEqual(responder.server.addresses, [responder.address]);
  assert.match(responder.address, /\/socket$/);
});
