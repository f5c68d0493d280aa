import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { parseHead, runCgi, startCgi, VARIABLES } from "./host.ts";

const START = `startResponse("200 OK", [["Content-Type", "text/plain"]]);`;

test("B3.01 B3.03 the block ends with one Status line, CRLF and a blank line, also with Location", async () => {
  const answer = await runCgi(`(environ, startResponse) => {
    startResponse("302 Found", [["Location", "/elsewhere"], ["X-A", "1"]]);
    return "";
  }`);
  assert.equal(
    answer.stdout.toString(),
    "Location: /elsewhere\r\nX-A: 1\r\nContent-Length: 0\r\nStatus: 302 Found\r\n\r\n",
  );
});

test("B3.02 a bare path in Location is never left without a Status", async () => {
  const answer = await runCgi(`(environ, startResponse) => {
    startResponse("200 OK", [["Location", "/path"]]);
    return "";
  }`);
  assert.ok(answer.head.includes("Status: 200 OK"));
});

test("B3.04 nothing leaves before the whole head is known to be good", async () => {
  const answer = await runCgi(`(environ, startResponse) => {
    startResponse("200 OK", [["X-Good", "1"], ["X-Bad", "a\\r\\nb"]]);
    return "never";
  }`);
  assert.equal(answer.head.at(-1), "Status: 500 Internal Server Error");
  assert.doesNotMatch(answer.stdout.toString(), /X-Good/);
});

test("B3.05 what an application prints goes to the log, with a warning that names the place", async () => {
  const answer = await runCgi(`(environ, startResponse) => {
    console.log("printed by console.log");
    process.stdout.write("printed by write\\n");
    ${START}
    return "body";
  }`);
  assert.equal(answer.head.at(-1), "Status: 200 OK");
  assert.equal(answer.body.toString(), "body");
  assert.match(answer.stderr, /printed by console\.log\nprinted by write\n/);
  assert.match(answer.stderr, /warning: .*printed at .*app\.cgi:\d+/);
  assert.equal(answer.stderr.match(/warning: what is printed/g)?.length, 1);
});

test("B3.06 a large body is complete, however slowly it is read", async () => {
  const size = 10 * 1024 * 1024;
  const { child, answer } = startCgi(`(environ, startResponse) => {
    ${START}
    return Buffer.alloc(${size}, "x");
  }`);
  child.stdin?.end();
  child.stdout?.pause();
  await once(child.stdout as NodeJS.ReadableStream, "readable");
  child.stdout?.resume();
  const { body, status } = await answer;
  assert.equal(body.length, size);
  assert.equal(status, 0);
});

test("B3.07 the process ends although timers run and standard input stays open", async () => {
  const { answer } = startCgi(`(environ, startResponse) => {
    setInterval(() => {}, 1000);
    ${START}
    return "done";
  }`);
  const { status, body } = await answer;
  assert.equal(body.toString(), "done");
  assert.equal(status, 0);
});

test("B3.07 the process ends although the application still waits for a body", async () => {
  const { child, answer } = startCgi(
    `(environ, startResponse) => {
      environ["tsgi.input"].read().catch(() => {});
      ${START}
      return new Promise((resolve) => setTimeout(resolve, 50, "early"));
    }`,
    { variables: { REQUEST_METHOD: "POST", CONTENT_LENGTH: "100" } },
  );
  child.stdin?.write("ten bytes.");
  const { body, signal } = await answer;
  assert.equal(body.toString(), "early");
  assert.equal(signal, "SIGKILL");
});

test("B3.08 A9.02 each chunk is written at once", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tsgi-gate-"));
  const gate = join(directory, "gate");
  const { child, answer } = startCgi(`(environ, startResponse) => {
    ${START}
    return (async function* () {
      yield "first";
      while (!require("node:fs").existsSync(${JSON.stringify(gate)})) await new Promise((done) => setTimeout(done, 5));
      yield "second";
    })();
  }`);
  const [bytes] = await once(child.stdout as NodeJS.ReadableStream, "data");
  assert.equal(parseHead(bytes).body.toString(), "first");
  writeFileSync(gate, "");
  assert.equal((await answer).body.toString(), "firstsecond");
  rmSync(directory, { recursive: true });
});

