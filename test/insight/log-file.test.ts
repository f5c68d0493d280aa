import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { LogFile, type LogTrouble } from "../../src/insight/log-file.ts";
import { atEnd } from "../support/at-end.ts";

const SOURCE = JSON.stringify(
  new URL("../../src/insight/log-file.ts", import.meta.url).href,
);

interface Told extends LogTrouble {
  readonly all: string[];
}

function told(): Told {
  const all: string[] = [];
  return {
    all,
    failed: (error) => all.push(String((error as { code?: unknown }).code)),
    recovered: (lost) => all.push(`lost ${lost}`),
  };
}

function fileIn(t: TestContext, name = "access.log"): string {
  const root = mkdtempSync(join(tmpdir(), "tsgi-log-"));
  atEnd(t, () => rmSync(root, { recursive: true, force: true }));
  return join(root, name);
}

test("LogFile appends what it is given, readable for the group, in order", async (t) => {
  const path = fileIn(t);
  const trouble = told();
  for (const part of ["one\n", "two\n"]) {
    const log = new LogFile(path, trouble);
    log.write(part);
    log.write("more\n");
    await log.close();
  }
  assert.equal(readFileSync(path, "utf8"), "one\nmore\ntwo\nmore\n");
  assert.equal(statSync(path).mode & 0o777, 0o640);
  assert.deepEqual(trouble.all, []);
});

test("LogFile writes each second, and sooner when there is much", async (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const path = fileIn(t);
  const log = new LogFile(path, told());
  log.write("a\n");
  assert.equal(statSync(path).size, 0);
  t.mock.timers.tick(1_000);
  while (statSync(path).size < 2) await new Promise(setImmediate);
  log.write(`${"b".repeat(70_000)}\n`);
  while (statSync(path).size < 70_003) await new Promise(setImmediate);
  await log.close();
});

test("LogFile goes on in a new file when the old one was moved", async (t) => {
  const path = fileIn(t);
  const log = new LogFile(path, told());
  log.write("old\n");
  renameSync(path, `${path}.1`);
  log.reopen();
  log.write("new\n");
  // While a write goes on, too.
  log.write(`${"x".repeat(70_000)}\n`);
  renameSync(path, `${path}.2`);
  log.reopen();
  log.write("newest\n");
  await log.close();
  const parts = [`${path}.1`, `${path}.2`, path].map((each) =>
    readFileSync(each, "utf8").replace(/x+/, "x"),
  );
  assert.deepEqual(parts, ["old\n", "new\nx\n", "newest\n"]);
});

test("LogFile stays with the old file where it cannot open it anew", async (t) => {
  const path = fileIn(t, "logs/access.log");
  const { root, trouble } = { root: join(path, ".."), trouble: told() };
  execFileSync("mkdir", [root]);
  const log = new LogFile(path, trouble);
  renameSync(root, `${root}.gone`);
  log.reopen();
  log.write("a\n");
  await log.close();
  assert.deepEqual(trouble.all, ["ENOENT"]);
  assert.equal(readFileSync(`${root}.gone/access.log`, "utf8"), "a\n");
});

test("LogFile refuses a file that cannot be opened", (t) => {
  const path = fileIn(t);
  assert.throws(() => new LogFile(join(path, "x"), told()), { code: "ENOENT" });
});

test("LogFile drops what a full disk does not take, tells how much, and goes on", async (t) => {
  const trouble = told();
  const full = openSync("/dev/full", "a");
  const log = new LogFile(full, trouble);
  log.write("a\n");
  log.write("b\n");
  log.flushNow();
  log.write("c\n");
  log.flushNow();
  assert.deepEqual(trouble.all, ["ENOSPC"]);
  // The disk has room again: the same descriptor is another file.
  closeSync(full);
  const path = fileIn(t);
  const again = openSync(path, "a");
  assert.equal(again, full);
  log.write("d\n");
  log.flushNow();
  assert.deepEqual(trouble.all, ["ENOSPC", "lost 3"]);
  log.write("e\n");
  await log.close();
  assert.equal(readFileSync(path, "utf8"), "d\ne\n");
  closeSync(again);
  assert.deepEqual(trouble.all.length, 2);
});

