// An explanation as people read it.
import { styleText } from "node:util";
import type { Cause, Finding } from "../../explain/index.ts";

/** Where the text goes. */
export interface Paper {
  readonly colours: boolean;
  /** Columns; undefined where lines may have any length. */
  readonly width: number | undefined;
}

/** `"LISTEN: the address cannot be had"`, for a heading or a list. */
export function heading({ entry }: Finding, paper: Paper): string {
  const { id, title } = entry;
  return `${styled("bold", id, paper)}: ${title}`;
}

/** What an entry says, with the cause which the text told, or with all it may have. */
export function explanation(finding: Finding, paper: Paper): string {
  const { entry, cause, values } = finding;
  const { whose, means, visitor, exit, options, causes } = entry;
  const facts = [
    row("whose", whose, paper),
    row("means", means, paper),
    row("seen", visitor && `visitors see ${visitor}`, paper),
    row("exit", exit && `the process ends with ${exit}`, paper),
    row("options", options?.join(", "), paper),
  ];
  const shown = cause === undefined ? causes : [cause];
  const rest = causes.length - shown.length;
  const others =
    rest > 0
      ? `${rest} other cause${rest > 1 ? "s" : ""}: tsgi explain ${entry.id}`
      : "";
  return [
    `${heading(finding, paper)}\n${facts.join("")}`,
    ...shown.map((one) => told(one, values, paper)),
    others && `${row("", others, paper)}`,
  ]
    .filter((part) => part !== "")
    .join("\n");
}

function told(
  { cause, proof, cure }: Cause,
  values: Finding["values"],
  paper: Paper,
): string {
  const fill = (text: string): string =>
    text.replace(/<([a-z]+)>/g, (place, name) => quoted(values[name]) ?? place);
  return [
    row("cause", cause, paper),
    row("proof", fill(proof), paper),
    row("cure", fill(cure), paper),
  ].join("");
}

/** A value of a log line for a command: it may be pasted into a shell. */
function quoted(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  const clean = value.replace(/[\0-\x1f\x7f-\x9f]/g, "?");
  return /^[\w./:@+-]+$/.test(clean)
    ? clean
    : `'${clean.replaceAll("'", "'\\''")}'`;
}

const INDENT = 10;

function row(label: string, text: string | undefined, paper: Paper): string {
  if (!text) return "";
  const margin = " ".repeat(INDENT);
  const head = `  ${styled("dim", label.padEnd(INDENT - 2), paper)}`;
  return `${head}${wrapped(text, paper).join(`\n${margin}`)}\n`;
}

function wrapped(text: string, { width }: Paper): string[] {
  if (width === undefined) return [text];
  const room = Math.max(30, width - INDENT - 1);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (longer.length > room && line !== "") {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line];
}

function styled(
  style: "bold" | "dim",
  text: string,
  { colours }: Paper,
): string {
  return colours ? styleText(style, text) : text;
}
