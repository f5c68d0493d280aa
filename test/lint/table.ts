import { rules, sections } from "../../src/lint/rules.ts";

/** The tables of docs/lint.md. */
export function lintTables(): string {
  return Object.entries(sections)
    .map(([section, title]) => {
      const rows = rules
        .filter(({ id }) => id.startsWith(`${section}.`))
        .map(({ id, check, levels, rule, advice }) => {
          const cells = [id, check, levels.join(", ") || "–", rule, advice];
          return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
        });
      const head = `## ${section} ${title}\n\n| id | check | finding | rule | what to change, or why there is no finding |\n| --- | --- | --- | --- | --- |\n`;
      return head + rows.join("\n");
    })
    .join("\n\n");
}
