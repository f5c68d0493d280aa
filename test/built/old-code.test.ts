// What keeps the folder of compiled code from growing.
import assert from "node:assert/strict";
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { removeOldCode } from "../../src/built/old-code.ts";

const UID = process.geteuid?.() ?? 0;
const HOUR = 3_600;
const DAY = 24 * HOUR;
const KEPT = name(0);

/** The name of the compiled code of some build. */
function name(build: number): string {
  return `${String(build).padStart(16, "0")}-v20.20.2-x64-346154-1795848937038.cache`;
}

interface Leftover {
  readonly name: string;
  /** Seconds since it was written, and read. */
  readonly written: number;
  readonly read?: number;
  readonly bytes?: number;
}

/** What is left of these files and one that was written just now. */
function left(t: TestContext, files: readonly Leftover[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-c-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const now = Date.now() / 1000;
  for (const { name, written, read = written, bytes = 0 } of files) {
    const file = join(folder, name);
    writeFileSync(file, "");
    truncateSync(file, bytes);
    utimesSync(file, now - read, now - written);
  }
  writeFileSync(join(folder, KEPT), "");
  removeOldCode(folder, KEPT, UID);
  return readdirSync(folder).sort();
}

test("removeOldCode removes what nobody has read or written for a month", (t) => {
  const names = left(t, [
    { name: name(1), written: 31 * DAY },
    { name: name(2), written: 29 * DAY },
    { name: name(3), written: 90 * DAY, read: 29 * DAY },
  ]);
  assert.deepEqual(names, [KEPT, name(2), name(3)]);
});

test("removeOldCode keeps 64 MiB, of what was used last", (t) => {
  const bytes = 20 << 20;
  const names = left(t, [
    { name: name(1), written: 4 * DAY, bytes },
    { name: name(2), written: 3 * DAY, bytes },
    { name: name(3), written: 2 * DAY, bytes },
    { name: name(4), written: 9 * DAY, read: 1 * DAY, bytes },
  ]);
  assert.deepEqual(names, [KEPT, name(2), name(3), name(4)]);
});

test("removeOldCode removes what a process that was killed has begun to write", (t) => {
  const names = left(t, [
    { name: `${name(1)}.4711`, written: 2 * HOUR },
    { name: `${name(2)}.4712`, written: HOUR / 2 },
  ]);
  assert.deepEqual(names, [KEPT, `${name(2)}.4712`]);
});

test("removeOldCode touches nothing that has another name, or is no file", (t) => {
  const written = 365 * DAY;
  const others = [
    "notes.cache",
    `${name(1)}.old`,
    `x${name(1)}`,
    "0123456789abcdef-v20",
    name(1).toUpperCase(),
  ];
  const names = left(
    t,
    others.map((name) => ({ name, written })),
  );
  assert.deepEqual(names, [...others, KEPT].sort());
});

test("removeOldCode follows no link, and enters no folder", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-c-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const precious = join(folder, "precious");
  writeFileSync(precious, "");
  utimesSync(precious, 0, 0);
  symlinkSync(precious, join(folder, name(1)));
  mkdirSync(join(folder, name(2)));
  utimesSync(join(folder, name(2)), 0, 0);
  const before = readdirSync(folder);
  removeOldCode(folder, KEPT, UID);
  assert.deepEqual(readdirSync(folder), before);
});

test("removeOldCode leaves files of another user alone", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-c-"));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, name(1)), "");
  utimesSync(join(folder, name(1)), 0, 0);
  removeOldCode(folder, KEPT, UID + 1);
  assert.deepEqual(readdirSync(folder), [name(1)]);
});
