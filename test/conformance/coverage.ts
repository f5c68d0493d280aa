// Which clauses have a test that shows them: tests say so by the ids their names begin with.
import { type Clause, type Level, sectionOf } from "./clauses.ts";

/** What reporter.mjs tells of a test, a subtest or a suite. */
export interface TestResult {
  readonly name: string;
  readonly file: string;
  /** A suite is skipped when nothing in it has run. */
  readonly outcome: "passed" | "failed" | "skipped";
}

export type State = "tested" | "failing" | "excepted" | "open";

export interface Coverage {
  readonly states: ReadonlyMap<Clause, State>;
  /** Exceptions that are not needed: unknown, not a MUST, or shown by a test by now. */
  readonly needless: readonly string[];
  /** Ids in names of tests that no clause has. */
  readonly unknown: readonly string[];
}

/** The ids a name begins with: `"C4.01 C4.02 PARAMS …"` names two clauses; other letters are not ours. */
export function idsIn(name: string): string[] {
  const [start = ""] =
    /^(?:[A-G]\d+\.\d\d(?=[\s,:]|$)[\s,:]*)*/.exec(name) ?? [];
  return start.match(/[A-D]\d+\.\d\d/g) ?? [];
}

export function coverage(
  clauses: readonly Clause[],
  exceptions: ReadonlyMap<string, string>,
  results: Iterable<TestResult>,
): Coverage {
  const outcomes = new Map<string, TestResult["outcome"]>();
  for (const { name, outcome } of results) {
    for (const id of idsIn(name)) {
      // One failure outweighs any number of passes, and a skipped test shows nothing.
      const known = outcomes.get(id);
      if (known === "failed" || outcome === "skipped") continue;
      outcomes.set(id, outcome);
    }
  }
  const states = new Map(
    clauses.map((clause) => [clause, stateOf(clause.id, outcomes, exceptions)]),
  );
  const known = new Map(clauses.map((clause) => [clause.id, clause]));
  return {
    states,
    needless: [...exceptions.keys()].filter(
      (id) => known.get(id)?.level !== "MUST" || outcomes.get(id) === "passed",
    ),
    unknown: [...outcomes.keys()].filter((id) => !known.has(id)),
  };
}

function stateOf(
  id: string,
  outcomes: ReadonlyMap<string, TestResult["outcome"]>,
  exceptions: ReadonlyMap<string, string>,
): State {
  const outcome = outcomes.get(id);
  if (outcome === "failed") return "failing";
  if (outcome === "passed") return "tested";
  return exceptions.has(id) ? "excepted" : "open";
}

/** A line for each section, as `A6  startResponse  MUST 11/12 …`. */
export function sectionLines({ states }: Coverage): string[] {
  const sections = new Map<string, Clause[]>();
  for (const clause of states.keys()) {
    const key = sectionOf(clause.id);
    sections.set(key, [...(sections.get(key) ?? []), clause]);
  }
  const line = (key: string, title: string, some: readonly Clause[]): string =>
    [
      key.padEnd(4),
      title.padEnd(32),
      count(states, some, ["MUST"]).padStart(9),
      count(states, some, ["SHOULD", "SHOULD NOT"]).padStart(9),
      count(states, some, ["MAY"]).padStart(9),
    ].join("");
  return [
    `${"".padEnd(36)}${"MUST".padStart(9)}${"SHOULD".padStart(9)}${"MAY".padStart(9)}`,
    ...[...sections].map(([key, some]) =>
      line(key, some[0]?.section ?? "", some),
    ),
    line("", "all sections", [...states.keys()]),
  ];
}

function count(
  states: ReadonlyMap<Clause, State>,
  some: readonly Clause[],
  levels: readonly Level[],
): string {
  const wanted = some.filter(({ level }) => levels.includes(level));
  if (wanted.length === 0) return "–";
  const tested = wanted.filter((clause) => states.get(clause) === "tested");
  return `${tested.length}/${wanted.length}`;
}
