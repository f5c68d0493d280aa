// tsgi-cgi: serves one CGI request. Bundled into one file that loads next to nothing.
import { isCgi, prepareProcess, serve, serveFailure } from "../cgi/serve.ts";
import { TsgiError } from "../common/errors.ts";
import { parseArguments } from "./arguments.ts";
import { resolveOptions, valuesOf } from "./config.ts";
import { exitCodeFor, UsageError } from "./exit-codes.ts";
import { loadApplication } from "./load.ts";
import type { Option, Values } from "./option.ts";
import { configOptions, requestOptions } from "./options-request.ts";

/** Runs the command. */
export async function main(argv: readonly string[]): Promise<void> {
  if (isCgi()) {
    await serveCgi(argv, [...requestOptions.options, ...configOptions.options]);
  } else {
    const { explain } = await import("./tsgi-cgi-help.ts");
    explain(argv);
  }
}

/** Serves the request this process was started for, by the application which `argv` names. */
export async function serveCgi(
  argv: readonly string[],
  options: readonly Option[],
): Promise<void> {
  let values: Values = {};
  const refuse = (error: unknown): Promise<never> =>
    serveFailure(reported(error), values, exitCodeFor(error));
  try {
    const { given, application: specifier } = parseArguments(
      argv.slice(2),
      options,
    );
    if (specifier === undefined || isScript(argv[1])) {
      // Then every argument is a word of the URL, and so the client's.
      throw new UsageError(
        'Cannot serve: the web server has started tsgi itself; start it by the first line of an application, "#!/usr/bin/env tsgi-cgi"',
      );
    }
    values = valuesOf(resolveOptions(options, given, process.env));
    prepareProcess();
    const application = await loadApplication(specifier, refuse);
    await serve(application, values);
  } catch (error) {
    await refuse(error);
  }
}

/** Whether the web server takes this program, and no application, for the script. */
function isScript(program: string | undefined): boolean {
  return program !== undefined && program === process.env.SCRIPT_FILENAME;
}

function reported(error: unknown): TsgiError {
  if (TsgiError.is(error) && error.code === "LOAD") return error;
  const { message } = error as Error;
  const told = new TsgiError("CONFIG", message);
  told.stack = `TsgiError: ${message}`;
  return told;
}
