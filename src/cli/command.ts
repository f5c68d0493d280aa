// commander's view of the table of options.
import { Command, type CommanderError, Option as Flag } from "commander";
import { EXIT, EXIT_MEANINGS } from "./exit-codes.ts";
import type { Given } from "./options/arguments.ts";
import {
  environmentName,
  flagName,
  type Option,
  type OptionGroup,
} from "./options/option.ts";
import type { OptionType } from "./options/option-types.ts";
import { packageVersion } from "./package-version.ts";
import { usageMessage } from "./usage-message.ts";

/** What help tells besides options. */
export interface CommandText {
  readonly name: string;
  /** What follows the name. */
  readonly usage: string;
  readonly summary: string;
  /** Command lines, each with what it does. */
  readonly examples: readonly (readonly [line: string, does: string])[];
  /** How values are written, where not as everywhere. */
  readonly values?: readonly string[];
  /** What its exit statuses mean, where not what they do everywhere. */
  readonly exits?: readonly (readonly [code: string, is: string])[];
  /** More. */
  readonly notes?: string;
}

/** A command that takes the options of `groups`, and ends the process for a wrong one. */
export function createCommand(
  text: CommandText,
  groups: readonly OptionGroup[],
): Command {
  const command = new Command(text.name)
    .usage(text.usage)
    .description(text.summary)
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({
      outputError: (message, write) => {
        const flags = command.options.map(({ long }) => long ?? "");
        write(usageMessage(text.name, message, flags));
      },
    })
    .exitOverride(endProcess)
    .allowExcessArguments()
    .addHelpText("after", () => afterHelp(text));
  for (const { title, options } of groups) {
    for (const option of options) {
      for (const flag of flagsFor(option)) {
        command.addOption(flag.helpGroup(`${title}:`));
      }
    }
  }
  return command;
}

/** Ends the process for an argument behind the last one it takes; commander would only count them. */
export function refuseExcess(command: Command): void {
  const extra = command.args[command.registeredArguments.length];
  if (extra === undefined) return;
  command.error(`Cannot take ${extra}: one application is all it takes`);
}

/** What was written on the command line that `command` has parsed. */
export function givenOptions(
  command: Command,
  options: readonly Option[],
): Given {
  const values = command.opts<Record<string, unknown>>();
  const given = new Map<string, readonly string[]>();
  for (const { name } of options) {
    const attribute = new Flag(`--${name}`).attributeName();
    if (command.getOptionValueSource(attribute) !== "cli") continue;
    const value = values[attribute];
    if (Array.isArray(value)) given.set(name, value);
    else given.set(name, [value ? "on" : "off"]);
  }
  return given;
}

/** The flag help shows, and for a switch its opposite, which undoes what environment or file say. */
function flagsFor(option: Option): Flag[] {
  const { name, type } = option;
  const shown = flagName(option);
  if (type.placeholder === undefined) {
    const opposite = shown === `--${name}` ? `--no-${name}` : `--${name}`;
    const hidden = new Flag(opposite).hideHelp();
    return [new Flag(shown, describe(option)), hidden];
  }
  const flag = new Flag(`${shown} <${type.placeholder}>`, describe(option));
  const collect = (text: string, before: readonly string[] = []): string[] => [
    ...before,
    text,
  ];
  return [flag.argParser<readonly string[]>(collect)];
}

function describe(option: Option): string {
  const type = option.type as OptionType<unknown>;
  const { help, unset, default: value } = option;
  const variable = environmentName(option);
  if (type.placeholder === undefined) {
    return `${help} (${variable}=${value === true ? "off" : "on"})`;
  }
  const shown = unset ?? (value === undefined ? "none" : type.format(value));
  return `${help} (default: ${shown}; ${variable})`;
}

const VALUES: readonly string[] = [
  "Sizes are bytes, or 64k, 1m, 1g (of 1024). Times need a unit: 500ms, 30s, 5m, 1h; or 0.",
  "Each option may also stand in the environment, as TSGI_MAX_BODY=1m, where commas separate",
  'several values and on or off set a switch; or in the file of --config, as { "maxBody": "1m" }.',
  "A flag wins over the environment, that over the file.",
];

function afterHelp(text: CommandText): string {
  const { name, examples, notes, values = VALUES } = text;
  const { exits = EXIT_MEANINGS } = text;
  const sections = [
    ["Examples:", ...examples.map(([line, does]) => `  # ${does}\n  ${line}`)],
    ["Values:", ...values.map((line) => `  ${line}`)],
    notes === undefined ? [] : [notes],
    ["Exit status:", ...exits.map(([code, is]) => `  ${code.padEnd(6)} ${is}`)],
    [
      `${name} --version prints the version; docs/deployment.md has the web servers.`,
    ],
  ];
  const told = sections.filter((lines) => lines.length > 0);
  return `\n${told.map((lines) => lines.join("\n")).join("\n\n")}`;
}

function endProcess(error: CommanderError): never {
  process.exit(error.exitCode === 0 ? EXIT.OK : EXIT.USAGE);
}
