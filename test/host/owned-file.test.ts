// What root gives to the user it becomes, and what it does not touch.
import assert from "node:assert/strict";
import {
  chownSync,
  linkSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { giveFile } from "../../src/host/owned-file.ts";

const skip = process.getuid?.() === 0 ? false : "takes root";
const [NOBODY, OTHER] = [65_534, 12_345];

/** What is there, and the owner of "log", or of what it names, afterwards. */
const cases: readonly [
  what: string,
  make: (folder: string) => void,
  owner: number | undefined,
][] = [
  ["makes a file that is missing", () => {}, NOBODY],
  [
    "gives a file of root away",
    (folder) => writeFileSync(join(folder, "log"), "old\n"),
    NOBODY,
  ],
  [
    "leaves a file of somebody else",
    (folder) => {
      writeFileSync(join(folder, "log"), "");
      chownSync(join(folder, "log"), OTHER, OTHER);
    },
    OTHER,
  ],
  [
    "does not follow a link",
    (folder) => {
      writeFileSync(join(folder, "secret"), "");
      symlinkSync("secret", join(folder, "log"));
    },
    0,
  ],
  [
    "leaves a file with a second name",
    (folder) => {
      writeFileSync(join(folder, "secret"), "");
      linkSync(join(folder, "secret"), join(folder, "log"));
    },
    0,
  ],
];

for (const [what, make, owner] of cases) {
  test(`giveFile ${what}`, { skip }, (t) => {
    const folder = mkdtempSync(join(tmpdir(), "tsgi-own-"));
    t.after(() => rmSync(folder, { recursive: true }));
    make(folder);
    giveFile(join(folder, "log"), 0o640, NOBODY, NOBODY);
    assert.equal(statSync(join(folder, "log")).uid, owner);
  });
}

test("giveFile leaves it to others to tell that there is no such folder", () => {
  giveFile("/nonexistent/log", 0o640, NOBODY, NOBODY);
});
