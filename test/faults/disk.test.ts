// A disk that is full, a pid file that cannot be written: what the service itself writes is lost, no request is.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { folder, run } from "../cli/command.ts";
import { application, Supervised } from "../cli/supervising.ts";
import { atEnd } from "../support/at-end.ts";
import { Load } from "../support/load.ts";
import { WAYS } from "./outcomes.ts";

for (const { name, args } of WAYS) {
  test(`${name}: logs on a full disk go to standard error or are dropped, and every request is answered`, async (t) => {
    const logs = ["--log-file", "/dev/full", "--access-log", "/dev/full"];
    const site = await Supervised.start(t, [...logs, ...args]);
    const load = new Load(site.socket, 4);
    await load.more(100);
    await site.logged(/the access log cannot be written/);
    await load.more(100);
    assert.deepEqual((await load.stop()).failures, []);
    site.command.child.kill("SIGTERM");
    const { status, stderr } = await site.command.ended;
    assert.equal(status, 0);
    const told = /Cannot write to \/dev\/full: ENOSPC.*the log goes on here/;
    assert.match(stderr, told);
    assert.match(stderr, /"msg":"stopped"/);
  });
}

test("two workers: a disk that fills up and is emptied again loses lines, which are counted, and no request", async (t) => {
  const disk = join(folder(t), "disk");
  mkdirSync(disk);
  const mount = ["-t", "tmpfs", "-o", "size=8m", "none", disk];
  if (spawnSync("mount", mount).status !== 0) {
    return t.skip("a disk of its own takes root, and the right to mount");
  }
  atEnd(t, () => spawnSync("umount", ["-l", disk]));
  const access = join(disk, "access");
  const site = await Supervised.start(t, [
    ...["--workers", "2", "--access-log", access],
    ...["--access-log-format", "json"],
  ]);
  const load = new Load(site.socket, 8, 10);
  await load.more(50);
  fill(join(disk, "filler"));
  // Each worker says so for itself.
  for (const _ of [1, 2]) await site.logged(/the access log cannot be written/);
  await load.more(100);
  rmSync(join(disk, "filler"));
  let lost = 0;
  for (const _ of [1, 2]) {
    const told = await site.logged(/written again; \d+ lines were lost/);
    lost += Number(/(\d+) lines/.exec(told)?.[1]);
  }
  await load.more(50);
  const { answered, failures } = await load.stop();
  assert.deepEqual(failures, []);
  site.command.child.kill("SIGTERM");
  assert.equal((await site.command.ended).status, 0);
  const lines = readFileSync(access, "utf8").trimEnd().split("\n");
  const whole = lines.filter(isWhole).length;
  t.diagnostic(`${answered} requests: ${whole} lines, ${lost} lost`);
  assert.ok(lost > 0);
  // A line that one process has torn takes the next one of the other with it.
  assert.ok(Math.abs(whole + lost - answered) <= 2, `${whole} + ${lost}`);
});

/** Takes what is left of the disk. */
function fill(path: string): void {
  const file = openSync(path, "w");
  try {
    for (const size of [4_096, 1]) {
      const bytes = Buffer.alloc(size, 1);
      assert.throws(() => {
        for (;;) writeSync(file, bytes);
      }, /ENOSPC/);
    }
  } finally {
    closeSync(file);
  }
}

function isWhole(line: string): boolean {
  try {
    return JSON.parse(line).status === 200;
  } catch {
    return false;
  }
}

for (const { name, args } of WAYS) {
  for (const [what, file] of [
    ["in a folder that does not exist", "no/app.pid"],
    ["where there is a folder", "."],
    ["where nobody may write", "/proc/app.pid"],
  ] as const) {
    test(`${name}: a pid file ${what} is refused before anything is served`, async (t) => {
      const root = folder(t, { "app.mjs": application("one") });
      const socket = join(root, "s");
      const all = ["--pid-file", file, "--socket", socket, ...args, "app.mjs"];
      const { status, stderr } = await run(t, "tsgi-fcgi", all, { cwd: root });
      assert.equal(status, 78, stderr);
      assert.match(
        stderr,
        /^tsgi-fcgi: Cannot write the pid file .*: .*; .*\n$/,
      );
      assert.equal(existsSync(socket), false);
    });
  }

  test(`${name}: a pid file whose folder vanishes is not missed`, async (t) => {
    const root = join(folder(t), "run");
    mkdirSync(root);
    const pidFile = join(root, "app.pid");
    const all = ["--pid-file", pidFile, ...args];
    const site = await Supervised.start(t, all);
    while (!existsSync(pidFile)) await delay(20);
    assert.equal(readFileSync(pidFile, "utf8"), `${site.pid}\n`);
    rmSync(root, { recursive: true });
    assert.equal(await site.ask(), "one");
    site.command.child.kill("SIGTERM");
    assert.equal((await site.command.ended).status, 0);
  });
}
