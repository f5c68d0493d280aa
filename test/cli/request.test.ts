import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { readdirSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { constants } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import type { Application } from "../../src/common/types.ts";
import { serve } from "../../src/fastcgi/serve.ts";
import { ECHO, folder, run, start } from "./tsgi.ts";

function app(t: TestContext, text = ECHO): string {
  const path = join(folder(t), "app.mjs");
  writeFileSync(path, text);
  return path;
}

/** A responder in this process. @returns its address */
async function listening(
  t: TestContext,
  application: Application,
  address = join(folder(t), "app.sock"),
): Promise<string> {
  const server = await serve(application, {
    listen: [address],
    inherited: false,
  });
  t.after(() => server.close());
  return server.addresses[0] as string;
}

const hello: Application = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return `${environ.REQUEST_METHOD} ${environ.REQUEST_URI}`;
};

test("tsgi request starts an application and asks it", async (t) => {
  const temporary = folder(t);
  const { status, stdout, stderr } = await run(
    t,
    ["request", app(t), "GET", "/a%20b?c=d"],
    { env: { TMPDIR: temporary } },
  );
  assert.deepEqual(JSON.parse(stdout), {
    REQUEST_METHOD: "GET",
    QUERY_STRING: "c=d",
    body: "",
  });
  assert.equal(stderr, "reported\n");
  assert.equal(status, 0);
  assert.deepEqual(readdirSync(temporary), []);
});

test("tsgi request sends headers, variables and a body, UTF-8 as its bytes", async (t) => {
  const { stdout } = await run(t, [
    ...["request", app(t), "-H", "X-A: gr\u00fcn", "--header", "x-a:zwei"],
    ...["--env", "EXTRA=\u20ac=1", "-d", "h\u00e4llo", "/"],
  ]);
  const utf8 = (text: string) => Buffer.from(text).toString("latin1");
  assert.deepEqual(JSON.parse(stdout), {
    REQUEST_METHOD: "POST",
    QUERY_STRING: "",
    CONTENT_TYPE: "application/x-www-form-urlencoded",
    CONTENT_LENGTH: "6",
    HTTP_X_A: `${utf8("gr\u00fcn")}, zwei`,
    EXTRA: utf8("\u20ac=1"),
    body: utf8("h\u00e4llo"),
  });
});

test("tsgi request reads a body from a file or standard input", async (t) => {
  const path = app(t);
  const file = join(folder(t), "data");
  writeFileSync(file, "from a file\n");
  const ofFile = await run(t, [
    ...["request", path, "-d", `@${file}`, "-H", "Content-Type: text/plain"],
    ...["PUT", "/"],
  ]);
  const { body, REQUEST_METHOD, CONTENT_TYPE } = JSON.parse(ofFile.stdout);
  assert.deepEqual(
    [REQUEST_METHOD, CONTENT_TYPE, body],
    ["PUT", "text/plain", "from a file\n"],
  );
  const input = "x".repeat(200_000);
  const args = ["request", path, "--data", "@-", "/"];
  const ofInput = await run(t, args, { input });
  assert.equal(JSON.parse(ofInput.stdout).body, input);
});

test("tsgi request reads a body from a named pipe, and waits for its writer no longer than --max-time", async (t) => {
  const pipe = join(folder(t), "pipe");
  execFileSync("mkfifo", [pipe]);
  const path = app(t);
  const asked = run(t, ["request", path, "-d", `@${pipe}`, "/"]);
  await writeFile(pipe, "from a pipe");
  assert.equal(JSON.parse((await asked).stdout).body, "from a pipe");
  const { status, stderr } = await run(t, [
    ...["request", path, "-d", `@${pipe}`, "--max-time", "200ms", "/"],
  ]);
  assert.equal(stderr, "tsgi: Cannot get the response within 200ms\n");
  assert.equal(status, 69);
});

