// What would make a start shorter, the largest saving first.
import type { Part, Parts } from "./cold-parts.ts";

/** Something to do. */
export interface Cut {
  /** About how many milliseconds it saves; at most so many, for a package one may not do without. */
  readonly ms: number;
  readonly text: string;
}

/** What is known of a start. */
export interface Findings {
  readonly parts: Parts;
  readonly packages: readonly Part[];
  /** What variables of this environment cost by themselves, which the measured starts were without. */
  readonly variables: readonly { readonly name: string; readonly ms: number }[];
  /** The folder of tsgi-cgi's bundles, where there is no compiled code in it. */
  readonly uncompiled: string | undefined;
}

/** A part that is worth a thought: of the whole start. */
const NOTABLE = 0.1;
/** Files from which on a bundle pays. */
const MANY_FILES = 10;
/** What a bundle takes of the time of many files: Express and Hono, on Node 20 to 24. */
const BUNDLED = 2 / 3;
/** What compiling tsgi-cgi takes of the time bare Node needs. */
const COMPILING = 1 / 7;

/** What would make the start shorter, and by how much, the most first. */
export function cutsOf(findings: Findings): Cut[] {
  const { parts, packages, variables, uncompiled } = findings;
  const cuts: Cut[] = variables
    .filter(({ ms }) => ms >= parts.node * NOTABLE)
    .map(({ name, ms }) => ({
      ms,
      text: `${name} is set here: it alone costs ${shown(ms)} ms a start; the web server must not pass it on`,
    }));
  const watched = sum(packages.map(({ ms }) => ms));
  // Being watched takes time as well, so that only shares can be compared.
  const scale = watched > 0 ? Math.min(1, parts.application / watched) : 0;
  for (const { name, ms: own } of packages.slice(0, 3)) {
    const ms = own * scale;
    if (ms < parts.total * NOTABLE) continue;
    cuts.push({
      ms,
      text: `${name}: ${shown(ms)} ms of ${shown(parts.total)}; load it where it is used, if not every request does`,
    });
  }
  const files = sum(packages.map((part) => part.files));
  if (files >= MANY_FILES) {
    cuts.push({
      ms: parts.application * (1 - BUNDLED),
      text: `${files} modules are found and read one by one; as one file they take about a third less: tsgi build APP -o app.cgi`,
    });
  }
  if (uncompiled !== undefined) {
    cuts.push({
      ms: parts.node * COMPILING,
      text: `tsgi-cgi is compiled at each start, since ${uncompiled} is not this user's alone; let its owner run this command once`,
    });
  }
  return cuts.sort((one, other) => other.ms - one.ms);
}

/** Milliseconds as people read them. */
export function shown(ms: number): string {
  return ms < 10 ? ms.toFixed(1) : ms.toFixed(0);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
