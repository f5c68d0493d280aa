// What the command tsgi-fcgi says of itself, and of what it cannot do.
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder, run, start } from "./command.ts";
import { listening, site } from "./responding.ts";

test("C10.02 tsgi-fcgi without an address tells what to do, before it loads anything", async (t) => {
  const root = folder(t, { "app.mjs": 'throw new Error("loaded");' });
  const { status, stderr } = await run(t, "tsgi-fcgi", ["app.mjs"], {
    cwd: root,
  });
  assert.equal(
    stderr,
    "tsgi-fcgi: Cannot serve: no address is given, and no web server has left a socket on descriptor 0; try: tsgi-fcgi --socket /tmp/app.sock app.mjs\n",
  );
  assert.equal(status, 2);
});

test("C10.02 tsgi-fcgi tells of an address it cannot have, in one line", async (t) => {
  const { root, app, socket } = site(t);
  const command = start(t, "tsgi-fcgi", ["--socket", socket, app]);
  await listening(command);
  for (const [flag, address, reason] of [
    [
      "--socket",
      socket,
      "another process listens there; stop that, or choose another address",
    ],
    [
      "--socket",
      join(root, "no/s"),
      "its directory does not exist; make it first",
    ],
    [
      "--socket",
      join(app, "s"),
      "its directory is a file; tsgi explain LISTEN tells more",
    ],
    [
      "--listen",
      "192.0.2.1:1",
      "this machine has no such address; tsgi explain LISTEN tells more",
    ],
  ] as const) {
    const args = [flag, address, app];
    const { status, stderr } = await run(t, "tsgi-fcgi", args);
    assert.equal(stderr, `tsgi-fcgi: Cannot listen on ${address}: ${reason}\n`);
    assert.equal(status, 69);
  }
});

test("C10.02 tsgi-fcgi ends with 77 where it may not listen", async (t) => {
  const { app } = site(t);
  // Where even root makes no files.
  const args = ["--socket", "/sys/s", app];
  const { status, stderr } = await run(t, "tsgi-fcgi", args);
  assert.match(
    stderr,
    /^tsgi-fcgi: Cannot listen on \/sys\/s: [^\n]*(permission denied; choose a folder [^\n]+|read-only)\n$/,
  );
  assert.equal(status, 77);
});

for (const [what, args, message, status] of [
  [
    "an unknown option with its value",
    ["--mont=/app", "app.mjs"],
    /Cannot use --mont: there is no such option \(did you mean --mount\?\); tsgi-fcgi --help tells more/,
    2,
  ],
  [
    "an unknown option",
    ["--max-concurency", "1", "app.mjs"],
    /Cannot use --max-concurency: there is no such option \(did you mean --max-concurrency\?\); tsgi-fcgi --help tells more/,
    2,
  ],
  [
    "a wrong value",
    ["--max-body", "12q", "app.mjs"],
    /Cannot use --max-body 12q: it is not a size such as/,
    2,
  ],
  [
    "a path that is too long",
    ["--socket", `/tmp/${"x".repeat(110)}`, "app.mjs"],
    /it is not a path of at most 107 bytes/,
    2,
  ],
  [
    "a port where a path belongs",
    ["--socket", "9000", "app.mjs"],
    /Cannot use --socket 9000: it is not a path/,
    2,
  ],
  [
    "a host without a port",
    ["--listen", "localhost", "app.mjs"],
    /Cannot use --listen localhost: it is not HOST:PORT, PORT, fd:N or a path/,
    2,
  ],
  [
    "a URL",
    ["--listen", "http://127.0.0.1:9000", "app.mjs"],
    /Cannot use --listen http:.*: it is not HOST:PORT/,
    2,
  ],
  [
    "two applications",
    ["app.mjs", "other.mjs"],
    /Cannot take other\.mjs: one application is all it takes; tsgi-fcgi --help/,
    2,
  ],
  [
    "no application",
    ["--socket", "s"],
    /no application is named; try: tsgi-fcgi --socket/,
    2,
  ],
  [
    "a missing value",
    ["--socket"],
    /Cannot use --socket: its value is missing, <path>;/,
    2,
  ],
  [
    "a missing application",
    ["--socket", "s", "ap.mjs"],
    /Cannot load .*ap\.mjs: there is no such file \(did you mean app\.mjs\?\)/,
    66,
  ],
  [
    "a wrong file of options",
    ["--config", "no.json", "app.mjs"],
    /Cannot read no\.json: there is no such file/,
    78,
  ],
] as const) {
  test(`tsgi-fcgi tells of ${what} in one line, and ends with ${status}`, async (t) => {
    const { root } = site(t);
    const outcome = await run(t, "tsgi-fcgi", args, { cwd: root });
    assert.match(outcome.stderr, message);
    assert.match(outcome.stderr, /^tsgi-fcgi: [^\n]+\n$/);
    assert.equal(outcome.status, status);
    assert.equal(outcome.stdout, "");
  });
}

test("tsgi-fcgi shows the stack of an application that throws as it is loaded", async (t) => {
  const root = folder(t, { "app.mjs": 'throw new Error("boom");' });
  const { status, stderr } = await run(
    t,
    "tsgi-fcgi",
    ["--socket", "s", "app.mjs"],
    { cwd: root },
  );
  assert.match(stderr, /^tsgi-fcgi: Cannot load .*: it threw Error: boom\n/);
  assert.match(stderr, /\nError: boom\n {4}at .*app\.mjs:1:7\n$/);
  assert.equal(status, 66);
});

test("tsgi-fcgi --help explains every option, with its default and its variable", async (t) => {
  const { status, stdout } = await run(t, "tsgi-fcgi", ["--help"]);
  const text = stdout.replaceAll(/\s+/g, " ");
  assert.ok(text.includes("--max-body <size>"));
  assert.ok(text.includes("(default: 30s; TSGI_LINGER_TIMEOUT)"));
  assert.ok(text.includes("66 the application cannot be found or loaded"));
  assert.equal(status, 0);
});

test("tsgi-fcgi --version prints that of the package", async (t) => {
  const { status, stdout } = await run(t, "tsgi-fcgi", ["--version"]);
  assert.match(stdout, /^\d+\.\d+\.\d+\n$/);
  assert.equal(status, 0);
});

test("tsgi-fcgi --print-config shows values with their origins, and serves nothing", async (t) => {
  const { status, stdout } = await run(
    t,
    "tsgi-fcgi",
    ["--max-body", "1m", "--print-config"],
    { env: { TSGI_MULTIPLEX: "off" } },
  );
  assert.match(stdout, /^maxBody +1m +--max-body$/m);
  assert.match(stdout, /^multiplex +off +TSGI_MULTIPLEX$/m);
  assert.equal(status, 0);
});
