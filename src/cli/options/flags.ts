import type { Setting } from "./config.ts";
import type { OptionType } from "./option-types.ts";

/** A setting as one would write it on a command line: one word, or several where the option may be repeated. */
export function flagsOf({ option, value }: Setting): string[] {
  const type = option.type as OptionType<unknown>;
  if (type.placeholder === undefined) {
    return [value === true ? `--${option.name}` : `--no-${option.name}`];
  }
  return textsOf(type, value).map((text) => `--${option.name}=${text}`);
}

function textsOf(type: OptionType<unknown>, value: unknown): string[] {
  if (!type.isList) return [type.format(value)];
  if (Array.isArray(value)) return value;
  return Object.entries(value as object).map(([name, text]) => {
    return `${name}=${text}`;
  });
}
