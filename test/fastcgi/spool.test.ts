import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { type TestContext, test } from "node:test";
import { Spool } from "../../src/fastcgi/spool.ts";
import { SpoolBudget } from "../../src/fastcgi/spool-budget.ts";
import { openSpools } from "../support/spools.ts";
import { seededRandom } from "../support/wire.ts";

function inDirectory(t: TestContext, path: string): void {
  const { TMPDIR } = process.env;
  process.env.TMPDIR = path;
  t.after(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
}

function readAll(spool: Spool): Buffer {
  const blocks: Uint8Array[] = [];
  for (;;) {
    const block = spool.next();
    if (block === undefined) return Buffer.concat(blocks);
    blocks.push(block);
  }
}

test("Spool gives back what it was given, in blocks of 64 KiB", () => {
  const spool = new Spool(new SpoolBudget(1_000_000));
  const bytes = Buffer.alloc(200_000, "0123456789");
  spool.append(bytes.subarray(0, 7));
  spool.append(bytes.subarray(7));
  assert.equal(spool.length, 200_000);
  assert.equal(spool.next()?.length, 65_536);
  assert.equal(spool.length, 134_464);
  assert.ok(readAll(spool).equals(bytes.subarray(65_536)));
  assert.equal(spool.length, 0);
  assert.equal(spool.next(), undefined);
  spool.close();
});

test("Spool uses blocks again: a file does not grow above what has waited in it", () => {
  const random = seededRandom(7);
  const spool = new Spool(new SpoolBudget(100_000));
  const [descriptor] = openSpools();
  const written: Uint8Array[] = [];
  const read: Uint8Array[] = [];
  for (let i = 0; i < 2000; i++) {
    if (spool.length <= 100_000) {
      const length = 1 + Math.floor(random() * 65_535);
      const bytes = Buffer.alloc(length, `${i} `);
      written.push(bytes);
      spool.append(bytes);
    }
    // Hardly ever all of it, so that blocks are left and taken up again in any way.
    if (random() < 0.6) read.push(spool.next() ?? Buffer.of());
  }
  const { size } = statSync(`/proc/self/fd/${descriptor}`);
  // A record more than 100,000 bytes, over blocks of which the first and the last are not full.
  assert.ok(size <= 4 * 65_536, `${size} bytes`);
  read.push(readAll(spool));
  assert.ok(Buffer.concat(read).equals(Buffer.concat(written)));
  spool.close();
});

test("Spool has a file without a name, which is gone with it", () => {
  const before = openSpools().length;
  const names = readdirSync(tmpdir());
  const spool = new Spool(new SpoolBudget(10));
  assert.equal(openSpools().length, before + 1);
  assert.deepEqual(readdirSync(tmpdir()), names);
  spool.close();
  assert.equal(openSpools().length, before);
});

test("Spool tells where no file can be made", (t) => {
  inDirectory(t, "/nowhere");
  assert.throws(() => new Spool(new SpoolBudget(10)), {
    code: "BODY_TOO_LARGE",
    message: /^Cannot keep a body in a temporary file: ENOENT/,
  });
});

test("Spool takes from the budget what its file has, and gives it back when it is read or closed", () => {
  const budget = new SpoolBudget(2_000_000);
  const reader = { resume() {} };
  const [one, two] = [new Spool(budget), new Spool(budget)];
  one.append(Buffer.alloc(1_000_000));
  assert.ok(budget.hasRoom(reader));
  two.append(Buffer.alloc(1_000_000));
  assert.ok(!budget.hasRoom(reader));
  two.next();
  assert.ok(!budget.hasRoom(reader), "the file is as large as before");
  two.close();
  assert.ok(budget.hasRoom(reader));
  one.append(Buffer.alloc(1_000_000));
  assert.ok(!budget.hasRoom(reader));
  const [descriptor] = openSpools();
  assert.equal(readAll(one).length, 2_000_000);
  assert.ok(budget.hasRoom(reader));
  assert.equal(statSync(`/proc/self/fd/${descriptor}`).size, 0);
  one.append(Buffer.from("again"));
  assert.equal(String(one.next()), "again");
  one.close();
});

test("SpoolBudget resumes who waits as soon as there is room, once", async () => {
  const budget = new SpoolBudget(100);
  budget.take(150);
  let resumed = 0;
  const reader = {
    resume() {
      resumed++;
    },
  };
  assert.ok(!budget.hasRoom(reader));
  assert.ok(!budget.hasRoom(reader));
  budget.release(10);
  await new Promise(setImmediate);
  assert.equal(resumed, 0);
  budget.release(60);
  budget.release(10);
  assert.equal(resumed, 0, "not in the middle of what makes room");
  await new Promise(setImmediate);
  assert.equal(resumed, 1);
});
