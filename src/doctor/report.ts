// What people read.
import type { Diagnosis, Stop } from "./diagnose.ts";
import type { Finding, Level } from "./finding.ts";

/** How to paint a word, or not to. */
export type Paint = (colour: Colour, text: string) => string;

/** What the report paints. */
export type Colour = "red" | "yellow" | "blue" | "green" | "dim" | "bold";

const CODES: Readonly<Record<Colour, number>> = {
  red: 31,
  yellow: 33,
  blue: 34,
  green: 32,
  dim: 2,
  bold: 1,
};
const OF_LEVEL: Readonly<Record<Level, Colour>> = {
  error: "red",
  warning: "yellow",
  hint: "blue",
};

/** For a terminal. */
export const inColour: Paint = (colour, text) =>
  `\x1b[${CODES[colour]}m${text}\x1b[0m`;

/** For everything else. */
export const plain: Paint = (_, text) => text;

/** What `--fix` has done. */
export interface Repaired {
  readonly finding: Finding;
  /** Why it could not be done. */
  readonly error?: string;
}

/** The whole report. @param more lines about the trial run */
export function reportText(
  diagnosis: Diagnosis,
  repaired: readonly Repaired[],
  paint: Paint,
  more: readonly string[] = [],
): string {
  const { stops } = diagnosis;
  const lines = [
    ...repaired.map((each) => repairLine(each, paint)),
    ...(repaired.length > 0 ? [""] : []),
    ...stops.flatMap((stop) => stopLines(stop, paint)),
    ...runLines(diagnosis, more, paint),
    "",
    summary(diagnosis, paint),
  ];
  return `${lines.join("\n")}\n`;
}

/** `"2 errors, 1 hint"` */
export function counted(findings: readonly Finding[]): string {
  const parts = (["error", "warning", "hint"] as const).flatMap((level) => {
    const count = findings.filter((each) => each.level === level).length;
    if (count === 0) return [];
    return [`${count} ${level}${count > 1 ? "s" : ""}`];
  });
  return parts.join(", ");
}

function repairLine({ finding, error }: Repaired, paint: Paint): string {
  const { code, where, repair } = finding;
  return error === undefined
    ? `${paint("green", "mended")}  ${code}  ${where}: ${repair}`
    : `${paint("red", "failed")}  ${code}  ${where}: ${error}`;
}

function stopLines({ title, findings, skipped }: Stop, paint: Paint): string[] {
  if (skipped !== undefined) {
    return [`${paint("dim", "–")}  ${title} ${paint("dim", `(${skipped})`)}`];
  }
  if (findings.length === 0) return [`${paint("green", "ok")} ${title}`];
  return findings.flatMap((finding) => findingLines(finding, paint));
}

function findingLines(
  { code, level, where, what, repair, fix }: Finding,
  paint: Paint,
): string[] {
  const byItself = fix === undefined ? "" : paint("dim", "  (--fix does it)");
  return [
    `${paint(OF_LEVEL[level], level)} ${paint("bold", code)}  ${where}`,
    `   ${what}`,
    `   → ${repair}${byItself}`,
  ];
}

function runLines(
  { run }: Diagnosis,
  more: readonly string[],
  paint: Paint,
): string[] {
  if (run?.status === undefined) return [];
  const { status, ms = 0 } = run;
  return [
    `   it answered ${status} in ${Math.round(ms)} ms, from the start of its process to the end`,
    ...more.map((line) => `   ${paint("dim", line)}`),
  ];
}

function summary({ findings, stops }: Diagnosis, paint: Paint): string {
  if (findings.length === 0) {
    const isWhole = stops.every(({ skipped }) => skipped === undefined);
    return paint(
      "green",
      isWhole
        ? "Nothing is wrong."
        : "Nothing is wrong with what could be looked at.",
    );
  }
  const mendable = findings.filter(({ fix }) => fix !== undefined).length;
  const rest =
    mendable === 0
      ? ""
      : `; --fix mends ${mendable === findings.length ? "all of it" : mendable}`;
  return `${counted(findings)}${rest}. tsgi explain CODE tells more of each.`;
}
