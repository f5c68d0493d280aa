// Whatever goes wrong in a request, and however the application is written, the log names its file and line.
import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { run } from "./command.ts";
import { ask, project, respond, VARIABLES } from "./programs.ts";

/** What fails, in line 3 of each. Express has a log of its own, which shows all frames. */
const failing: Readonly<Record<string, string>> = {
  "an application that throws": `export default (environ, startResponse) => {
  startResponse("200 OK", []);
  throw new Error("told");
};`,
  "an application that rejects": `export default async () => {
  await new Promise((resolve) => setImmediate(resolve));
  throw new Error("told");
};`,
  "a body's iterator": `export default async function* (environ, startResponse) {
  startResponse("200 OK", []);
  throw new Error("told");
};`,
  "a header that is refused": `export default (environ, startResponse) => {
  const headers = [["Told", "a\\nError: told"]];
  startResponse("200 OK", headers);
};`,
  "a listener of node:http": `import { createServer } from "node:http";
createServer((req, res) => {
  throw new Error("told");
}).listen(8080);`,
  "a listener of node:http that rejects": `import { createServer } from "node:http";
createServer(async (req, res) => {
  throw new Error("told");
}).listen(8080);`,
  "next(error) of Express": `import express from "express";
export default express().set("env", "production").use((req, res, next) =>
  next(new Error("told")));`,
  "a handler of Express": `import express from "express";
export default express().use(async () => {
  throw new Error("told");
});`,
  "a fetch handler": `export default {
  async fetch() {
    throw new Error("told");
  },
};`,
  "a stream of a fetch handler": `export default {
  fetch: () => new Response(new ReadableStream({ pull() {
    throw new Error("told");
  } })),
};`,
};

async function overCgi(t: TestContext, root: string): Promise<string> {
  const { stderr } = await run(t, "tsgi-cgi", ["app.mjs"], {
    env: { ...VARIABLES, NODE_ENV: "production" },
    cwd: root,
  });
  return stderr;
}

async function overFastcgi(t: TestContext, root: string): Promise<string> {
  const { command } = await respond(t, root, ["app.mjs"]);
  const { errors } = await ask(join(root, "s"));
  command.child.kill("SIGTERM");
  const { stderr } = await command.ended;
  return `${errors}${stderr}`;
}

for (const [what, text] of Object.entries(failing)) {
  for (const serve of [overCgi, overFastcgi]) {
    test(`the log names the line of ${what}, ${serve.name}`, async (t) => {
      const log = await serve(t, project(t, { "app.mjs": text }));
      assert.match(log, /[Tt]old/);
      assert.match(log, /app\.mjs:3:/);
      if (what.includes("Express")) return;
      assert.doesNotMatch(log, /at .*(?:\/dist\/|node:internal)/);
    });
  }
}

const LISTENER = `export default (req, res) => {
  setImmediate(() => req.emit("told"));
  req.on("told", () => { throw new Error("told"); });
};`;

test("the log names the line of a listener that ends the process, over CGI", async (t) => {
  const log = await overCgi(t, project(t, { "app.mjs": LISTENER }));
  assert.match(log, /Error: told\n +at .*app\.mjs:3:/);
});

test("the log names the line of a listener that ends the process, over FastCGI", async (t) => {
  const root = project(t, { "app.mjs": LISTENER });
  const { command } = await respond(t, root, [
    "--graceful-timeout=0",
    "app.mjs",
  ]);
  await assert.rejects(ask(join(root, "s")));
  const { stderr } = await command.ended;
  assert.match(stderr, /app\.mjs:3:/);
});
