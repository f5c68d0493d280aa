// Breaks set-ups, and asks the doctor.

import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { diagnose } from "../../../src/doctor/diagnose.ts";
import type { Finding } from "../../../src/doctor/finding.ts";
import { mend } from "../../../src/doctor/mend.ts";
import { atEnd } from "../../support/at-end.ts";
import type { Case } from "./case.ts";
import { Habitat, type Home } from "./habitat.ts";
import { furnished } from "./machine.ts";

const isRoot = process.getuid?.() === 0;

/** A test for each: exactly its code, and nothing after --fix where that helps. */
export function testZoo(cases: readonly Case[]): void {
  for (const broken of cases) {
    const { name, code, home, asRoot, fixed } = broken;
    const skip = asRoot && !isRoot && "only root can make it so";
    test(`${code}: ${name} (${home})`, { skip }, async (t) => {
      const habitat = make(t, home);
      await broken.act(habitat);
      const { findings } = await look(habitat);
      assert.deepEqual(told(findings), [code], shown(findings));
      if (broken.level) assert.equal(findings[0]?.level, broken.level);
      if (!fixed) {
        assert.equal(findings[0]?.fix, undefined, "it says it can be mended");
        return;
      }
      const machine = furnished(habitat.furniture);
      const { diagnosis, repaired } = await mend(machine, habitat.question);
      assert.deepEqual(told(diagnosis.findings), [], shown(diagnosis.findings));
      assert.ok(repaired.some(({ finding }) => finding.code === code));
      const again = await mend(machine, habitat.question);
      assert.deepEqual(again.repaired, [], "it mends what is whole");
    });
  }
}

/** A set-up which goes after the test. */
export function make(t: TestContext, home: Home): Habitat {
  const habitat = new Habitat(home);
  atEnd(t, () => habitat.remove());
  return habitat;
}

/** What the doctor finds. */
export function look({
  furniture,
  question,
}: Habitat): ReturnType<typeof diagnose> {
  return diagnose(furnished(furniture), question);
}

/** The codes, each once. */
export function told(findings: readonly Finding[]): string[] {
  return [...new Set(findings.map(({ code }) => code))];
}

/** For the message of a failed test. */
export function shown(findings: readonly Finding[]): string {
  return findings
    .map(
      ({ code, where, what, repair }) =>
        `${code} ${where}: ${what}\n→ ${repair}`,
    )
    .join("\n");
}
