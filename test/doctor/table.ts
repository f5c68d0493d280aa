import { codeGroups } from "../../src/doctor/codes/index.ts";

/** The tables of docs/doctor.md. */
export function findingTables(): string {
  return Object.entries(codeGroups)
    .map(([title, rows]) => {
      const lines = Object.entries(rows).map(([code, row]) => {
        const { title: what, level, fixable, causes } = row;
        const cures = causes.map(({ cure }) => cure).join("; ");
        const cells = [
          `\`${code}\``,
          fixable ? `${level}, \`--fix\`` : level,
          what,
          cures,
        ];
        return `| ${cells.map(escaped).join(" | ")} |`;
      });
      return `### ${title}\n\n| code | level | finding | repair |\n| --- | --- | --- | --- |\n${lines.join("\n")}`;
    })
    .join("\n\n");
}

function escaped(text: string): string {
  return text.replace(/[|<*[\]$]/g, "\\$&");
}
