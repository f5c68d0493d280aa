import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { folder, run } from "./command.ts";

const LOG = new URL("../../dist/cli/log.js", import.meta.url).href;
const SCRIPT = "/usr/bin/script";
const ESCAPE = "\u001b[";

const script = `
  import { createLogger } from ${JSON.stringify(LOG)};
  const log = await createLogger(process.argv[2]);
  log.info("first");
  log.warn({ code: "LIMIT" }, "second");
  process.exit(0);
`;

test("createLogger writes lines of JSON to standard error, each at once", async (t) => {
  const root = folder(t, { "log.mjs": script });
  const args = [`${root}/log.mjs`, "info"];
  const { stdout, stderr } = await run(t, process.execPath, args);
  const lines = stderr
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  assert.equal(stdout, "");
  assert.deepEqual(
    lines.map(({ level, msg, code }) => ({ level, msg, code })),
    [
      { level: 30, msg: "first", code: undefined },
      { level: 40, msg: "second", code: "LIMIT" },
    ],
  );
  assert.match(lines[0].time, /^\d{4}-\d\d-\d\dT/);
});

test("createLogger leaves out what is below its level", async (t) => {
  const root = folder(t, { "log.mjs": script });
  const warn = await run(t, process.execPath, [`${root}/log.mjs`, "warn"]);
  assert.match(warn.stderr, /^\{[^\n]*"second"[^\n]*\n$/);
  const silent = await run(t, process.execPath, [`${root}/log.mjs`, "silent"]);
  assert.equal(silent.stderr, "");
});

for (const [what, env, coloured] of [
  ["colours", { TERM: "xterm" }, true],
  ["no colours for NO_COLOR", { TERM: "xterm", NO_COLOR: "1" }, false],
  ["no colours on a dumb terminal", { TERM: "dumb" }, false],
] as const) {
  test(`createLogger writes text to a terminal, with ${what}`, {
    skip: !existsSync(SCRIPT) && `there is no ${SCRIPT}`,
  }, async (t) => {
    const root = folder(t, { "log.mjs": script });
    const command = `"${process.execPath}" "${root}/log.mjs" info`;
    // script(1) gives the command a terminal.
    const { stdout } = await run(
      t,
      SCRIPT,
      ["--quiet", "--command", command, "/dev/null"],
      { env },
    );
    assert.match(stdout, /INFO.*first/);
    assert.match(stdout, /WARN.*second/);
    assert.equal(stdout.includes(ESCAPE), coloured);
  });
}
