import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { runCgi } from "./host.ts";

/** Answers with its environ, strings only, as JSON in ASCII. */
const ECHO = `(environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "application/json"]]);
  const strings = {};
  for (const name in environ) {
    if (typeof environ[name] !== "object" && typeof environ[name] !== "function") strings[name] = environ[name];
  }
  strings["process.HTTP_PROXY"] = process.env.HTTP_PROXY;
  strings["process.http_proxy"] = process.env.http_proxy;
  return JSON.stringify(strings).replace(/[^\\0-\\x7f]/g, (c) => "\\\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
}`;

async function environ(
  variables: Record<string, string | undefined>,
  rest: object = {},
): Promise<Record<string, unknown>> {
  const answer = await runCgi(ECHO, { variables, ...rest });
  assert.equal(answer.status, 0, answer.stderr);
  return JSON.parse(answer.body.toString());
}

test("B1.01 environ is the environment of the process, taken when the request is served", async () => {
  const before = "process.env.SET_AFTER_START = 'yes';";
  const found = await environ({ UNUSUAL: "value" }, { before });
  assert.equal(found.UNUSUAL, "value");
  assert.equal(found.SET_AFTER_START, "yes");
  assert.equal(found.REQUEST_METHOD, "GET");
});

test("B1.02 variables keep their bytes, also those that are not UTF-8", async () => {
  // Node cannot pass such an environment to a child, a shell can.
  const script = `PATH_INFO="$(printf '/f\\351\\303\\251')" HTTP_X="$(printf '\\303\\251')" exec "$0" "$1"`;
  const { mkdtempSync, rmSync, writeFileSync } = await import("node:fs");
  const directory = mkdtempSync("/tmp/tsgi-bytes-");
  const program = `${directory}/app.cjs`;
  const front = new URL("../../dist/cgi.cjs", import.meta.url).pathname;
  writeFileSync(
    program,
    `require(${JSON.stringify(front)}).serve((environ, startResponse) => {
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      return [environ.PATH_INFO, environ.HTTP_X].map((text) => Buffer.from(text, "latin1").toString("hex")).join(" ");
    });`,
  );
  const child = spawn("/bin/sh", ["-c", script, process.execPath, program], {
    env: { REQUEST_METHOD: "GET", SERVER_NAME: "a", SERVER_PORT: "80" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (text) => {
    output += text;
  });
  await once(child, "close");
  rmSync(directory, { recursive: true });
  assert.equal(output.split("\r\n\r\n")[1], "2f66e9c3a9 c3a9");
});

test("B1.04 B1.05 missing and bare paths are completed", async () => {
  const bare = await environ({
    SCRIPT_NAME: "/",
    PATH_INFO: undefined,
    QUERY_STRING: undefined,
    REQUEST_URI: undefined,
  });
  assert.equal(bare.SCRIPT_NAME, "");
  assert.equal(bare.PATH_INFO, "/");
  assert.equal(bare.QUERY_STRING, "");
  const none = await environ({
    SCRIPT_NAME: undefined,
    PATH_INFO: undefined,
    REQUEST_URI: undefined,
  });
  assert.equal(none.SCRIPT_NAME, "");
  assert.equal(none.PATH_INFO, "/");
});

test("B1.06 D2.01 content headers are not doubled and HTTP_PROXY reaches nobody", async () => {
  const found = await environ({
    HTTP_CONTENT_TYPE: "text/plain",
    HTTP_CONTENT_LENGTH: "5",
    CONTENT_TYPE: "",
    CONTENT_LENGTH: "",
    HTTP_PROXY: "http://evil.test",
    http_proxy: "http://operator.test",
  });
  for (const name of [
    "HTTP_CONTENT_TYPE",
    "HTTP_CONTENT_LENGTH",
    "CONTENT_TYPE",
    "CONTENT_LENGTH",
    "HTTP_PROXY",
    "process.HTTP_PROXY",
  ]) {
    assert.ok(!(name in found), name);
  }
  assert.equal(found["process.http_proxy"], "http://operator.test");
});

for (const name of [
  "HTTP_AUTHORIZATION",
  "Authorization",
  "REDIRECT_HTTP_AUTHORIZATION",
]) {
  test(`B1.08 credentials are found in ${name}`, async () => {
    const found = await environ({ [name]: "Basic dTpw" });
    assert.equal(found.HTTP_AUTHORIZATION, "Basic dTpw");
  });
}

test("B1.10 A3.04 A3.05 the flags tell of one process for one request", async () => {
  const found = await environ({});
  assert.equal(found["tsgi.run_once"], true);
  assert.equal(found["tsgi.multiprocess"], true);
  assert.equal(found["tsgi.multithread"], false);
  assert.equal(found["tsgi.concurrent"], false);
});

test("B1.11 the words of a query on the command line change nothing", async () => {
  const without = await runCgi(ECHO);
  const args = ["-x", "--help", "-s", "/etc/passwd"];
  const answer = await runCgi(ECHO, { args });
  const strip = (text: string): string => text.replace(/\/tmp\/[^"]*/g, "");
  assert.equal(
    strip(answer.stdout.toString()),
    strip(without.stdout.toString()),
  );
});

test("B1.03 a program that no web server has started says so and ends", async () => {
  const answer = await runCgi(ECHO, {
    variables: { REQUEST_METHOD: undefined, GATEWAY_INTERFACE: undefined },
  });
  assert.equal(answer.status, 2);
  assert.equal(answer.stdout.length, 0);
  assert.match(answer.stderr, /^tsgi: Cannot serve: .*REQUEST_METHOD.*\n$/);
});
