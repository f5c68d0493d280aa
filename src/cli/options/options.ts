// The one table of options. Flags, environment names, keys of a file, help and docs come from it.

import {
  type CommandName,
  LOG_LEVELS,
  type Option,
  type OptionGroup,
} from "./option.ts";
import { oneOf, toggle } from "./option-types.ts";
import { applicationOptions } from "./options-application.ts";
import { cgiOptions } from "./options-cgi.ts";
import { listenOptions, protocolOptions } from "./options-fastcgi.ts";
import { insightOptions } from "./options-insight.ts";
import { limitsOptions } from "./options-limits.ts";
import { processOptions } from "./options-process.ts";
import { configOptions, requestOptions } from "./options-request.ts";
import { residentOptions } from "./options-resident.ts";
import { supervisorOptions } from "./options-supervisor.ts";

/** About the command itself. */
const generalOptions: OptionGroup = {
  title: "General",
  commands: ["tsgi-fcgi"],
  options: [
    {
      name: "log-level",
      key: "logLevel",
      type: oneOf("level", LOG_LEVELS),
      default: "info",
      help: `how much to log on standard error, as lines of JSON, or as text on a terminal: ${LOG_LEVELS.join(", ")}`,
    },
  ],
};

/** Not an option of the server but a question to it. */
const inspectOptions: OptionGroup = {
  title: "Configuration",
  commands: ["tsgi-cgi", "tsgi-fcgi", "tsgi preview"],
  options: [
    {
      name: "print-config",
      key: "printConfig",
      type: toggle,
      default: false,
      help: "print every option with its value and where it comes from, and end",
    },
  ],
};

/** All of it, in the order of help. */
export const optionGroups: readonly OptionGroup[] = [
  listenOptions,
  applicationOptions,
  cgiOptions,
  requestOptions,
  protocolOptions,
  supervisorOptions,
  processOptions,
  insightOptions,
  limitsOptions,
  residentOptions,
  generalOptions,
  configOptions,
  inspectOptions,
];

/** What a command takes. */
export function groupsFor(command: CommandName): readonly OptionGroup[] {
  return optionGroups.filter(({ commands }) => commands.includes(command));
}

/** The options of groups, in one list. */
export function optionsOf(groups: readonly OptionGroup[]): readonly Option[] {
  return groups.flatMap(({ options }) => options);
}
