// Runs the tests and tells which clauses of the specification they show.
//
//   npm run conformance                           all tests
//   npm run conformance -- test/common            some of them
//   npm run conformance -- --results file.jsonl   what an earlier run has written, by
//                                                 TSGI_TEST_REPORTER=./test/conformance/reporter.mjs npm test
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { clauses, exceptions } from "../test/conformance/clauses.ts";
import {
  coverage,
  sectionLines,
  type TestResult,
} from "../test/conformance/coverage.ts";

const root = new URL("..", import.meta.url).pathname;
const results = parse(recorded() ?? run());
const found = coverage(clauses, exceptions, results);
const musts = [...found.states].filter(([{ level }]) => level === "MUST");
const failed = results.filter(({ outcome }) => outcome === "failed");

console.log(sectionLines(found).join("\n"));
const excepted = musts.filter(([, state]) => state === "excepted");
list(
  "Excepted",
  excepted.map(([{ id }]) => `${id}  ${exceptions.get(id)}`),
);
list("Exceptions no longer needed", found.needless);
list("Unknown clauses in names of tests", found.unknown);
const missing = musts.filter(
  ([, state]) => state === "open" || state === "failing",
);
list(
  "MUST clauses without a passing test",
  missing.map(([{ id, rule }, state]) => `${id}  ${rule} (${state})`),
);
list(
  "Failed tests",
  failed.map(({ name, file }) => `${name} (${file})`),
);
if (missing.length + failed.length + found.unknown.length > 0) {
  process.exitCode = 1;
}

function recorded(): string | undefined {
  const [option, file] = process.argv.slice(2);
  if (option !== "--results" || file === undefined) return undefined;
  return readFileSync(file, "utf8");
}

function run(): string {
  const { stdout } = spawnSync(
    process.execPath,
    [join(root, "scripts/test.mjs"), ...process.argv.slice(2)],
    {
      stdio: ["ignore", "pipe", "inherit"],
      encoding: "utf8",
      maxBuffer: 1 << 28,
      env: {
        ...process.env,
        TSGI_TEST_REPORTER: "./test/conformance/reporter.mjs",
      },
    },
  );
  return stdout;
}

/** Whatever else is on the output (npm prints a banner) is not JSON. */
function parse(output: string): TestResult[] {
  return output
    .split("\n")
    .filter((line) => line.startsWith('{"name":'))
    .map((line) => JSON.parse(line));
}

function list(title: string, lines: readonly string[]): void {
  if (lines.length > 0) {
    console.log(`\n${title} (${lines.length})\n  ${lines.join("\n  ")}`);
  }
}
