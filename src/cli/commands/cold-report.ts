// What `tsgi bench --cold` prints.
import { type Cut, shown } from "./cold-cuts.ts";
import type { Part, Parts } from "./cold-parts.ts";

/** All that was found out; this is also what --json prints. */
export interface ColdReport {
  readonly application: string;
  readonly node: string;
  readonly starts: number;
  /** Medians, in milliseconds. */
  readonly ms: Parts;
  readonly packages: readonly Part[];
  readonly cuts: readonly Cut[];
}

/** Packages to show. */
const MOST = 12;
/** Milliseconds below which a package is not worth a line. */
const LEAST = 0.3;

/** The report for a terminal. */
export function coldText(report: ColdReport): string {
  const { application, node, starts, ms, packages, cuts } = report;
  const sections = [
    [`${application}: medians of ${starts} starts, Node ${node}`],
    table([
      row("Node itself", ms.node, ms.total),
      row("TSGI", ms.tsgi, ms.total),
      row("the application", ms.application, ms.total),
      row("in all", ms.total, ms.total),
    ]),
    packageLines(packages),
    cuts.length > 0
      ? ["To make it shorter:", ...cuts.map(({ text }) => `  ${text}`)]
      : [
          "To make it shorter: keep a process, by tsgi-fcgi; there is little else to save",
        ],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function packageLines(packages: readonly Part[]): string[] {
  const shownOnes = packages.filter(({ ms }) => ms >= LEAST).slice(0, MOST);
  if (shownOnes.length === 0) return [];
  const rest = packages.slice(shownOnes.length);
  const rows = shownOnes.map(({ name, ms, files }) => [
    name,
    shown(ms),
    files === 1 ? "" : `${files} files`,
  ]);
  if (rest.length > 0) {
    const ms = rest.reduce((sum, part) => sum + part.ms, 0);
    rows.push([`${rest.length} others`, shown(ms), ""]);
  }
  return [
    "Loading, without what each loads itself, in milliseconds (watching takes time, too):",
    ...table(rows),
  ];
}

function row(name: string, ms: number, total: number): string[] {
  const share = Math.round((ms / total) * 100);
  return [name, `${shown(ms)} ms`, `${share} %`];
}

/** The first column to the left, the others to the right. */
function table(rows: readonly (readonly string[])[]): string[] {
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((cells) => cells[column]?.length ?? 0)),
  );
  return rows.map((cells) => {
    const [first = "", ...others] = cells.map((cell, column) =>
      column === 0
        ? cell.padEnd(widths[column] ?? 0)
        : cell.padStart(widths[column] ?? 0),
    );
    return `  ${[first, ...others].join("  ")}`.trimEnd();
  });
}
