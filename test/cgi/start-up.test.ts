// Start-up is CGI's hot path: what a hello loads is exactly this.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import { VARIABLES } from "./host.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "tsgi-start-"));
const record = `require("node:fs").writeSync(2, JSON.stringify(process.moduleLoadList));`;
const application = `(environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  environ["tsgi.cleanup"].push(() => { ${record} });
  return "hello";
}`;

after(() => rmSync(directory, { recursive: true }));

test("CGI with a stub loads nothing but the handler of SIGTERM", () => {
  const stub = `require(${JSON.stringify(join(root, "dist/cgi.cjs"))}).serve(${application})`;
  assert.deepEqual(beyondEmpty([program("stub.cjs", stub)]), [
    "Internal Binding signal_wrap",
  ]);
});

test("CGI with tsgi-cgi loads nothing else but what compiles the application", () => {
  const file = program("app.cgi", `module.exports = ${application}`);
  const found = beyondEmpty([join(root, "bin/tsgi-cgi"), file]);
  const unexpected = found.filter((name) => name !== "NativeModule vm");
  assert.deepEqual(unexpected, ["Internal Binding signal_wrap"]);
});

test("CGI with tsgi-cgi loads nothing else for a fetch handler", () => {
  const source = `module.exports = { fetch(request) {
    new URL(request.url);
    process.once("exit", () => { ${record} });
    return new Response("hello", { headers: { "x-method": request.method } });
  } };`;
  const file = program("fetch.cgi", source);
  const found = beyondEmpty([join(root, "bin/tsgi-cgi"), file]);
  const unexpected = found.filter((name) => name !== "NativeModule vm");
  assert.deepEqual(unexpected, ["Internal Binding signal_wrap"]);
});

test("CGI with a stub that is an ES module loads nothing else, either", () => {
  const front = JSON.stringify(join(root, "dist/cgi.js"));
  const stub = program(
    "stub.mjs",
    `import { serve } from ${front};
    const require = process.getBuiltinModule;
    serve(${application})`,
  );
  const empty = program(
    "empty.mjs",
    `import "./other.mjs"; const require = process.getBuiltinModule; ${record}`,
  );
  program("other.mjs", "");
  const usual = new Set(loaded([empty]));
  const found = loaded([stub]).filter((name) => !usual.has(name));
  assert.deepEqual(found, ["Internal Binding signal_wrap"]);
});

test("CGI with an adapter for node:http loads that, and not the client it comes with", () => {
  const adapters = JSON.stringify(join(root, "dist/adapters/index.js"));
  const file = program(
    "listener.cjs",
    `module.exports = require(${adapters}).fromNode((request, response) => {
      ${record}
      response.end();
    })`,
  );
  const found = loaded([join(root, "bin/tsgi-cgi"), file]);
  assert.ok(found.includes("NativeModule _http_server"));
  assert.deepEqual(
    found.filter((name) => /undici|websocket|worker_threads/i.test(name)),
    [],
  );
});

function program(name: string, source: string): string {
  const file = join(directory, name);
  writeFileSync(file, source);
  return file;
}

/** What a program loads that an empty one does not. */
function beyondEmpty(args: readonly string[]): string[] {
  const empty = new Set(loaded([program("empty.cjs", record)]));
  return loaded(args).filter((name) => !empty.has(name));
}

function loaded(args: readonly string[]): string[] {
  const list = join(directory, "list.json");
  const shell = ["-c", `exec "$0" "$@" 2>${list}`, process.execPath, ...args];
  execFileSync("/bin/sh", shell, { env: { ...VARIABLES } });
  return JSON.parse(execFileSync("cat", [list], { encoding: "utf8" }));
}
