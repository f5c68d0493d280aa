// What docs/frameworks.md shows of these tests.
import { compareCases } from "./compare-cases.ts";
import { compareDifferences } from "./compare-differences.ts";
import { columns, frameworks, questions } from "./frameworks.ts";

/** The table of program and set-up. Every cell is tested. */
export function frameworksTable(): string {
  const setups = Object.entries(columns);
  const heads = setups.map(([file, name]) => `[${name}](../${file})`);
  const rows = frameworks.map(({ name, file }) => [
    `[${name}](../examples/frameworks/${file})`,
    ...setups.map(() => "✓"),
  ]);
  const count = frameworks.length * setups.length;
  const total = `${count} cells of ${questions.length} requests: ${count * questions.length}, and all are answered as they should be.`;
  return `${table(["", ...heads], rows)}\n\n${total}`;
}

/** The table of the differences, and how many requests there are without any. */
export function compareTable(): string {
  const rows = compareDifferences.map((row) => [
    row.cases.map(code).join(", ") + (row.program ? ` (${row.program})` : ""),
    row.fact,
    row.direct,
    row.bridged,
    row.reason,
  ]);
  const counts = (["Express", "Koa"] as const).map((program) => {
    const differing = compareDifferences
      .filter((row) => row.program === undefined || row.program === program)
      .flatMap(({ cases }) => cases);
    const alike = compareCases.length - new Set(differing).size;
    return `${alike} of ${compareCases.length} answers of ${program} are the same`;
  });
  const heads = ["request", "what", "node:http", "nginx and FastCGI", "why"];
  return `${counts.join(", ")}. These are all differences of the others:\n\n${table(heads, rows)}`;
}

function table(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const line = heads.map(() => "---");
  return [heads, line, ...rows]
    .map((cells) => `| ${cells.map(escaped).join(" | ")} |`)
    .join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}
