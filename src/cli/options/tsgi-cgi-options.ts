import { parseArguments } from "./arguments.ts";
import { type ConfigFile, resolveOptions, valuesOf } from "./config.ts";
import type { Option, Values } from "./option.ts";
import { applicationOptions } from "./options-application.ts";
import { cgiOptions } from "./options-cgi.ts";
import { configOptions, requestOptions } from "./options-request.ts";

/** What `tsgi-cgi` takes when it serves. */
export const CGI_OPTIONS: readonly Option[] = [
  ...applicationOptions.options,
  ...cgiOptions.options,
  ...requestOptions.options,
  ...configOptions.options,
];

/** The application, and the options before it. @throws {UsageError}, {TsgiError} `CONFIG` */
export function readOptions(
  args: readonly string[],
  options: readonly Option[] = CGI_OPTIONS,
): { specifier: string | undefined; values: Values } {
  const { given, application } = parseArguments(args, options);
  const settings = resolveOptions(options, given, process.env);
  return { specifier: application, values: valuesOf(settings) };
}

/** Options of the environment, and below them those of a built file. @throws {TsgiError} `CONFIG` */
export function readEnvironment(
  built: ConfigFile,
  options: readonly Option[] = CGI_OPTIONS,
): Values {
  const settings = resolveOptions(options, new Map(), process.env, built);
  return valuesOf(settings);
}
