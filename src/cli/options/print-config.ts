import type { Setting } from "./config.ts";
import { fileKey } from "./option.ts";
import type { OptionType } from "./option-types.ts";

/** A line for each option: its key in a configuration file, its value, and where that comes from. */
export function configReport(settings: readonly Setting[]): string {
  const rows = settings
    .filter(({ option }) => option.key !== "printConfig")
    .map(({ option, value, origin }) => [
      fileKey(option),
      (origin === "default" && option.unset) ||
        shown(option.type as OptionType<unknown>, value) ||
        "none",
      origin,
    ]);
  const widths = [0, 1].map((column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows
    .map((row) =>
      row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  "),
    )
    .map((line) => `${line.trimEnd()}\n`)
    .join("");
}

function shown(type: OptionType<unknown>, value: unknown): string {
  return value === undefined ? "" : type.format(value);
}
