// One file from an application: what it takes, and that it answers without anything else around it.
import assert from "node:assert/strict";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { answer, built, HELLO } from "./built.ts";
import { CGI_VARIABLES, folder, run, start } from "./command.ts";
import { project } from "./programs.ts";

const PROGRAMS: readonly {
  readonly name: string;
  readonly file: string;
  readonly source: string;
}[] = [
  {
    name: "TypeScript with what Node cannot strip",
    file: "app.ts",
    source: `enum Word { Hello = "hello" }
export default (environ: object, startResponse: any): string => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return Word.Hello;
};`,
  },
  {
    name: "CommonJS",
    file: "app.cjs",
    source: `module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};`,
  },
  {
    name: "an ES module that awaits at its top level, and asks where it is",
    file: "app.mjs",
    source: `import fs, { existsSync as exists } from "node:fs";
import * as path from "node:path";
const word = await Promise.resolve("hello");
export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  const isThere = exists(new URL(import.meta.url)) && fs.existsSync(path.join(import.meta.dirname, "app.cgi"));
  return isThere ? word : "lost";
};`,
  },
  {
    name: "an ES module that imports when it is asked",
    file: "app.mjs",
    source: `export default async (environ, startResponse) => {
  const { basename } = await import("node:path");
  const { word } = await import("data:text/javascript,export const word = 'hello'");
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return basename("/" + word);
};`,
  },
  {
    name: "a program that listens by node:http",
    file: "app.js",
    source: `import { createServer } from "node:http";
createServer((request, response) => response.end("hello")).listen(3000);`,
  },
  {
    name: "Express",
    file: "app.js",
    source: `import express from "express";
const app = express();
app.get("*path", (request, response) => response.send("hello"));
export default app;`,
  },
  {
    name: "Koa",
    file: "app.js",
    source: `import Koa from "koa";
export default new Koa().use((context) => { context.body = "hello"; });`,
  },
  {
    name: "Fastify",
    file: "app.js",
    source: `import fastify from "fastify";
const app = fastify();
app.get("*", async () => "hello");
export default app;`,
  },
  {
    name: "Hono",
    file: "app.js",
    source: `import { Hono } from "hono";
export default new Hono().get("*", (context) => context.text("hello"));`,
  },
  {
    name: "H3",
    file: "app.js",
    source: `import { createApp, eventHandler } from "h3";
export default createApp().use(eventHandler(() => "hello"));`,
  },
];

for (const { name, file, source } of PROGRAMS) {
  test(`a built file holds ${name}`, async (t) => {
    const program = await built(
      t,
      { [file]: source, "package.json": '{"type":"module"}' },
      [file],
    );
    // By the source, then by the code compiled of it.
    for (const turn of ["first", "second"]) {
      const { status, stdout, stderr } = await answer(t, program);
      assert.equal(status, 0, `${turn}: ${stderr}`);
      assert.match(stdout, /^Status: 200 OK\r\n\r\nhello$/m, turn);
    }
  });
}

test("a built file has options inside, and the environment wins over them", async (t) => {
  const args = ["--mount", "/cgi-bin", "--max-body", "1k", "app.mjs"];
  const program = await built(t, { "app.mjs": HELLO }, args);
  const { stdout } = await answer(t, program);
  assert.match(stdout, /Hello \/cgi-bin \/app\.cgi\/tea$/);
  const other = await answer(t, program, { TSGI_MOUNT: "/" });
  assert.match(other.stdout, /Hello {2}\/cgi-bin\/app\.cgi\/tea$/);
  const large = { CONTENT_LENGTH: "2000", TSGI_MOUNT: "/" };
  const { stdout: refusal } = await answer(t, program, large);
  assert.match(refusal, /^Status: 413 /m);
  const refused = await answer(t, program, { TSGI_MAX_BODY: "lots" });
  assert.match(refused.stderr, /Cannot use TSGI_MAX_BODY=lots/);
});

