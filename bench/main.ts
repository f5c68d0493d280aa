// npm run bench: measures, prints tables, writes RESULTS.md.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Result } from "./harness/contest.ts";
import { CHECKOUT } from "./harness/folder.ts";
import { reportOf, targetTable } from "./harness/report.ts";
import type { Scenario } from "./harness/scenario.ts";
import { storeResults } from "./harness/store.ts";
import { tableOf } from "./harness/table.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { allScenarios } from "./scenarios/index.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => process.exit(1));
}

const options = readOptions(process.argv.slice(2));
const scenarios = allScenarios(options.effort.nodes);
if (options.help) process.stdout.write(HELP);
else if (options.list) {
  for (const { name, title } of scenarios) console.log(`${name}: ${title}`);
} else await bench(options);

async function bench({ only, quick, effort }: Options): Promise<void> {
  const chosen = scenarios.filter(
    ({ name }) => only.length === 0 || only.some((part) => name.includes(part)),
  );
  const results: Result[] = [];
  for (const scenario of chosen) {
    const result = await run(scenario, () => scenario.run(effort));
    if (result === undefined) continue;
    results.push(result);
    console.log(tableOf(result));
  }
  console.log(targetTable(results));
  if (quick) return;
  const names = scenarios.map(({ name }) => name);
  const report = reportOf(storeResults(results, names));
  writeFileSync(join(CHECKOUT, "bench/RESULTS.md"), report);
}

/** A scenario that fails is told and does not keep the others from being measured. */
async function run<T>(
  { name }: Scenario,
  action: () => Promise<T>,
): Promise<T | undefined> {
  try {
    return await action();
  } catch (error) {
    process.exitCode = 1;
    console.error(`${name} failed: ${(error as Error).stack}\n`);
    return undefined;
  }
}
