// bench/RESULTS.md: targets first, then a table a scenario.
import { standings, type Target } from "../targets.ts";
import type { Result } from "./contest.ts";
import { describeMachine } from "./machine.ts";
import { markdown, number, tableOf } from "./table.ts";

export function reportOf(results: readonly Result[]): string {
  return `# Results

Made by \`npm run bench\` (bench/README.md says how). Absolute figures are a machine's, and ratios differ less from one to the next: scenarios keep their last figures, so look at the date of each. Resident CGI is in RESIDENT.md. The machine of the last run:

${describeMachine().join("\n")}

## Targets

${targetTable(results)}

## Figures

${results.map(tableOf).join("\n")}`;
}

export function targetTable(results: readonly Result[]): string {
  const rows = standings(results).map(({ target, measured, isMet }) => [
    target.what,
    target.against ?? "–",
    bound(target),
    measured === undefined ? "not measured" : number(measured),
    measured === undefined ? "–" : isMet ? "met" : "**not met**",
  ]);
  return markdown(["what", "against", "target", "measured", ""], rows).join(
    "\n",
  );
}

function bound({ atLeast, atMost }: Target): string {
  return atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`;
}