test("a built file reads variables from a file elsewhere, which the build tells of", async (t) => {
  const secrets = join(folder(t, { "shop.env": "WORD=secret" }), "shop.env");
  const source = HELLO.replace("environ.SCRIPT_NAME", "process.env.WORD");
  const root = folder(t, { "app.mjs": source });
  const args = ["build", "--env-file", secrets, "app.mjs"];
  const { stdout: told } = await run(t, "tsgi", args, { cwd: root });
  assert.match(
    told,
    /\/shop\.env is read at each start: it has to be on.*mode 600/,
  );
  const program = join(root, "app.cgi");
  assert.match((await answer(t, program)).stdout, /Hello secret/);
  assert.doesNotMatch(readFileSync(program, "utf8"), /WORD=/);
});

test("a built file serves the export that was named", async (t) => {
  const source = HELLO.replace(
    "default function application",
    "function other",
  );
  const program = await built(t, { "app.mjs": source }, ["app.mjs:other"]);
  assert.match((await answer(t, program)).stdout, /Hello/);
});

test("a built file serves FastCGI where no web server has started it for a request", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, [
    "--mount",
    "/cgi-bin",
    "app.mjs",
  ]);
  const socket = join(folder(t), "app.sock");
  const process = start(t, program, ["--socket", socket]);
  await process.logged();
  assert.equal(await process.logged(), `listening on ${socket}`);
  const asked = await run(t, "tsgi", [
    "request",
    "--socket",
    socket,
    "GET",
    "/cgi-bin/x",
  ]);
  assert.equal(asked.stdout, "Hello /cgi-bin /x");
  process.child.kill("SIGTERM");
  assert.equal((await process.ended).status, 0);
});

test("a built file ignores arguments in CGI, which a client can choose", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  const socket = join(folder(t), "taken.sock");
  const { stdout } = await run(t, program, ["--socket", socket], {
    env: CGI_VARIABLES,
  });
  assert.match(stdout, /Hello/);
});

test("a built file without anything to do tells how to start it", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  const { status, stderr } = await run(t, program, []);
  assert.equal(status, 2);
  assert.match(
    stderr,
    /no address is given.*; try: .*app\.cgi --socket \/tmp\/app\.sock/,
  );
  const help = await run(t, program, ["--help"]);
  assert.match(help.stdout, /^Usage: app\.cgi \[options\]/);
});

test("Express in a built file shows visitors nothing of an error, unless NODE_ENV says otherwise", async (t) => {
  const source = `import express from "express";
export default express().use(() => { throw new Error("inside"); });`;
  const files = { "app.js": source, "package.json": '{"type":"module"}' };
  const program = await built(t, files, ["app.js"]);
  const usual = await answer(t, program);
  assert.match(usual.stdout, /^Status: 500 /m);
  assert.doesNotMatch(usual.stdout, /inside/);
  const { stdout } = await answer(t, program, { NODE_ENV: "development" });
  assert.match(stdout, /Error: inside/);
});

test("a stack names the files of the author", async (t) => {
  const files = {
    "package.json": "{}",
    "src/app.ts": `import { fail } from "./deep/fail.ts";
export default function application(environ: object, startResponse: unknown) {
  return fail("here");
}`,
    "src/deep/fail.ts": `interface Unused { a: string }

export function fail(text: string): never {
  throw new RangeError(text);
}`,
  };
  const program = await built(t, files, ["src/app.ts"]);
  const { stderr, stdout } = await answer(t, program);
  assert.match(
    stderr,
    /RangeError: here\n\s+at fail \(src\/deep\/fail\.ts:4:9\)\n\s+at application \(src\/app\.ts:3:10\)\n/,
  );
  assert.doesNotMatch(stderr, /app\.cgi:\d/);
  assert.doesNotMatch(stdout, /here/);
});

test("tsgi build replaces the file at once, executable for all and writable for its owner", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  assert.equal(statSync(program).mode & 0o7777, 0o755);
});

