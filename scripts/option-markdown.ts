// The text of docs/options.md.
import {
  environmentName,
  fileKey,
  flagName,
  type Option,
  type OptionGroup,
} from "../src/cli/options/option.ts";
import type { OptionType } from "../src/cli/options/option-types.ts";
import { optionGroups } from "../src/cli/options/options.ts";

/** Every option of the table, by groups. */
export function optionsPage(): string {
  return `<!-- Made from src/cli/options by npm run docs. -->

# Options

Each may be a flag, a variable of the environment (\`TSGI_MAX_BODY=1m\`), or a key in the JSON file of \`--config\` (\`{ "maxBody": "1m" }\`). A flag wins over
the environment, that over the file. Sizes are bytes, or \`64k\`, \`1m\`, \`1g\` (of 1024); times need a unit: \`500ms\`, \`30s\`, \`5m\`, \`1h\`; or \`0\`. A switch has an opposite, \`--no-…\`,
and is \`on\` or \`off\` elsewhere. \`--print-config\` shows each value, and where it comes from.

${optionGroups.map(section).join("\n")}`;
}

function section({ title, commands, options }: OptionGroup): string {
  const names = commands.map((name) => `\`${name}\``).join(", ");
  return `## ${title}

For ${names}.

| option | default | what it does | variable, key |
| --- | --- | --- | --- |
${options.map(row).join("\n")}
`;
}

function row(option: Option): string {
  const type = option.type as OptionType<unknown>;
  const { placeholder, isList } = type;
  const flag =
    placeholder === undefined
      ? flagName(option)
      : `${flagName(option)} <${placeholder}>${isList ? " …" : ""}`;
  const { unset, default: value, help } = option;
  const shown = unset ?? (value === undefined ? "none" : type.format(value));
  const cells = [
    `\`${flag}\``,
    escaped(shown),
    escaped(help),
    `\`${environmentName(option)}\`, \`${fileKey(option)}\``,
  ];
  return `| ${cells.map((text) => text.replaceAll("|", "\\|")).join(" | ")} |`;
}

/** Text as it is, in Markdown. */
function escaped(text: string): string {
  return text.replace(/[<*_`[\]$]/g, "\\$&");
}
