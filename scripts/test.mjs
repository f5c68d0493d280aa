// Runs the tests: all of them, or the files and folders named on the command line.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

process.chdir(new URL("..", import.meta.url).pathname);
const wanted = process.argv.slice(2);
const files = (wanted.length > 0 ? wanted : ["test"]).flatMap(testsIn);
const reporter = process.env.TSGI_TEST_REPORTER ?? "spec";
// Extra certificates would add 100 ms to the start of every process the tests make.
const { NODE_EXTRA_CA_CERTS, NODE_OPTIONS, ...env } = process.env;
// Property tests of very many cases (test/support/property.ts) need more than the two minutes of a file.
const patience = Math.max(1, Number(env.TSGI_PROPERTY_RUNS ?? 0) / 10_000);
const { status } = spawnSync(
  process.execPath,
  [
    "--import",
    "tsx",
    "--test",
    `--test-timeout=${120_000 * patience}`,
    `--test-reporter=${reporter}`,
    "--test-reporter-destination=stdout",
    ...files,
  ],
  { stdio: "inherit", env },
);
process.exitCode = status ?? 1;

function testsIn(path) {
  if (!statSync(path).isDirectory()) return [path];
  return readdirSync(path, { recursive: true })
    .filter((name) => name.endsWith(".test.ts"))
    .map((name) => join(path, name))
    .filter((name) => !name.includes("fixtures"))
    .sort();
}