test("tsgi request includes status and headers when asked", async (t) => {
  const { stdout } = await run(t, ["request", app(t), "-i", "GET", "/p"]);
  const [head] = stdout.split("\n\n", 1);
  assert.match(
    String(head),
    /^HTTP\/1\.1 200 OK\nContent-Type: text\/plain\nX-Path: \/p\n/,
  );
});

test("tsgi request ends with 0 below 400 and 22 from there", async (t) => {
  const path = app(t);
  for (const [said, expected] of [
    ["302 Found", 0],
    ["404 Not Found", 22],
    ["503 Service Unavailable", 22],
  ] as const) {
    const header = `X-Status: ${said}`;
    const { status } = await run(t, ["request", path, "-H", header, "/"]);
    assert.equal(status, expected, said);
  }
});

test("tsgi request asks a responder on a Unix socket", async (t) => {
  const address = await listening(t, hello);
  const args = ["request", "--socket", address, "GET", "/ping"];
  const { status, stdout } = await run(t, args);
  assert.deepEqual([status, stdout], [0, "GET /ping"]);
});

test("tsgi request asks a responder on a port", async (t) => {
  const address = await listening(t, hello, "127.0.0.1:0");
  for (const listen of [address, String(address.split(":")[1])]) {
    const args = ["request", "--listen", listen, "HEAD", "/ping"];
    const { status, stdout } = await run(t, args);
    assert.deepEqual([status, stdout], [0, ""]);
  }
});

test("tsgi request runs a CGI program", async (t) => {
  const path = join(folder(t), "app.cgi");
  const text =
    "#!/bin/sh\nprintf 'Content-Type: text/plain\\n\\n'\necho $REQUEST_METHOD $PATH_INFO\necho oops >&2\n";
  writeFileSync(path, text, { mode: 0o755 });
  const { status, stdout, stderr } = await run(t, [
    ...["request", "--cgi", path, "DELETE", "/x"],
  ]);
  assert.deepEqual([status, stdout, stderr], [0, "DELETE /x\n", "oops\n"]);
});

test("tsgi request finds tsgi-cgi for a program that names it", async (t) => {
  const path = join(folder(t), "app.cgi");
  const text = `#!/usr/bin/env tsgi-cgi
module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "CGI " + environ["tsgi.run_once"];
};
`;
  writeFileSync(path, text, { mode: 0o755 });
  const { stdout, stderr } = await run(t, ["request", "--cgi", path, "/"]);
  assert.deepEqual([stdout, stderr], ["CGI true", ""]);
});

test("tsgi request ends with 22 where the program fails after its response", async (t) => {
  const path = join(folder(t), "app.cgi");
  writeFileSync(path, "#!/bin/sh\necho A: b\necho\necho body\nexit 3\n", {
    mode: 0o755,
  });
  const { status, stdout, stderr } = await run(t, [
    "request",
    "--cgi",
    path,
    "/",
  ]);
  assert.deepEqual([status, stdout], [22, "body\n"]);
  assert.match(stderr, /ended with status 3/);
});

test("tsgi request passes what an application prints to standard error", async (t) => {
  const path = app(t, `console.log("printed");${ECHO}`);
  const { stdout, stderr } = await run(t, ["request", path, "/"]);
  assert.ok(!stdout.includes("printed"));
  assert.match(stderr, /^printed$/m);
});

test("tsgi request takes the application's options from environment and file", async (t) => {
  const config = join(folder(t), "tsgi.json");
  writeFileSync(
    config,
    JSON.stringify({ environ: { EXTRA: "file" }, socket: ["/nowhere/a.sock"] }),
  );
  const path = app(t);
  const ofFile = await run(t, ["request", "--config", config, path, "/"]);
  assert.equal(JSON.parse(ofFile.stdout).EXTRA, "file");
  const ofEnvironment = await run(t, ["request", path, "/"], {
    env: { TSGI_ENVIRON: "EXTRA=variable", TSGI_LISTEN: "1" },
  });
  assert.equal(JSON.parse(ofEnvironment.stdout).EXTRA, "variable");
});

