// Every file in examples/ runs, and does what its first comment says.
import assert from "node:assert/strict";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { begin, request } from "../support/in-process.ts";
import { root } from "./blocks.ts";
import { typeErrors } from "./types.ts";

const folder = join(root, "examples");

async function load(name: string): Promise<Application> {
  return (await import(join(folder, name))).default;
}

test("examples compile", () => {
  const files = new Map<string, string>();
  for (const name of readdirSync(folder)) {
    // Folders have tests of their own.
    if (statSync(join(folder, name)).isDirectory()) continue;
    // The compiler knows no ".cgi".
    const path = join(folder, name === "app.cgi" ? "app.cjs" : name);
    const text = readFileSync(join(folder, name), "utf8");
    files.set(path, text.replace(/^#!.*/, ""));
  }
  assert.deepEqual(typeErrors(files), []);
});

describe("hello.js", async () => {
  const hello = await load("hello.js");

  test("shows the request's variables as text", async () => {
    const { status, text, headers } = await request(hello, {
      variables: {
        PATH_INFO: Buffer.from("/grüße").toString("latin1"),
        HTTP_USER_AGENT: "curl/8",
      },
    });
    assert.equal(status, "200 OK");
    assert.deepEqual(headers.slice(0, 2), [
      ["Content-Type", "text/html; charset=utf-8"],
      ["Content-Length", String(Buffer.byteLength(text))],
    ]);
    assert.match(text, /<th>PATH_INFO<\/th><td>\/grüße<\/td>/);
    assert.match(text, /<th>HTTP_USER_AGENT<\/th><td>curl\/8<\/td>/);
    assert.match(text, /<th>tsgi.version<\/th><td>\[1,0\]<\/td>/);
    assert.match(text, /Hello, <b>world<\/b>/);
  });

  test("escapes whatever the client sends", async () => {
    const evil = `<script>alert("1")</script>&'`;
    const { text } = await request(hello, {
      variables: {
        REQUEST_METHOD: "POST",
        QUERY_STRING: evil,
        HTTP_USER_AGENT: evil,
        [`HTTP_${evil.replaceAll("=", "")}`]: evil,
      },
      body: new URLSearchParams({ name: evil, [evil]: evil }).toString(),
    });
    assert.ok(!text.includes("<script"));
    assert.ok(!text.includes(`alert("1")`));
    assert.equal(text.split("&#60;script&#62;").length - 1, 8);
  });

  test("greets by the name in the form, in any script", async () => {
    const { text } = await request(hello, {
      variables: { REQUEST_METHOD: "POST" },
      body: new URLSearchParams({ name: " Zoë 世界 " }).toString(),
    });
    assert.match(text, /Hello, <b>Zoë 世界<\/b>/);
    assert.match(text, /<th>name<\/th>/);
  });

  test("keeps the variables of the process to itself", async () => {
    const { text } = await request(hello, {
      variables: { DATABASE_PASSWORD: "secret", PATH: "/usr/bin" },
    });
    assert.ok(!text.includes("secret"));
    assert.ok(!text.includes("/usr/bin"));
  });
});

test("hello.ts greets", async () => {
  const answer = await request(await load("hello.ts"), {
    variables: { SERVER_NAME: "shop.example" },
  });
  assert.equal(answer.text, "Hello from shop.example!\n");
});

test("app.cgi is executable, and runs as CommonJS", async () => {
  const path = join(folder, "app.cgi");
  assert.ok(statSync(path).mode & 0o111);
  assert.match(readFileSync(path, "utf8"), /^#!\/usr\/bin\/env tsgi-cgi\n/);
  const application = createRequire(import.meta.url)(path) as Application;
  const answer = await request(application, {
    variables: { SCRIPT_NAME: "/cgi-bin/app.cgi", PATH_INFO: "/tea" },
  });
  assert.equal(answer.text, "Hello from /cgi-bin/app.cgi, asked for /tea.\n");
});

test("class.js counts visits, and those in progress until they are closed", async () => {
  const visits = await load("class.js");
  const first = await request(visits);
  assert.equal(first.text, "You asked for /\nVisit 1; 1 in progress.\n");
  const second = await request(visits, { variables: { PATH_INFO: "/b" } });
  assert.equal(second.text, "You asked for /b\nVisit 2; 1 in progress.\n");
});

describe("generator.js", async () => {
  const multiplication = await load("generator.js");

  test("sends a line at a time", async () => {
    const answer = await request(multiplication, {
      variables: { QUERY_STRING: "n=3" },
    });
    assert.equal(answer.chunks.length, 10);
    assert.equal(answer.chunks[9], "10 × 3 = 30\n");
  });

  test("refuses what is not a number", async () => {
    const answer = await request(multiplication, {
      variables: { QUERY_STRING: "n=x" },
    });
    assert.equal(answer.status, "400 Bad Request");
  });
});

test("stream.js sends events until the client leaves", async () => {
  const answer = begin(await load("stream.js"));
  await answer.output.sent(1);
  assert.equal(answer.header("Content-Type"), "text/event-stream");
  assert.match(answer.text, /^data: \d{4}-\d\d-\d\dT.*\n\n$/);
  answer.abort();
  // Long before its next event would be due.
  await new Promise(setImmediate);
  assert.equal(answer.outcome, "aborted");
  assert.equal(answer.errors, "");
});

test("middleware.js wraps the hello page", async () => {
  const answer = await request(await load("middleware.js"));
  assert.match(answer.text, /Hello, <b>world<\/b>/);
  assert.match(answer.errors, /^GET "\/": 200 OK, \d+ ms\n$/);
});
