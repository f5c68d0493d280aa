import assert from "node:assert/strict";
import {
  chmodSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { folder, run } from "./tsgi.ts";

const BIN = fileURLToPath(new URL("../../bin", import.meta.url));
const HELLO = `#!/usr/bin/env tsgi-cgi
export default (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};
`;
/** Nothing of this machine but what the test is about. */
const CONFIG = "ServerRoot /\nAlias /app.cgi /nonexistent\n";

/** A program, and the arguments that have it looked at as if it were well installed. */
function program(
  t: TestContext,
  text: string,
): { file: string; args: string[] } {
  const root = folder(t);
  chmodSync(root, 0o755);
  const file = join(root, "cgi-bin/app.cgi");
  mkdirSync(join(root, "cgi-bin"));
  writeFileSync(file, text);
  chmodSync(file, 0o755);
  const config = join(root, "apache.conf");
  writeFileSync(
    config,
    `${CONFIG}ScriptAlias /app ${file}\nCGIPassAuth On\nAllowEncodedSlashes On\nLimitRequestFieldSize 16000\n`,
  );
  const path = `${BIN}:${join(process.execPath, "..")}:/usr/bin:/bin`;
  return {
    file,
    args: [
      "doctor",
      "--path",
      path,
      "--apache-config",
      config,
      "--user",
      "root",
      file,
    ],
  };
}

for (const kind of [[], ["--resident"]]) {
  test(`tsgi doctor finds nothing wrong with a file of tsgi build, uploaded as text, too ${kind.join("")}`, async (t) => {
    const { file, args } = program(t, "");
    const source = join(file, "../../app.js");
    writeFileSync(source, HELLO.replace(/^.*\n/, ""));
    const build = ["build", ...kind, source, "-o", file];
    assert.equal((await run(t, build)).status, 0);
    const { status, stdout } = await run(t, args);
    assert.equal(status, 0, stdout);
    assert.match(stdout, /it answered 200/);
    writeFileSync(
      file,
      readFileSync(file, "latin1").replaceAll("\n", "\r\n"),
      "latin1",
    );
    const uploaded = await run(t, args);
    assert.equal(uploaded.status, 0, uploaded.stdout);
    assert.match(uploaded.stdout, /it answered 200/);
  });
}

const SPINS =
  "const end = performance.now() + 700; while (performance.now() < end);";
for (const [what, slow, ...kind] of [
  ["evaluates long", SPINS],
  ["evaluates long, and is resident", SPINS, "--resident"],
  ["awaits long", "await new Promise((resolve) => setTimeout(resolve, 700));"],
] as const) {
  test(`tsgi doctor tells where the time of a file of tsgi build goes that ${what}`, async (t) => {
    const { file, args } = program(t, "");
    const source = join(file, "../../app.js");
    writeFileSync(source, `${slow}\n${HELLO.replace(/^.*\n/, "")}`);
    const built = await run(t, ["build", ...kind, source, "-o", file]);
    assert.equal(built.status, 0, built.stderr);
    const { stdout } = await run(t, args);
    assert.match(stdout, /of \d+ ms \(median of 3 starts\) Node takes \d+ /);
    assert.match(
      stdout,
      /the application (?:[789]\d\d|\d{4}) to be evaluated; .* [\d.]+$/m,
    );
    assert.match(stdout, /told of the source: tsgi bench --cold app\.js$/m);
  });
}

test("tsgi doctor starts an application as the web server's user, too, to tell where its time goes", {
  skip: process.getuid?.() !== 0 && "only root can be somebody else",
}, async (t) => {
  const noRoot = "if (process.getuid() === 0) throw new Error('as root');";
  const { args } = program(t, HELLO.replace("\n", `\n${noRoot}\n${SPINS}\n`));
  args.splice(args.indexOf("root"), 1, "nobody");
  const { stdout } = await run(t, args);
  assert.match(stdout, /of [\d.]+ ms \(median of 3 starts\) Node takes /);
});

test("tsgi doctor says where to ask where it cannot tell where the time goes", async (t) => {
  const { args } = program(
    t,
    "#!/bin/sh\nsleep 0.6\nprintf 'Content-Type: text/plain\\n\\nhello'\n",
  );
  const { stdout } = await run(t, args);
  assert.match(stdout, /application itself, tsgi doctor app\.js$/m);
});

test("tsgi doctor ends with 0 where nothing is wrong", async (t) => {
  const { args } = program(t, HELLO);
  const { status, stdout, stderr } = await run(t, args);
  assert.equal(stderr, "");
  assert.match(stdout, /^ok the file\nok permissions\nok Apache\n/);
  assert.match(stdout, /answered 200 in \d+ ms/);
  assert.match(stdout, /Nothing is wrong\.\n$/);
  assert.equal(status, 0);
});

test("tsgi doctor ends with 1 for an error, and tells the repair", async (t) => {
  const { args, file } = program(t, HELLO.replaceAll("\n", "\r\n"));
  const { status, stdout } = await run(t, args);
  assert.equal(status, 1);
  assert.match(stdout, /^error CRLF_FIRST_LINE {2}\S+app\.cgi:1\n/);
  assert.ok(stdout.includes(` sed -i 's/\\r$//' ${file}  (--fix does it)\n`));
  assert.ok(stdout.includes("a trial run (mend the errors first)"));
  assert.ok(!stdout.includes("\x1b"), "colours are for terminals");
});

test("tsgi doctor --fix mends, once, and says what", async (t) => {
  const { args, file } = program(t, HELLO.replaceAll("\n", "\r\n"));
  chmodSync(file, 0o644);
  const first = await run(t, [...args, "--fix"]);
  assert.equal(first.status, 0, first.stdout);
  assert.match(
    first.stdout,
    /^mended {2}CRLF_FIRST_LINE .*\nmended {2}NOT_EXECUTABLE /,
  );
  assert.equal(readFileSync(file, "utf8"), HELLO);
  assert.equal(statSync(file).mode & 0o777, 0o755);
  const second = await run(t, [...args, "--fix"]);
  assert.doesNotMatch(second.stdout, /mended/);
});

test("tsgi doctor --json is for machines", async (t) => {
  const { args, file } = program(t, HELLO.replace("tsgi-cgi", "tsgi-cgl"));
  const { status, stdout } = await run(t, [...args, "--json"]);
  assert.equal(status, 1);
  const { findings, skipped, subject } = JSON.parse(stdout);
  assert.equal(subject.file, file);
  const [{ code, level, where, fixable }] = findings;
  assert.deepEqual(
    [code, level, where, fixable],
    ["INTERPRETER_NOT_IN_PATH", "error", `${file}:1`, false],
  );
  assert.deepEqual(skipped, [
    { title: "a trial run", why: "mend the errors first" },
  ]);
});

test("tsgi doctor does not run the program where it is not to", async (t) => {
  const { args, file } = program(t, HELLO);
  const mark = join(file, "../ran");
  writeFileSync(
    file,
    `#!/usr/bin/env node\nrequire("fs").writeFileSync(${JSON.stringify(mark)}, "");\n`,
  );
  await run(t, [...args, "--no-run"]);
  assert.throws(() => statSync(mark), { code: "ENOENT" });
});

const WRONG: readonly (readonly [args: string[], message: RegExp])[] = [
  [[], /^tsgi: Cannot tell what to look at: .*; try: tsgi doctor app\.cgi\n$/],
  [["--sokcet", "x"], /there is no such option \(did you mean --socket\?\)/],
  [
    ["--url", "www.example.com"],
    /Cannot use --url www\.example\.com: it is not like https:/,
  ],
];
for (const [args, message] of WRONG) {
  test(`tsgi doctor ${args.join(" ")} is a wrong command line`, async (t) => {
    const { status, stderr } = await run(t, ["doctor", ...args]);
    assert.match(stderr, message);
    assert.equal(status, 2);
  });
}

test("tsgi doctor --help has examples", async (t) => {
  const { status, stdout } = await run(t, ["doctor", "--help"]);
  assert.equal(status, 0);
  assert.match(stdout, /Examples:\n {2}# .*\n {2}tsgi doctor /);
});