test("tsgi build tells of state in memory by the lines of the source", async (t) => {
  const source = `import { Hono } from "hono";
interface Answer {
  count: number;
}
let visits: number = 0;
export default new Hono().get("/", (c) => c.json<Answer>({ count: ++visits }));`;
  const root = project(t, { "app.ts": source });
  const args = ["build", "--report", "app.ts"];
  const { stdout } = await run(t, "tsgi", args, { cwd: root });
  assert.match(stdout, /^ {2}app\.ts:5: "visits" is a variable of the module/m);
});

test("tsgi build names a package whose module for the platform has a name that is made", async (t) => {
  const root = folder(t, {
    "app.mjs": `import "image";\n${HELLO}`,
    "node_modules/image/index.js": `const { platform } = process;
try { require("@image/on-" + platform + "/image.node"); } catch {}`,
    "node_modules/image/package.json":
      '{"optionalDependencies":{"@image/on-linux":"1"}}',
    "node_modules/@image/on-linux/package.json":
      '{"os":["linux"],"cpu":["x64"]}',
  });
  const { stdout } = await run(t, "tsgi", ["build", "app.mjs"], { cwd: root });
  assert.match(stdout, /^look at image: it loads a module compiled for a/m);
});

const REFUSALS: readonly {
  readonly name: string;
  readonly source: string;
  readonly args?: readonly string[];
  readonly status: number;
  readonly says: RegExp;
}[] = [
  {
    name: "source that does not parse",
    source: "export default {",
    status: 66,
    says: /Cannot build .*app\.mjs: app\.mjs:1: /,
  },
  {
    name: "a package that is missing",
    source: 'import "no-such-package";',
    status: 66,
    says: /Cannot build .*app\.mjs: app\.mjs:1: Could not resolve "no-such-package"/,
  },
  {
    name: "an option that makes no sense",
    source: HELLO,
    args: ["--max-body", "lots"],
    status: 2,
    says: /Cannot use --max-body lots/,
  },
  {
    name: "a token that would fail at each request",
    source: HELLO,
    args: ["--debug-token", "short"],
    status: 78,
    says: /Cannot use a debug token of 5 characters/,
  },
  {
    name: "the same in a configuration file",
    source: HELLO,
    args: ["--config", "tsgi.json"],
    status: 78,
    says: /Cannot use a debug token of 3 characters/,
  },
  {
    name: "a path of Node that another folder does not have",
    source: HELLO,
    args: ["--node", "node22"],
    status: 2,
    says: /Cannot use --node node22: it is not a full path/,
  },
  {
    name: "a file of variables beside the built file, where it would be served",
    source: HELLO,
    args: ["--env-file", "production.env"],
    status: 2,
    says: /Cannot use --env-file production\.env: it does not go into the built file.*SetEnv is no other way where suEXEC/,
  },
  {
    name: "to overwrite the application",
    source: HELLO,
    args: ["-o", "app.mjs"],
    status: 2,
    says: /Cannot write .*: it is the application itself/,
  },
  {
    name: "a folder that is not there",
    source: HELLO,
    args: ["-o", "missing/app.cgi"],
    status: 78,
    says: /Cannot write .*missing\/app\.cgi: there is no such folder/,
  },
];

for (const { name, source, args = [], status, says } of REFUSALS) {
  test(`tsgi build refuses ${name}`, async (t) => {
    const root = folder(t, {
      "app.mjs": source,
      "tsgi.json": '{"debugToken":"abc"}',
      // Node 20 reads it, too.
      "production.env": "",
    });
    const ended = await run(t, "tsgi", ["build", ...args, "app.mjs"], {
      cwd: root,
    });
    assert.match(ended.stderr, says);
    assert.equal(ended.status, status);
    assert.equal(readFileSync(join(root, "app.mjs"), "utf8"), source);
  });
}

test("a built file survives an upload that converts the ends of its lines", async (t) => {
  const program = await built(t, { "app.mjs": HELLO }, ["app.mjs"]);
  writeFileSync(
    program,
    readFileSync(program, "utf8").replaceAll("\n", "\r\n"),
  );
  const { stdout, stderr } = await answer(t, program);
  assert.match(stdout, /Hello/, stderr);
});