test("tsgi request takes the options of how an application is loaded", async (t) => {
  const root = folder(t);
  const variables = join(root, "variables");
  writeFileSync(variables, "SAID=by the file\n");
  const path = join(root, "app.mjs");
  writeFileSync(
    path,
    "export default () => (req, res) => res.end(process.env.SAID);",
  );
  const { stdout, stderr } = await run(t, [
    ...["request", "--factory", "--interface", "node"],
    ...["--env-file", variables, path, "/"],
  ]);
  assert.equal(stdout, "by the file", stderr);
});

test("tsgi request stops quietly where nobody reads on", async (t) => {
  const path = app(
    t,
    `export default function* (environ, startResponse) {
      startResponse("200 OK", [["Content-Type", "text/plain"]]);
      for (;;) yield "x".repeat(65_536);
    }`,
  );
  const child = start(t, ["request", path, "/"]);
  let stderr = "";
  child.stderr.on("data", (text) => {
    stderr += text;
  });
  await once(child.stdout, "data");
  child.stdout.destroy();
  const [status] = await once(child, "close");
  assert.deepEqual([status, stderr], [0, ""]);
});

test("tsgi request gives up after --max-time", async (t) => {
  const address = await listening(t, (environ) => {
    return new Promise((_, reject) => {
      const { signal } = { signal: environ["tsgi.signal"] };
      signal.addEventListener("abort", () => reject(signal.reason));
    });
  });
  const { status, stderr } = await run(t, [
    ...["request", "--socket", address, "--max-time", "200ms", "/"],
  ]);
  assert.equal(status, 69);
  assert.equal(stderr, "tsgi: Cannot get the response within 200ms\n");
});

test("tsgi request gives up after --max-time a body that does not come", async (t) => {
  const args = ["request", app(t), "-d", "@-", "--max-time", "200ms", "/"];
  const child = start(t, args);
  const [status] = await once(child, "close");
  assert.equal(status, 69);
});

for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  test(`tsgi request ends by ${name} while it reads its body`, async (t) => {
    const child = start(t, ["request", app(t), "-d", "@-", "/"]);
    child.stdin.write("x".repeat(1_000_000), () => child.kill(name));
    const [status] = await once(child, "close");
    assert.equal(status, 128 + constants.signals[name]);
  });
}

test("tsgi request ends at once by a second signal", async (t) => {
  const temporary = folder(t);
  const path = app(
    t,
    `process.once("SIGTERM", () => console.log("stopping"));
    process.on("SIGTERM", () => {});
    console.log("loading");
    setInterval(() => {}, 1000);
    await new Promise(() => {});`,
  );
  const child = start(t, ["request", path, "/"], { TMPDIR: temporary });
  const lines = createInterface({ input: child.stderr });
  const [before] = await once(lines, "line");
  child.kill("SIGTERM");
  const [between] = await once(lines, "line");
  child.kill("SIGINT");
  const [status] = await once(child, "close");
  assert.deepEqual([before, between, status], ["loading", "stopping", 128 + 2]);
  assert.deepEqual(readdirSync(temporary), []);
});

test("tsgi request leaves nothing behind when it is terminated", async (t) => {
  const temporary = folder(t);
  const path = app(
    t,
    `console.log("pid", process.pid);
    export default () => { console.log("asked"); return new Promise(() => {}); };`,
  );
  const child = start(t, ["request", path, "/"], { TMPDIR: temporary });
  let stderr = "";
  const asked = new Promise<void>((resolve) => {
    child.stderr.on("data", (text) => {
      stderr += text;
      if (stderr.includes("asked")) resolve();
    });
  });
  await asked;
  child.kill("SIGTERM");
  const [status] = await once(child, "close");
  assert.equal(status, 128 + 15);
  assert.deepEqual(readdirSync(temporary), []);
  const pid = Number(/pid (\d+)/.exec(stderr)?.[1]);
  assert.throws(() => process.kill(pid, 0), { code: "ESRCH" });
});

