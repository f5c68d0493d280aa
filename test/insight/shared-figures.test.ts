import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { isAlive, processNamed } from "../../src/insight/alive.ts";
import {
  SharedFigures,
  type SharedStatus,
} from "../../src/insight/shared-figures.ts";
import { claimFolder, sharedFolder } from "../../src/insight/shared-folder.ts";
import {
  fileOf,
  foldDead,
  readSnapshot,
} from "../../src/insight/shared-totals.ts";
import { noTotals } from "../../src/insight/totals.ts";
import { atEnd } from "../support/at-end.ts";
import { worker } from "./sample.ts";

const PROGRAM = fileURLToPath(new URL("shared-process.ts", import.meta.url));

function folder(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "tsgi-shared-"));
  atEnd(t, () => rmSync(root, { recursive: true, force: true }));
  return join(root, "figures");
}

/** One of several processes. */
class Sharing {
  readonly child: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(t: TestContext, path: string) {
    this.child = spawn(process.execPath, ["--import", "tsx", PROGRAM, path], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    const input = this.child.stdout as NodeJS.ReadableStream;
    this.#lines = createInterface({ input })[Symbol.asyncIterator]();
    atEnd(t, () => this.child.kill("SIGKILL"));
  }

  async line(): Promise<string> {
    const { value } = await this.#lines.next();
    return `${value}`;
  }

  async status(): Promise<SharedStatus> {
    return this.serve(0);
  }

  /** Serves, and writes that. */
  async serve(count: number): Promise<SharedStatus> {
    this.child.stdin?.write(`serve ${count}\n`);
    return JSON.parse(await this.line());
  }

  async leave(): Promise<void> {
    this.child.stdin?.write("leave\n");
    assert.equal(await this.line(), "left");
    await once(this.child, "exit");
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await once(this.child, "exit");
  }
}

async function sharing(
  t: TestContext,
  path: string,
  count: number,
): Promise<Sharing[]> {
  const all = Array.from({ length: count }, () => new Sharing(t, path));
  for (const each of all) assert.equal(await each.line(), "ready");
  return all;
}

test("SharedFigures adds up processes that are, that have left, and that were killed", async (t) => {
  const path = folder(t);
  const [one, two, three] = (await sharing(t, path, 3)) as [
    Sharing,
    Sharing,
    Sharing,
  ];
  await two.serve(20);
  await three.serve(300);
  assert.equal((await one.serve(1)).totals.total, 321);
  assert.equal((await one.status()).workers.length, 3);
  await two.leave();
  await three.kill();
  const status = await one.serve(4_000);
  assert.equal(status.totals.total, 4_321);
  assert.deepEqual(
    status.workers.map(({ pid }) => pid),
    [one.child.pid],
  );
  assert.deepEqual(status.restarts, { ended: 2 });
  // Whoever starts next counts the dead, once and for all.
  const [four] = (await sharing(t, path, 1)) as [Sharing];
  assert.equal(readdirSync(path).length, 3);
  assert.equal((await four.serve(50_000)).totals.total, 54_321);
  await Promise.all([one.leave(), four.leave()]);
  assert.equal(existsSync(path), false);
});

test("SharedFigures begins anew where all were killed, with what they had", async (t) => {
  const path = folder(t);
  const before = await sharing(t, path, 2);
  for (const each of before) await each.serve(7);
  for (const each of before) await each.kill();
  const [after] = (await sharing(t, path, 1)) as [Sharing];
  assert.equal((await after.serve(1)).totals.total, 15);
  await after.leave();
  assert.equal(existsSync(path), false);
});

/** Writes what a process that is gone has left. */
function leaveBehind(path: string, pid: number, total: number): void {
  const figures = worker({ pid, requests: { ...noTotals(), total } });
  // That process runs, but started at another time.
  writeFileSync(
    join(path, fileOf(pid, "1")),
    JSON.stringify({ figures, hasLeft: false }),
  );
}

test("foldDead counts a process once, however often and wherever it is interrupted", (t) => {
  const path = folder(t);
  claimFolder(path);
  let expected = 0;
  for (let round = 1; round <= 20; round++) {
    leaveBehind(path, process.pid + round, round);
    expected += round;
    // As after a crash between the new sum and the removal of what is in it.
    const files = readdirSync(path);
    foldDead(path, { pid: 1 });
    if (round % 2 === 0) leaveBehind(path, process.pid + round, round);
    const { past, present } = readSnapshot(path);
    assert.equal(past.totals.total, expected, `round ${round} of ${files}`);
    assert.deepEqual(present, []);
    foldDead(path, { pid: 2 });
    foldDead(path, { pid: 3 });
    assert.equal(readSnapshot(path).past.totals.total, expected);
    assert.equal(readSnapshot(path).past.ended, round);
  }
  assert.equal(readdirSync(path).length, 1);
});

test("foldDead clears away what was not finished, and survives what makes no sense", (t) => {
  const path = folder(t);
  claimFolder(path);
  leaveBehind(path, 1, 5);
  // No process has this number: Linux ends at 4,194,304.
  for (const name of ["new-9999999.json", "own-9999999.json"]) {
    writeFileSync(join(path, name), "{");
  }
  writeFileSync(join(path, fileOf(2, "1")), "");
  foldDead(path, { pid: 3 });
  assert.equal(readSnapshot(path).past.totals.total, 5);
  assert.deepEqual(readdirSync(path).sort(), [
    "past-1.json",
    "process-2-1.json",
  ]);
  writeFileSync(join(path, "past-1.json"), "");
  assert.equal(readSnapshot(path).past.totals.total, 0);
});

test("foldDead leaves it to whoever was faster", (t) => {
  const path = folder(t);
  claimFolder(path);
  leaveBehind(path, 1, 5);
  foldDead(path, { pid: 1 });
  leaveBehind(path, 2, 6);
  // Another process has just made the next sum of the same.
  const won = { ...readSnapshot(path).past, folded: [fileOf(2, "1")] };
  const totals = { ...noTotals(), total: 11 };
  writeFileSync(join(path, "past-2.json"), JSON.stringify({ ...won, totals }));
  foldDead(path, { pid: 3 });
  const { past, present, number } = readSnapshot(path);
  assert.deepEqual([past.totals.total, present, number], [11, [], 3]);
});

test("SharedFigures shows this process as it is now, without waiting for the next second", (t) => {
  const path = folder(t);
  let total = 1;
  const shared = new SharedFigures(
    path,
    () => worker({ pid: process.pid, requests: { ...noTotals(), total } }),
    (error) => assert.fail(`${error}`),
  );
  total = 2;
  assert.equal(shared.status().totals.total, 2);
  rmSync(path, { recursive: true });
  total = 3;
  assert.equal(shared.status().totals.total, 3, "the folder has gone");
  shared.leave();
  shared.leave();
  assert.equal(existsSync(path), false);
});

test("SharedFigures reports a disk it cannot write to once, and goes on", (t) => {
  t.mock.timers.enable({ apis: ["setInterval"] });
  const path = folder(t);
  const reports: unknown[] = [];
  let total = 0;
  const shared = new SharedFigures(
    path,
    () => worker({ requests: { ...noTotals(), total: total++ } }),
    (error) => reports.push(error),
  );
  rmSync(path, { recursive: true });
  writeFileSync(path, "");
  t.mock.timers.tick(5_000);
  assert.equal(reports.length, 1);
  rmSync(path);
  t.mock.timers.tick(1_000);
  assert.ok(existsSync(path));
  shared.leave();
});

test("claimFolder refuses what is not a folder of this user alone", (t) => {
  const path = folder(t);
  claimFolder(path);
  claimFolder(path);
  const refused = { code: "CONFIG", message: /^Cannot share figures in / };
  chmodSync(path, 0o755);
  assert.throws(() => claimFolder(path), refused);
  chmodSync(path, 0o700);
  symlinkSync(path, `${path}-link`);
  assert.throws(() => claimFolder(`${path}-link`), refused);
  writeFileSync(`${path}-file`, "");
  assert.throws(() => claimFolder(`${path}-file`), refused);
});

test("sharedFolder is one for each application and user", () => {
  const name = sharedFolder("/srv/app.js");
  assert.equal(name, sharedFolder("/srv/app.js"));
  assert.notEqual(name, sharedFolder("/srv/other.js"));
  assert.match(name, new RegExp(`/tsgi-${process.geteuid?.()}-[0-9a-f]{16}$`));
});

test("isAlive tells a process from a later one of the same number", async () => {
  const own = processNamed(process.pid);
  assert.ok(own !== undefined && isAlive(own));
  assert.equal(isAlive({ ...own, startTime: "1" }), false);
  const child = spawn(process.execPath, ["-e", "setInterval(() => {}, 999)"]);
  const name = processNamed(child.pid as number);
  assert.ok(name !== undefined && isAlive(name));
  child.kill("SIGKILL");
  await once(child, "exit");
  assert.equal(isAlive(name), false);
});
