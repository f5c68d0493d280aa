// What a responder finds beside its directory when it starts, of responders that did not leave in good order.
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { siteFor } from "./site.ts";

const HELLO = `module.exports = (environ, startResponse) => {
  startResponse("200 OK", [["Content-Type", "text/plain"]]);
  return "hello";
};`;
const UID = process.getuid?.();
const perl = existsSync("/usr/bin/perl") ? false : "no perl";
const DAY = 24 * 3_600;

interface Leftover {
  readonly what: string;
  readonly name?: string;
  readonly files?: readonly string[];
  /** Seconds since a file of it was written. */
  readonly age?: Readonly<Record<string, number>>;
  readonly mode?: number;
  /** What else there is to it. */
  readonly spoil?: (directory: string, t: TestContext) => unknown;
  readonly stays: boolean;
}

const LEFTOVERS: readonly Leftover[] = [
  { what: "a failed start of another file has left", stays: false },
  {
    what: "a responder that was killed has left",
    files: ["lock", "log", "s"],
    stays: false,
  },
  { what: "has no log", files: ["lock"], stays: false },
  { what: "is from today", age: { lock: DAY / 2, log: DAY / 2 }, stays: true },
  { what: "was logged to today", age: { log: DAY / 2 }, stays: true },
  {
    what: "has a file of somebody else",
    files: ["lock", "log", "notes"],
    stays: true,
  },
  { what: "has no lock", files: ["log"], stays: true },
  { what: "somebody holds", spoil: hold, stays: true },
  { what: "is open to its group", mode: 0o750, stays: true },
  { what: "is of another user", name: `.tsgi-${UID}1-1-2`, stays: true },
  { what: "has another name", name: `.tsgi-${UID}-1-2.old`, stays: true },
];

for (const leftover of LEFTOVERS) {
  const { what, name = `.tsgi-${UID}-1-2`, files = ["lock", "log"] } = leftover;
  const { age = {}, mode = 0o700, spoil, stays } = leftover;
  const does = stays ? "leaves alone" : "removes";
  test(`a responder that starts ${does} what ${what}`, {
    skip: perl,
  }, async (t) => {
    const site = siteFor(t, { application: HELLO });
    const directory = join(site.folder, name);
    mkdirSync(directory, { mode });
    chmodSync(directory, mode);
    for (const file of files) {
      const path = join(directory, file);
      writeFileSync(path, "");
      const written = Date.now() / 1000 - (age[file] ?? 2 * DAY);
      utimesSync(path, written, written);
    }
    await spoil?.(directory, t);
    await site.warm();
    const found = existsSync(directory) ? readdirSync(directory).sort() : [];
    assert.deepEqual(found, stays ? [...files].sort() : []);
    assert.equal(existsSync(directory), stays);
  });
}

test("a responder that starts follows no link", { skip: perl }, async (t) => {
  const site = siteFor(t, { application: HELLO });
  const target = join(site.folder, "target");
  mkdirSync(target, { mode: 0o700 });
  writeFileSync(join(target, "lock"), "");
  utimesSync(join(target, "lock"), 0, 0);
  symlinkSync(target, join(site.folder, `.tsgi-${UID}-1-2`));
  await site.warm();
  assert.deepEqual(readdirSync(target), ["lock"]);
  unlinkSync(join(site.folder, `.tsgi-${UID}-1-2`));
});

/** Somebody who has locked it until the end of the test. */
async function hold(directory: string, t: TestContext): Promise<void> {
  const program = `open L, "+<", shift; flock L, 6 or die; syswrite STDOUT, "held"; sleep 60`;
  const child: ChildProcess = spawn("perl", [
    "-e",
    program,
    join(directory, "lock"),
  ]);
  t.after(() => child.kill());
  await once(child.stdout as NonNullable<typeof child.stdout>, "data");
}
