import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { PidFile } from "../../src/host/pid-file.ts";
import { folder } from "../cli/command.ts";
import { atEnd } from "../support/at-end.ts";

const OWN = `${process.pid}\n`;

test("PidFile is there once it is written, and goes at the end", (t) => {
  const root = folder(t);
  const path = join(root, "app.pid");
  const file = PidFile.claim(path);
  assert.equal(existsSync(path), false);
  file.write();
  assert.equal(readFileSync(path, "utf8"), OWN);
  assert.deepEqual(readdirSync(root), ["app.pid"]);
  file.remove();
  assert.deepEqual(readdirSync(root), []);
});

test("PidFile leaves nothing where it is never written", (t) => {
  const root = folder(t);
  PidFile.claim(join(root, "app.pid")).remove();
  assert.deepEqual(readdirSync(root), []);
});

test("PidFile leaves what another process has written since", (t) => {
  const path = join(folder(t), "app.pid");
  const file = PidFile.claim(path);
  file.write();
  writeFileSync(path, "1\n");
  file.remove();
  assert.equal(readFileSync(path, "utf8"), "1\n");
});

test("PidFile does not write through a link that waits in its place", (t) => {
  const root = folder(t, { victim: "precious" });
  const path = join(root, "app.pid");
  symlinkSync(join(root, "victim"), `${path}.${process.pid}`);
  PidFile.claim(path).write();
  assert.equal(readFileSync(path, "utf8"), OWN);
  assert.equal(readFileSync(join(root, "victim"), "utf8"), "precious");
});

for (const [what, content] of [
  ["a process that has ended", async () => `${await ended()}\n`],
  [
    "a program of another kind, which has got the number",
    (t: TestContext) => `${living(t, "other")}\n`,
  ],
  ["this very number, in another container", () => OWN],
  ["nobody", () => ""],
] as const) {
  test(`PidFile replaces the file of ${what}`, async (t) => {
    const path = join(folder(t), "app.pid");
    writeFileSync(path, await content(t));
    PidFile.claim(path).write();
    assert.equal(readFileSync(path, "utf8"), OWN);
  });
}

test("PidFile is refused where a process of ours lives", (t) => {
  const path = join(folder(t), "app.pid");
  const pid = living(t, "tsgi: supervisor");
  writeFileSync(path, `${pid}\n`);
  assert.throws(() => PidFile.claim(path), {
    code: "CONFIG",
    message: `Cannot write the pid file ${path}: process ${pid} has, and still serves; stop it, or name another file`,
  });
});

for (const [what, make] of [
  ["a text", (path: string) => writeFileSync(path, "export default 1;\n")],
  ["a large file", (path: string) => writeFileSync(path, "1".repeat(100))],
  ["a folder", (path: string) => mkdirSync(path)],
  ["a link", (path: string) => symlinkSync("/etc/passwd", path)],
] as const) {
  test(`PidFile is refused where there is ${what}`, (t) => {
    const path = join(folder(t), "app.pid");
    make(path);
    assert.throws(() => PidFile.claim(path), {
      code: "CONFIG",
      message: /something of that name which is no pid file; remove it/,
    });
  });
}

for (const [path, why] of [
  ["/nonexistent/app.pid", /: its folder does not exist; make it first$/],
  ["/etc/passwd/app.pid", /: its folder is a file; name another one$/],
  [
    "/proc/self/app.pid",
    /^Cannot write the pid file \/proc\/self\/app\.pid: ./,
  ],
  ["/dev/null", /no pid file; remove it, or name another file$/],
] as const) {
  test(`PidFile.claim tells that ${path} cannot be written, before anything serves`, () => {
    assert.throws(() => PidFile.claim(path), { code: "CONFIG", message: why });
  });
}

/** A process with this as its name, which lives until the test ends. */
function living(t: TestContext, name: string): number {
  const child = spawn("sleep", ["60"], { argv0: name, stdio: "ignore" });
  const closed = once(child, "close");
  atEnd(t, async () => {
    child.kill("SIGKILL");
    await closed;
  });
  return child.pid ?? 0;
}

async function ended(): Promise<number> {
  const child = spawn("true", { stdio: "ignore" });
  await once(child, "close");
  return child.pid ?? 0;
}
