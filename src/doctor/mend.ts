// --fix: what is safe to repair, until nothing of it is left.

import type { Question } from "./context.ts";
import { type Diagnosis, diagnose } from "./diagnose.ts";
import type { Machine } from "./machine.ts";
import type { Repaired } from "./report.ts";

/** One repair may bring the next thing to light; each is tried once. */
const ROUNDS = 8;

/** Repairs and looks again. @returns the last look, and what was done before it */
export async function mend(
  machine: Machine,
  question: Question,
  onProgress?: (title: string) => void,
): Promise<{ diagnosis: Diagnosis; repaired: readonly Repaired[] }> {
  const repaired: Repaired[] = [];
  const tried = new Set<string>();
  for (let round = 1; ; round++) {
    const diagnosis = await diagnose(machine, question, onProgress);
    const next = diagnosis.findings.filter(({ code, where, fix }) => {
      return fix !== undefined && !tried.has(`${code} ${where}`);
    });
    if (next.length === 0 || round === ROUNDS) return { diagnosis, repaired };
    for (const finding of next) {
      tried.add(`${finding.code} ${finding.where}`);
      try {
        finding.fix?.();
        repaired.push({ finding });
      } catch (error) {
        repaired.push({ finding, error: (error as Error).message });
      }
    }
  }
}