test("B3.09 a reader that leaves is an abort: signal, close(), a quiet end", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tsgi-epipe-"));
  const mark = join(directory, "mark");
  const { child, answer } = startCgi(`(environ, startResponse) => {
    ${START}
    const block = Buffer.alloc(65536);
    return {
      async *[Symbol.asyncIterator]() { for (;;) yield block; },
      close() { require("node:fs").writeFileSync(${JSON.stringify(mark)}, String(environ["tsgi.signal"].reason.code)); },
    };
  }`);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  child.stdout?.destroy();
  const { stderr, status } = await answer;
  assert.equal(stderr, "");
  assert.notEqual(status, 0);
  const { readFileSync } = await import("node:fs");
  assert.equal(readFileSync(mark, "utf8"), "DISCONNECTED");
  rmSync(directory, { recursive: true });
});

test("B3.10 E3.33 a non-blocking, slow pipe loses nothing", async () => {
  const { child, answer } = startCgi(
    `(environ, startResponse) => {
      // Touching these makes node set the descriptors to non-blocking.
      process.stderr.write("");
      Object.getOwnPropertyDescriptor(process, "stdout");
      ${START}
      return (function* () { for (let i = 0; i < 800; i++) yield Buffer.alloc(65536, i); })();
    }`,
    { before: "process.stdout.write('');" },
  );
  const hash = createHash("sha256");
  for (let index = 0; index < 800; index++) {
    hash.update(Buffer.alloc(65_536, index));
  }
  const { body } = await answer;
  child.stdin?.end();
  assert.equal(body.length, 800 * 65_536);
  const found = createHash("sha256").update(body).digest("hex");
  assert.equal(found, hash.digest("hex"));
});

test("B3.11 B3.12 an application that throws: 500, its stack in the log, status 1", async () => {
  const answer = await runCgi(`() => { throw new Error("secret"); }`);
  assert.equal(answer.status, 1);
  assert.ok(answer.head.includes("Status: 500 Internal Server Error"));
  assert.doesNotMatch(answer.body.toString(), /secret/);
  assert.match(answer.stderr, /Error: secret\n\s+at .*app\.cgi/);
  const [, incident] = /Incident ([0-9a-f]{8})/.exec(
    answer.body.toString(),
  ) as RegExpExecArray;
  assert.match(answer.stderr, new RegExp(`incident ${incident}: `));
});

test("B3.11 a 500 of the application's own is a complete response: status 0", async () => {
  const answer = await runCgi(`(environ, startResponse) => {
    startResponse("500 Mine", [["Content-Type", "text/plain"]]);
    return "own page";
  }`);
  assert.equal(answer.status, 0);
  assert.equal(answer.body.toString(), "own page");
});

test("B3.11 a response that is cut ends with status 1", async () => {
  const answer = await runCgi(`(environ, startResponse) => {
    ${START}
    return (function* () { yield "part"; throw new Error("later"); })();
  }`);
  assert.equal(answer.status, 1);
  assert.equal(answer.body.toString(), "part");
});

test("B3.13 SIGTERM aborts: close() runs and the process ends", async () => {
  const { child, answer } = startCgi(`(environ, startResponse) => {
    ${START}
    setInterval(() => {}, 1000);
    return {
      async *[Symbol.asyncIterator]() {
        yield "begun";
        await new Promise((_, reject) => environ["tsgi.signal"].addEventListener("abort", () => reject(environ["tsgi.signal"].reason)));
      },
      close() { require("node:fs").writeSync(2, "CLOSED"); },
    };
  }`);
  await once(child.stdout as NodeJS.ReadableStream, "data");
  child.kill("SIGTERM");
  const { stderr, status } = await answer;
  assert.equal(stderr, "CLOSED");
  assert.equal(status, 1);
});

test("B3.13 SIGTERM ends an application that does not listen, after the grace time", async () => {
  const { child, answer } = startCgi(
    `(environ, startResponse) => {
      ${START}
      return {
        async *[Symbol.asyncIterator]() { yield "begun"; await new Promise((done) => setTimeout(done, 60000)); },
        close() { require("node:fs").writeSync(2, "CLOSED"); },
      };
    }`,
    { options: "{ abortGraceMs: 100 }" },
  );
  await once(child.stdout as NodeJS.ReadableStream, "data");
  child.kill("SIGTERM");
  const { stderr } = await answer;
  assert.equal(stderr, "CLOSED");
});

