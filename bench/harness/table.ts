// Results as tables of Markdown, which read well on a terminal, too.
import type { Metric, Result, Sample, SideResult } from "./contest.ts";
import { ratioOf, type Spread, spreadOf } from "./statistics.ts";

/** The metric that each kind of scenario is about, by what its samples have. */
const MAIN: readonly Metric[] = ["requests/s", "MiB/s", "KiB/connection", "ms"];
const CPU: readonly Metric[] = ["CPU µs/request", "CPU s/GiB", "CPU ms"];
/** Those which are listed as they are, without a ratio. */
const REST: readonly Metric[] = [
  "web server's CPU µs",
  "p50 ms",
  "p99 ms",
  "peak MiB",
  "errors",
  "generator busy",
];

/** A heading, the table, and who is missing. */
export function tableOf(result: Result): string {
  const { title, sides, base, missing, notes, rounds, date, processor } =
    result;
  const lines = [`### ${title}`, ""];
  const first = sides[0]?.samples[0];
  if (first !== undefined) lines.push(...rows(sides, base, first), "");
  for (const { name, reason } of missing) {
    lines.push(`- Missing: ${name} (${reason.split("\n")[0]})`);
  }
  for (const note of notes) lines.push(`- ${note}`);
  const times = rounds === 1 ? "1 round" : `${rounds} rounds`;
  lines.push(
    `- \`${result.scenario}\`, ${times}, ${date.slice(0, 16).replace("T", " ")} UTC${processor === undefined ? "" : `, ${processor}`}. x: ratio to ${base}, median of the rounds' ratios and their quartiles.`,
  );
  return `${lines.join("\n")}\n`;
}

/** The samples of a metric, one a round. */
export function samplesOf(
  { samples }: SideResult,
  metric: Metric,
): readonly number[] {
  return samples.flatMap((sample) => sample[metric] ?? []);
}

function rows(
  sides: readonly SideResult[],
  base: string,
  first: Sample,
): string[] {
  const has = (metric: Metric) => first[metric] !== undefined;
  const compared = [...MAIN.filter(has), ...CPU.filter(has)];
  const rest = REST.filter(has);
  const other = sides.find(({ name }) => name === base);
  const head = [
    "contender",
    ...compared.flatMap((metric) => [metric, "x"]),
    ...rest,
  ];
  const body = sides.map((side) => [
    side.name,
    ...compared.flatMap((metric) => [
      number(spreadOf(samplesOf(side, metric)).median),
      other === undefined
        ? ""
        : spread(ratioOf(samplesOf(side, metric), samplesOf(other, metric))),
    ]),
    ...rest.map((metric) => number(spreadOf(samplesOf(side, metric)).median)),
  ]);
  return markdown(head, body);
}

/** A table whose columns are as wide as they need to be. */
export function markdown(
  head: readonly string[],
  body: readonly (readonly string[])[],
): string[] {
  const widths = head.map((cell, column) =>
    Math.max(3, cell.length, ...body.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join(" | ")} |`;
  const rule = widths.map((width, at) =>
    at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`,
  );
  return [line(head), `| ${rule.join(" | ")} |`, ...body.map(line)];
}

/** Three digits that count. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return value === 0 ? "0" : value.toPrecision(3).replace(/\.?0+$/, "");
}

function spread({ median, low, high }: Spread): string {
  const two = (value: number) =>
    Number.isFinite(value) ? value.toFixed(2) : "–";
  return `${two(median)} (${two(low)}–${two(high)})`;
}