test("LogFile begins a line of its own behind one that a full disk has torn", async (t) => {
  // A limit of the size of files is as good as a full disk, and can be lifted.
  const path = fileIn(t);
  const program = `
    import { execFileSync } from "node:child_process";
    import { LogFile } from ${SOURCE};
    process.on("SIGXFSZ", () => {});
    const said = [];
    const log = new LogFile(process.argv[1], {
      failed: (error) => said.push(error.code),
      recovered: (lost) => said.push(lost),
    });
    for (let count = 0; count < 30; count++) log.write("x".repeat(99) + "\\n");
    log.flushNow();
    log.flushNow();
    execFileSync("prlimit", ["--pid", String(process.pid), "--fsize=unlimited"]);
    log.write("y\\n");
    await log.close();
    process.stdout.write(JSON.stringify(said));
  `;
  const limited = 'ulimit -S -f 2; exec "$0" "$@"';
  const args = ["--import", "tsx", "--input-type=module", "-e", program, path];
  const output = execFileSync(
    "/bin/sh",
    ["-c", limited, process.execPath, ...args],
    { encoding: "utf8" },
  );
  assert.deepEqual(JSON.parse(output), ["EFBIG", 20]);
  const lines = readFileSync(path, "utf8").split("\n");
  assert.deepEqual(lines.slice(9), ["x".repeat(99), "x".repeat(24), "y", ""]);
});

test("LogFile keeps no more than there is room for, and counts what it drops", async (t) => {
  const path = fileIn(t);
  const trouble = told();
  const log = new LogFile(path, trouble);
  const line = `${"x".repeat(99_999)}\n`;
  // The first goes to the file at once; while that goes on, ten of the others fit.
  for (let count = 0; count < 30; count++) log.write(line);
  await log.close();
  const written = statSync(path).size / line.length;
  assert.equal(written, 11);
  assert.deepEqual(trouble.all, ["lost 19"]);
});

test("LogFile does not mix the lines of processes that share a file", async (t) => {
  const path = fileIn(t);
  const program = `
    import { LogFile } from ${SOURCE};
    const [, path, letter] = process.argv;
    const log = new LogFile(path, { failed(error) { throw error; }, recovered() {} });
    const line = letter.repeat(200) + "\\n";
    for (let round = 0; round < 50; round++) {
      for (let count = 0; count < 100; count++) log.write(line);
      await new Promise(setImmediate);
    }
    await log.close();
  `;
  const children = ["a", "b", "c"].map((letter) =>
    spawn(
      process.execPath,
      ["--import", "tsx", "--input-type=module", "-e", program, path, letter],
      { stdio: "inherit" },
    ),
  );
  await Promise.all(children.map((child) => once(child, "close")));
  const lines = readFileSync(path, "utf8").trimEnd().split("\n");
  assert.equal(lines.length, 15_000);
  for (const line of lines) assert.match(line, /^(a{200}|b{200}|c{200})$/);
});

test("LogFile writes a pipe that is full later, and loses nothing that fits", async (t) => {
  const path = fileIn(t, "fifo");
  execFileSync("mkfifo", [path]);
  const { O_RDWR, O_NONBLOCK } = constants;
  const pipe = openSync(path, O_RDWR | O_NONBLOCK);
  atEnd(t, () => closeSync(pipe));
  const trouble = told();
  const log = new LogFile(pipe, trouble);
  const line = `${"x".repeat(999)}\n`;
  for (let count = 0; count < 300; count++) log.write(line);
  const reader = spawn("head", ["-c", "300000", path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let size = 0;
  reader.stdout.on("data", (bytes: Buffer) => {
    size += bytes.length;
  });
  await once(reader, "close");
  await log.close();
  assert.equal(size, 300_000);
  assert.deepEqual(trouble.all, []);
});