test("tsgi request says what a CGI program needs to be started", async (t) => {
  const path = join(folder(t), "app.cgi");
  writeFileSync(path, "#!/bin/sh\n", { mode: 0o644 });
  const args = ["request", "--cgi", path, "/"];
  const { status, stderr } = await run(t, args);
  assert.match(
    stderr,
    /this user may not execute it \(EACCES\); chmod 755 it$/m,
  );
  assert.equal(status, 77);
});

test("tsgi request leaves an error which a 500 has told of at that", async (t) => {
  const path = app(t, "export default () => 5;");
  const { status, stderr } = await run(t, ["request", path, "/"]);
  assert.match(stderr, /incident/);
  assert.doesNotMatch(stderr, /ended with status/);
  assert.equal(status, 22);
});

test("tsgi request ends with 69 without a usable response", async (t) => {
  const path = join(folder(t), "app.sock");
  const ask = () => run(t, ["request", "--socket", path, "/"]);
  const missing = await ask();
  assert.equal(missing.status, 69);
  assert.match(
    missing.stderr,
    /^tsgi: Cannot connect to .*no such socket \(ENOENT\); start tsgi-fcgi/,
  );
  const server = createServer((socket) => socket.end("HTTP/1.1 400 x\r\n\r\n"));
  server.listen(path);
  t.after(() => server.close());
  await once(server, "listening");
  const wrong = await ask();
  assert.equal(wrong.status, 69);
  assert.match(wrong.stderr, /^tsgi: Cannot read FastCGI version 72/);
});

test("tsgi request ends with 66 where the application cannot be loaded", async (t) => {
  const path = app(t, "export default 5;");
  const { status, stderr } = await run(t, ["request", path, "/"]);
  assert.equal(status, 66);
  assert.match(
    stderr,
    /Cannot load .*app\.mjs: its default export is a number/,
  );
  assert.match(
    stderr,
    /^tsgi: Cannot run .*its process ended with status 66$/m,
  );
});

const wrong: [args: string[], message: RegExp][] = [
  [[], /no path is given; try: tsgi request app.js GET/],
  [["GET"], /"GET": the last argument must be a path/],
  [["GET", "/"], /name an application, or give --socket/],
  [["--socket", "/a", "--cgi", "b", "/"], /only one of/],
  [["--socket", "/a", "app.js", "/"], /only one of/],
  [["a.js", "b.js", "GET", "/"], /one argument too many, "b.js"/],
  [["a.js", "-H", "no colon", "/"], /"no colon": it is not like/],
  [["a.js", "-H", "A: b\r\nC: d", "/"], /it is not like "Name: value"/],
  [["a.js", "--env", "NAME", "/"], /it is not NAME=value/],
  [
    ["a.js", "-d", "@/no/such/file", "/"],
    /Cannot read \/no\/such\/file, the body: there is no such file/,
  ],
  [["a.js", "-m", "10", "/"], /--max-time 10: it is not a time/],
  [["--socket", "9000", "/"], /--socket 9000: it is not a path/],
  [["--max-time", "5m", "a.js", "-d", "@no", "/"], /Cannot read no, the body/],
  [["--listen", "fd:0", "/"], /Cannot connect to fd:0/],
  [["--listne", "9000", "/"], /--listne.*--listen/],
];
for (const [args, message] of wrong) {
  test(`tsgi request refuses ${JSON.stringify(args)}`, async (t) => {
    const { status, stdout, stderr } = await run(t, ["request", ...args]);
    assert.match(stderr, message);
    assert.deepEqual([status, stdout], [2, ""]);
  });
}

test("tsgi request explains itself with examples", async (t) => {
  const { status, stdout } = await run(t, ["request", "--help"]);
  assert.equal(status, 0);
  assert.match(stdout, /^Usage: tsgi request .*METHOD\] PATH$/m);
  assert.match(stdout, /tsgi request --socket \/run\/app\.sock GET \/ping/);
  assert.match(stdout, /22 +a response of 400 or above/);
});
