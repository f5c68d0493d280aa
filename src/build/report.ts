// What `tsgi build` tells of a file.
import type { Finding } from "./findings.ts";
import type { PackageShare } from "./packages.ts";

/** All there is to tell. */
export interface BuildReport {
  readonly output: string;
  /** Of the whole file. */
  readonly bytes: number;
  readonly packages: readonly PackageShare[];
  readonly findings: readonly Finding[];
  /** Undefined where what looks for it is not installed. */
  readonly state: readonly Finding[] | undefined;
  readonly warnings: readonly string[];
}

const NOT_LOOKED_FOR =
  "State in memory was not looked for: the packages acorn and eslint-scope are not installed; npm install --save-dev acorn eslint-scope";

/** As text: in short, or all of it. */
export function reportText(report: BuildReport, isDetailed: boolean): string {
  const { output, bytes, packages, findings, state, warnings } = report;
  const foreign = packages.filter(({ name }) => name !== undefined);
  const lines = [
    `${output}: ${kib(bytes)}, with ${counted(foreign.length, "package")}`,
    ...warnings.map((text) => `warning: ${text}`),
    ...findings.map(({ where, what }) => `look at ${where}: it ${what}`),
  ];
  if (isDetailed) lines.push("", ...details(report));
  else if (state === undefined) lines.push(NOT_LOOKED_FOR);
  else if (state.length > 0) {
    const places = counted(state.length, "place");
    const [seem, them] =
      state.length === 1 ? ["seems", "it"] : ["seem", "them"];
    lines.push(
      `${places} ${seem} to keep state in memory, which CGI loses after each request; --report names ${them}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function details({ packages, bytes, state }: BuildReport): string[] {
  const rows = packages.map(
    ({ name = "the application", files, bytes: share }) =>
      `  ${kib(share).padStart(9)}  ${name} (${counted(files, "file")})`,
  );
  const theirs = packages.reduce((sum, { bytes: share }) => sum + share, 0);
  return [
    "What is in it:",
    ...rows,
    `  ${kib(bytes - theirs).padStart(9)}  the runner for CGI and FastCGI, the source map, licences`,
    "",
    ...memory(state),
  ];
}

function memory(state: BuildReport["state"]): string[] {
  if (state === undefined) return [NOT_LOOKED_FOR];
  if (state.length === 0) {
    return [
      "Nothing was found that keeps state in memory; who looks at source alone cannot be sure.",
    ];
  }
  return [
    "This seems to keep state in memory, which CGI loses after each request (FastCGI keeps it):",
    ...state.map(({ where, what }) => `  ${where}: ${what}`),
  ];
}

function counted(number: number, noun: string): string {
  return `${number === 0 ? "no" : number} ${noun}${number === 1 ? "" : "s"}`;
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
