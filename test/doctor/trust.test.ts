// A site's user must not get root's hands by the doctor.
import assert from "node:assert/strict";
import {
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { type Diagnosis, diagnose } from "../../src/doctor/diagnose.ts";
import type { Identity, Machine } from "../../src/doctor/machine.ts";
import { plain, reportText } from "../../src/doctor/report.ts";
import type { Habitat } from "./zoo/habitat.ts";
import { furnished } from "./zoo/machine.ts";
import { baseOf } from "./zoo/resident.ts";
import { make } from "./zoo/zoo.ts";

const skip = process.getuid?.() !== 0 && "only root has what others want";
const NOBODY = 65_534;

/** What was run of the site's, and as whom. */
type Runs = (Identity | undefined)[];

for (const run of [true, false]) {
  const flag = run ? "" : " --no-run";

  test(`the doctor asks no perl of the site's whether a process stays${flag}`, {
    skip,
  }, async (t) => {
    const habitat = make(t, "relay");
    const evil = folderOf(habitat, "evil");
    const said = join(evil, "said");
    writeFileSync(join(evil, "perl"), `#!/bin/sh\nid -u >> ${said}\n`, {
      mode: 0o755,
    });
    habitat.edit(habitat.file, "#!/usr/bin/perl", `#!${evil}/perl`);
    chownSync(habitat.file, NOBODY, NOBODY);
    pretendResidence(habitat);
    const { stops } = await ask(habitat, run);
    assert.ok(stops.some(({ title }) => title === "the process that stays"));
    const uids = existsSync(said) ? readFileSync(said, "utf8") : "";
    assert.doesNotMatch(uids, /^0$/m);
    if (!run) assert.equal(uids, "");
  });

  test(`the doctor runs no node of the site's as root${flag}`, {
    skip,
  }, async (t) => {
    const runs: Runs = [];
    const habitat = withNode(t);
    const diagnosis = await ask(habitat, run, runs);
    const { uid, gid } = habitat.sandbox.account ?? {};
    assert.deepEqual(runs, run ? [{ uid, gid }] : []);
    const isSaid = /^– {2}Node \(others than root can exchange .* --no-run/m;
    assert.equal(isSaid.test(reportText(diagnosis, [], plain)), !run);
  });
}

test("the doctor runs nothing of the site's as root where that is whom the web server runs as", {
  skip,
}, async (t) => {
  const runs: Runs = [];
  const habitat = withNode(t);
  habitat.question = { ...habitat.question, user: "root", run: false };
  await ask(habitat, undefined, runs);
  assert.deepEqual(runs, []);
});

test("a link of the site's to a node of root's is the site's", {
  skip,
}, async (t) => {
  const runs: Runs = [];
  const habitat = withNode(t);
  const node = join(habitat.sandbox.root, "evil/node");
  rmSync(node);
  symlinkSync("/bin/true", node);
  await ask(habitat, false, runs);
  assert.deepEqual(runs, []);
});

test("the doctor shows nothing of a file that a log leads to", {
  skip,
}, async (t) => {
  const habitat = make(t, "relay");
  const directory = pretendResidence(habitat);
  writeFileSync(join(directory, "lock"), "x");
  const secret = habitat.sandbox.write("secret", "tsgi: a secret\n", 0o600);
  symlinkSync(secret, join(directory, "log"));
  const diagnosis = await ask(habitat, false);
  const text = reportText(diagnosis, [], plain);
  assert.match(text, /RESIDENT_FAILING/);
  assert.doesNotMatch(text, /a secret/);
});

/** The program's first line names a node which is nobody's. */
function withNode(t: TestContext): Habitat {
  const habitat = make(t, "node");
  const node = join(folderOf(habitat, "evil"), "node");
  cpSync("/bin/true", node);
  chownSync(node, NOBODY, NOBODY);
  habitat.edit(habitat.file, "#!/usr/bin/env node", `#!${node}`);
  return habitat;
}

function folderOf({ sandbox }: Habitat, name: string): string {
  const path = join(sandbox.root, name);
  mkdirSync(path, { mode: 0o777 });
  chownSync(path, NOBODY, NOBODY);
  return path;
}

/** The directory of a relay, with a lock. */
function pretendResidence(habitat: Habitat): string {
  const { account } = habitat.sandbox;
  const { device, inode } = furnished().identity(habitat.file) ?? {};
  const name = `.tsgi-${account?.uid}-${device}-${inode}`;
  const directory = join(baseOf(habitat), name);
  mkdirSync(directory, { mode: 0o700 });
  habitat.sandbox.give(directory);
  writeFileSync(join(directory, "lock"), "");
  return directory;
}

/** @param runs gets what is run of the folder `evil` */
function ask(
  { furniture, question, sandbox }: Habitat,
  run: boolean | undefined,
  runs: Runs = [],
): Promise<Diagnosis> {
  const real = furnished(furniture);
  const evil = join(sandbox.root, "evil");
  const machine: Machine = {
    ...real,
    run: (program, args, path, identity) => {
      if ([program, ...args].some((each) => dirname(each) === evil))
        runs.push(identity);
      return real.run(program, args, path, identity);
    },
  };
  return diagnose(machine, { ...question, run: run ?? question.run });
}
