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
  readonly state: readonly Finding[];
  readonly warnings: readonly string[];
}

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
  const memory =
    state.length === 0
      ? [
          "Nothing was found that keeps state in memory; who looks at source alone cannot be sure.",
        ]
      : [
          "This seems to keep state in memory, which CGI loses after each request (FastCGI keeps it):",
          ...state.map(({ where, what }) => `  ${where}: ${what}`),
        ];
  return [
    "What is in it:",
    ...rows,
    `  ${kib(bytes - theirs).padStart(9)}  the runner for CGI and FastCGI, the source map, licences`,
    "",
    ...memory,
  ];
}

function counted(number: number, noun: string): string {
  return `${number === 0 ? "no" : number} ${noun}${number === 1 ? "" : "s"}`;
}

function kib(bytes: number): string {
  return `${Math.ceil(bytes / 1024)} KiB`;
}
