import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { folder } from "./command.ts";
import { run } from "./tsgi.ts";

const HELLO = `(environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};`;

/** Keeps the processor busy, for much longer than starts differ from each other. */
const BUSY = `const since = performance.now(); while (performance.now() - since < 200);`;

const FILES = {
  "app.cjs": `require("slow"); require("./quick.cjs"); require("node:http"); module.exports = ${HELLO}`,
  "quick.cjs": "",
  "node_modules/slow/index.js": `require("./more.js");`,
  "node_modules/slow/more.js": BUSY,
  "module.mjs": `import "slow-module"; export default ${HELLO}`,
  "node_modules/slow-module/package.json": `{ "type": "module", "exports": "./index.js" }`,
  "node_modules/slow-module/index.js": BUSY,
};

test("tsgi bench tells what each package takes", async (t) => {
  const app = join(folder(t, FILES), "app.cjs");
  const args = ["bench", "--cold", "-n", "2", "--json", app];
  const { status, stdout, stderr } = await run(t, args);
  assert.equal(status, 0, stderr);
  assert.equal(stderr, "", "progress is for terminals");
  const report = JSON.parse(stdout);
  assert.equal(report.starts, 2);
  const { total, node, tsgi, application } = report.ms;
  assert.ok(node > 0 && tsgi >= 0 && total > node);
  assert.ok(application >= 0);
  const [first] = report.packages;
  assert.equal(first.name, "slow");
  assert.equal(first.files, 2);
  assert.ok(first.ms >= 199, `${first.ms}`);
  const names = report.packages.map((part: { name: string }) => part.name);
  assert.ok(names.includes("node:http"));
  assert.ok(!names.includes("tsgi"));
});

test("tsgi bench tells ES modules apart where Node has a hook for them", async (t) => {
  const root = folder(t, FILES);
  const app = join(root, "module.mjs");
  const args = ["bench", "--cold", "-n", "1", "--json", app];
  const { stdout } = await run(t, args);
  const [first] = JSON.parse(stdout).packages;
  const { registerHooks } = process.getBuiltinModule("node:module") as {
    registerHooks?: unknown;
  };
  assert.equal(first.name, registerHooks ? "slow-module" : root);
});

test("tsgi bench prints a table, and what would make the start shorter", async (t) => {
  const app = join(folder(t, FILES), "app.cjs");
  const { stdout } = await run(t, ["bench", "--cold", "-n", "1", app]);
  assert.match(stdout, /^ {2}Node itself +[0-9.]+ ms +[0-9]+ %$/m);
  assert.match(stdout, /^ {2}in all +[0-9.]+ ms +100 %$/m);
  assert.match(stdout, /^ {2}slow +[0-9.]+ +2 files$/m);
  assert.match(stdout, /^To make it shorter:/m);
});

test("tsgi bench tells what variables of Node cost which are set", async (t) => {
  const root = folder(t, { "slow.cjs": BUSY, "app.cjs": FILES["app.cjs"] });
  const hello = join(
    folder(t, { "app.cjs": `module.exports = ${HELLO}` }),
    "app.cjs",
  );
  const args = ["bench", "--cold", "-n", "3", "--json", hello];
  const NODE_OPTIONS = `--require ${join(root, "slow.cjs")}`;
  const { stdout } = await run(t, args, { env: { NODE_OPTIONS } });
  const cuts: { text: string; ms: number }[] = JSON.parse(stdout).cuts;
  const cut = cuts.find(({ text }) => text.startsWith("NODE_OPTIONS is set"));
  assert.ok(cut !== undefined, stdout);
});

test("tsgi bench passes options of the environment on", async (t) => {
  const app = join(
    folder(t, { "app.cjs": `module.exports = () => ${HELLO}` }),
    "app.cjs",
  );
  const args = ["bench", "--cold", "-n", "1", app];
  const { status, stderr } = await run(t, args, {
    env: { TSGI_FACTORY: "on" },
  });
  assert.equal(status, 0, stderr);
});

test("tsgi bench says why an application cannot be measured", async (t) => {
  const root = folder(t, { "bad.cjs": `throw new Error("no");` });
  for (const [name, why] of [
    ["missing.cjs", /there is no such file/],
    ["bad.cjs", /it threw Error: no/],
  ] as const) {
    const file = join(root, name);
    const { status, stdout, stderr } = await run(t, ["bench", "--cold", file]);
    assert.equal(status, 66);
    assert.equal(stdout, "");
    assert.ok(stderr.startsWith(`tsgi: Cannot measure ${file}: `), stderr);
    assert.match(stderr, why);
  }
});

test("tsgi bench refuses a command line that makes no sense", async (t) => {
  for (const [args, message] of [
    [["app.js"], /Cannot bench: say what; try: tsgi bench --cold app\.js/],
    [["--cold", "-n", "0", "app.js"], /Cannot use --starts 0: it is not a/],
    [["--cold"], /<app> is missing/],
  ] as const) {
    const { status, stderr } = await run(t, ["bench", ...args]);
    assert.equal(status, 2);
    assert.match(stderr, message);
  }
});
