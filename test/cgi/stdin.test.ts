import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { closeSync, openSync, rmSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { runCgi, startCgi, VARIABLES } from "./host.ts";

const ECHO = `async (environ, startResponse) => {
  const body = await environ["tsgi.input"].read();
  startResponse("200 OK", [["Content-Type", "application/octet-stream"]]);
  return body;
}`;
const HASH = `async (environ, startResponse) => {
  const hash = require("node:crypto").createHash("sha256");
  for await (const chunk of environ["tsgi.input"]) hash.update(chunk);
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return hash.digest("hex");
}`;

function post(length: number | string | undefined): {
  variables: Record<string, string | undefined>;
} {
  return {
    variables: {
      REQUEST_METHOD: "POST",
      CONTENT_LENGTH: length === undefined ? undefined : String(length),
    },
  };
}

test("B2.01 the body ends at CONTENT_LENGTH, although standard input stays open", async () => {
  const { child, answer } = startCgi(ECHO, post(5));
  child.stdin?.write("hello and more");
  const { status, body } = await answer;
  assert.equal(status, 0);
  assert.equal(body.toString(), "hello");
});

test("B2.02 a request without CONTENT_LENGTH has no body, and nothing is read", async () => {
  const { child, answer } = startCgi(ECHO, post(undefined));
  child.stdin?.write("bytes of nobody");
  const { status, body } = await answer;
  assert.equal(status, 0);
  assert.equal(body.length, 0);
});

test("a body that Apache has de-chunked is read to the end of standard input", async () => {
  const variables = {
    REQUEST_METHOD: "POST",
    HTTP_TRANSFER_ENCODING: "chunked",
  };
  const { body } = await runCgi(ECHO, { variables, body: "of unknown length" });
  assert.equal(body.toString(), "of unknown length");
});

for (const length of ["abc", "-5", "1e3", "0x5", "+5", "5,5", "9".repeat(20)]) {
  test(`B2.03 D2.02 CONTENT_LENGTH ${length} is refused with 400, and the application not called`, async () => {
    const application = `() => { require("node:fs").writeSync(2, "CALLED"); return ""; }`;
    const answer = await runCgi(application, {
      ...post(length),
      body: "12345",
    });
    assert.ok(answer.head.includes("Status: 400 Bad Request"));
    assert.doesNotMatch(answer.stderr, /CALLED/);
  });
}

test("B2.04 standard input may be a pipe, a file, a socket, /dev/null or closed", async (t) => {
  const front = new URL("../../dist/cgi.cjs", import.meta.url).pathname;
  const code = `require(${JSON.stringify(front)}).serve(${ECHO})`;
  const file = `/tmp/tsgi-stdin-${process.pid}`;
  writeFileSync(file, "12345 and more");
  t.after(() => rmSync(file));
  const descriptor = openSync(file, "r");
  const cases = [
    { name: "file", stdin: descriptor, expected: "12345" },
    { name: "/dev/null", stdin: "ignore" as const, expected: undefined },
  ];
  for (const { name, stdin, expected } of cases) {
    const child = spawn(process.execPath, ["-e", code], {
      env: { ...VARIABLES, REQUEST_METHOD: "POST", CONTENT_LENGTH: "5" },
      stdio: [stdin, "pipe", "ignore"],
    });
    const output = await text(child.stdout);
    if (expected !== undefined) assert.ok(output.endsWith(expected), name);
    else assert.match(output, /Status: 400/, name);
  }
  closeSync(descriptor);
  // A socket is what Node's own pipes to a child are; closed is what a shell can do.
  const closed = spawn(
    "/bin/sh",
    ["-c", 'exec "$0" -e "$1" <&-', process.execPath, code],
    { env: { ...VARIABLES }, stdio: ["ignore", "pipe", "ignore"] },
  );
  assert.match(await text(closed.stdout), /Status: 200 OK/);
  const pipe = spawn(
    "/bin/sh",
    ["-c", 'printf 12345 | "$0" -e "$1"', process.execPath, code],
    {
      env: { ...VARIABLES, CONTENT_LENGTH: "5", PATH: process.env.PATH },
      stdio: ["ignore", "pipe", "ignore"],
    },
  );
  assert.ok((await text(pipe.stdout)).endsWith("12345"));
});

test("B2.05 A4.06 a body that ends early makes the read fail", async () => {
  const application = `async (environ, startResponse) => {
    try { await environ["tsgi.input"].read(); }
    catch (error) { startResponse("200 OK", [["Content-Type", "text/plain"]]); return error.code; }
    return "complete";
  }`;
  const answer = await runCgi(application, { ...post(10), body: "abc" });
  assert.equal(answer.body.toString(), "INCOMPLETE_BODY");
});

test("B2.06 every byte passes unchanged", async () => {
  const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
  const { body } = await runCgi(ECHO, { ...post(256), body: bytes });
  assert.deepEqual(body, bytes);
});

test("E1.04 a large body arrives whole", async () => {
  const bytes = randomBytes(20 * 1024 * 1024);
  const { body } = await runCgi(HASH, { ...post(bytes.length), body: bytes });
  const expected = createHash("sha256").update(bytes).digest("hex");
  assert.equal(body.toString(), expected);
});

test("A4.12 a body nobody reads does not keep the response", async () => {
  const application = `(environ, startResponse) => {
    startResponse("200 OK", [["Content-Type", "text/plain"]]);
    return "unread";
  }`;
  const bytes = Buffer.alloc(10 * 1024 * 1024);
  const answer = await runCgi(application, {
    ...post(bytes.length),
    body: bytes,
  });
  assert.equal(answer.body.toString(), "unread");
  assert.equal(answer.status, 0);
});

async function text(stream: NodeJS.ReadableStream | null): Promise<string> {
  assert.ok(stream);
  let result = "";
  stream.on("data", (bytes) => {
    result += bytes;
  });
  await once(stream, "close");
  return result;
}
