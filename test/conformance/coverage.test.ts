import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";
import { type Clause, clauses, exceptions, sectionOf } from "./clauses.ts";
import { coverage, idsIn, sectionLines, type TestResult } from "./coverage.ts";

const root = new URL("../..", import.meta.url).pathname;

describe("clauses", () => {
  test("are complete and in order", () => {
    const counts = new Map<string, number>();
    for (const { id } of clauses) {
      const section = sectionOf(id);
      const number = (counts.get(section) ?? 0) + 1;
      counts.set(section, number);
      assert.equal(id, `${section}.${String(number).padStart(2, "0")}`);
    }
    assert.equal(clauses.length, 360);
    assert.equal(counts.size, 17 + 4 + 12 + 3);
  });

  test("have a level, the title of their section, and a short rule", () => {
    const titles = new Map<string, string>();
    for (const { id, level, section, rule } of clauses) {
      assert.match(level, /^(?:MUST|SHOULD|SHOULD NOT|MAY)$/, id);
      const known = titles.get(sectionOf(id)) ?? section;
      assert.equal(section, known, id);
      titles.set(sectionOf(id), known);
      assert.ok(rule.length > 0 && rule.length <= 100, id);
    }
  });

  test("have exceptions only where they must be met, with a reason", () => {
    const musts = clauses.filter(({ level }) => level === "MUST");
    for (const [id, reason] of exceptions) {
      assert.ok(
        musts.some((clause) => clause.id === id),
        id,
      );
      assert.match(reason, /^.{10,120}$/, id);
    }
  });
});

describe("idsIn", () => {
  const cases: [name: string, ids: string[]][] = [
    ["A6.03 headers go out late", ["A6.03"]],
    ["C4.01 C4.02 PARAMS are cut", ["C4.01", "C4.02"]],
    ["C4.01, C10.02: both", ["C4.01", "C10.02"]],
    ["D3.05", ["D3.05"]],
    ["RecordDecoder skips padding (C1.04)", []],
    ["A6.033 is none", []],
    ["E1.01 A6.03 E2.02 C4.01 some are not ours", ["A6.03", "C4.01"]],
    ["E1.01 is not ours", []],
    ["", []],
  ];
  for (const [name, ids] of cases) {
    test(`finds ${ids.join(" ") || "nothing"} in "${name}"`, () => {
      assert.deepEqual(idsIn(name), ids);
    });
  }
});

describe("coverage", () => {
  const some: Clause[] = [
    clause("A1.01", "MUST"),
    clause("A1.02", "MUST"),
    clause("A1.03", "SHOULD"),
    clause("A2.01", "MUST"),
  ];

  function statesAfter(
    ...results: [string, TestResult["outcome"]][]
  ): string[] {
    const found = coverage(
      some,
      new Map([["A2.01", "not ours"]]),
      results.map(([name, outcome]) => ({ name, outcome, file: "" })),
    );
    return [...found.states.values()];
  }

  test("takes a clause for tested when a test named after it has passed", () => {
    assert.deepEqual(statesAfter(["A1.01 A1.03 both", "passed"]), [
      "tested",
      "open",
      "tested",
      "excepted",
    ]);
  });

  test("takes it for failing when any of them has failed", () => {
    const states = statesAfter(
      ["A1.01 a", "passed"],
      ["A1.01 b", "failed"],
      ["A1.01 c", "passed"],
    );
    assert.equal(states[0], "failing");
  });

  test("takes nothing from skipped tests", () => {
    const states = statesAfter(["A1.01 a", "skipped"]);
    assert.equal(states[0], "open");
  });

  test("finds exceptions that are not needed, and ids that do not exist", () => {
    const found = coverage(
      some,
      new Map([
        ["A1.01", "tested by now"],
        ["A1.03", "not a MUST"],
        ["A9.99", "unknown"],
        ["A2.01", "needed"],
      ]),
      [{ name: "A1.01 A7.77 both", outcome: "passed", file: "" }],
    );
    assert.deepEqual(found.needless, ["A1.01", "A1.03", "A9.99"]);
    assert.deepEqual(found.unknown, ["A7.77"]);
  });

  test("counts by section and level", () => {
    const found = coverage(some, new Map(), [
      { name: "A1.01", outcome: "passed", file: "" },
    ]);
    const numbers = sectionLines(found).map((line) => line.slice(36).trim());
    assert.deepEqual(
      numbers.map((line) => line.split(/ +/)),
      [
        ["MUST", "SHOULD", "MAY"],
        ["1/2", "0/1", "–"],
        ["0/1", "–", "–"],
        ["1/3", "0/1", "–"],
      ],
    );
  });

  function clause(id: string, level: Clause["level"]): Clause {
    return { id, level, section: "a section", rule: "a rule" };
  }
});

test("reporter tells tests, subtests and suites that passed, failed or were skipped", () => {
  const folder = mkdtempSync(join(tmpdir(), "tsgi-reporter-"));
  const file = join(folder, "sample.test.mjs");
  writeFileSync(
    file,
    `import { describe, test } from "node:test";
     describe("suite", () => {
       test("good", () => {});
       test("skipped", { skip: "" }, () => {});
     });
     describe("nothing ran", () => {
       test("put off", { todo: true }, () => { throw new Error("later"); });
       test.skip("passed over", () => {});
     });
     describe("empty", () => {});
     test("parent", async (t) => {
       await t.test("child", () => { throw new Error("bad"); });
     });
     test("last", () => {});`,
  );
  // Without it the child would report to this test run.
  const { NODE_TEST_CONTEXT, ...env } = process.env;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    [
      "--test",
      "--test-reporter=./test/conformance/reporter.mjs",
      "--test-reporter-destination=stdout",
      file,
    ],
    { cwd: root, env, encoding: "utf8" },
  );
  rmSync(folder, { recursive: true });
  const lines = stdout.trim().split("\n");
  const results: TestResult[] = lines.map((line) => JSON.parse(line));
  assert.deepEqual(
    results.map(({ name, outcome }) => `${name}: ${outcome}`),
    [
      "good: passed",
      "skipped: skipped",
      "suite: passed",
      "put off: skipped",
      "passed over: skipped",
      "nothing ran: skipped",
      "empty: skipped",
      "child: failed",
      "parent: failed",
      "last: passed",
    ],
  );
  assert.match(stderr, /✖ child .*\n.*bad/s);
});