test("B3.14 D1.11 no Content-Type is invented; a warning says that it is missing", async () => {
  const answer = await runCgi(`(environ, startResponse) => {
    startResponse("200 OK", []);
    return "<b>";
  }`);
  assert.doesNotMatch(answer.stdout.toString(), /Content-Type/i);
  assert.match(answer.stderr, /warning: .*Content-Type/);
});

test("B3.16 a header line that servers refuse is warned of", async () => {
  const answer = await runCgi(`(environ, startResponse) => {
    startResponse("200 OK", [["Content-Type", "text/plain"], ["Set-Cookie", "a=" + "x".repeat(9000)]]);
    return "";
  }`);
  assert.match(answer.stderr, /warning: .*of headers; Apache.*nginx/);
  assert.equal(answer.head.at(-1), "Status: 200 OK");
});

for (const [how, code] of [
  ["calls process.exit()", `() => { process.exit(0); }`],
  ["never settles", `() => new Promise(() => {})`],
  [
    "dies of an uncaught error",
    `() => new Promise(() => { setTimeout(() => { throw new Error("uncaught"); }, 1); })`,
  ],
] as const) {
  test(`P38 an application that ${how} leaves a complete 500`, async () => {
    const answer = await runCgi(code);
    assert.ok(answer.head.includes("Status: 500 Internal Server Error"));
    assert.match(answer.body.toString(), /Incident/);
    assert.notEqual(answer.status, 0);
  });
}

test("serve answers options that make no sense with a 500", async () => {
  const application = `(environ, startResponse) => { ${START} return ""; }`;
  const answer = await runCgi(application, { options: '{ mount: "app" }' });
  assert.ok(answer.head.includes("Status: 500 Internal Server Error"));
  assert.match(answer.stderr, /Cannot mount at \\?"app\\?"/);
  assert.equal(answer.status, 1);
});

test("A10.03 a close() that takes its time has finished when the process ends", async (t) => {
  const directory = mkdtempSync(join(tmpdir(), "tsgi-close-"));
  t.after(() => rmSync(directory, { recursive: true }));
  const file = join(directory, "file");
  await runCgi(`(environ, startResponse) => {
    ${START}
    return {
      *[Symbol.iterator]() { yield "x"; },
      async close() {
        await new Promise((done) => setTimeout(done, 50));
        require("node:fs").writeFileSync(${JSON.stringify(file)}, "closed");
      },
    };
  }`);
  assert.ok(existsSync(file));
});

test("A5.05 a closed standard error does not fail the request", async () => {
  const front = new URL("../../dist/cgi.cjs", import.meta.url).pathname;
  const code = `require(${JSON.stringify(front)}).serve((environ, startResponse) => {
    environ["tsgi.errors"].write("nobody reads this\\n");
    ${START}
    return "served";
  })`;
  const child = spawn(
    "/bin/sh",
    ["-c", 'exec "$0" -e "$1" 2>&-', process.execPath, code],
    { env: { ...VARIABLES }, stdio: ["ignore", "pipe", "ignore"] },
  );
  const chunks: Buffer[] = [];
  child.stdout.on("data", (bytes) => chunks.push(bytes));
  const [status] = await once(child, "close");
  assert.equal(parseHead(Buffer.concat(chunks)).body.toString(), "served");
  assert.equal(status, 0);
});

test("B4.03 E4.20 a CGI host of our own runs the program and sees what it sent", async () => {
  const answer = await runCgi(
    `async (environ, startResponse) => {
      const body = Buffer.from(await environ["tsgi.input"].read()).toString();
      startResponse("201 Created", [["Content-Type", "text/plain"], ["X-Method", environ.REQUEST_METHOD]]);
      return [environ.PATH_INFO, "|", body];
    }`,
    {
      variables: {
        REQUEST_METHOD: "PUT",
        PATH_INFO: "/a b",
        CONTENT_LENGTH: "3",
      },
      body: "abc",
    },
  );
  assert.deepEqual(answer.head, [
    "Content-Type: text/plain",
    "X-Method: PUT",
    "Status: 201 Created",
  ]);
  assert.equal(answer.body.toString(), "/a b|abc");
});
