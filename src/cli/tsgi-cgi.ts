// tsgi-cgi: serves one CGI request. Bundled into one file that loads next to nothing.
import { isCgi } from "../cgi/serve.ts";
import { UsageError } from "./exit-codes.ts";
import { loadApplication } from "./loading/load.ts";
import type { Option, Values } from "./options/option.ts";
import { isConfigured, refuse, serveLoaded } from "./serving/serve-loaded.ts";

/** Runs the command. */
export async function main(argv: readonly string[]): Promise<void> {
  if (isCgi()) return serveCgi(argv);
  const { explain } = await import("./tsgi-cgi-help.ts");
  explain(argv);
}

/**
 * Serves the request this process was started for, by the application which `argv` names. What
 * follows that is ignored: a web server puts words of the URL there (RFC 3875, section 4.4).
 *
 * @param options those that may precede the application; tsgi-cgi's unless given
 */
export async function serveCgi(
  argv: readonly string[],
  options?: readonly Option[],
): Promise<void> {
  let values: Values = {};
  try {
    if (argv[1] === process.env.SCRIPT_FILENAME) throw misplaced();
    let specifier = argv[2];
    if (specifier?.startsWith("-") || isConfigured()) {
      const { readOptions } = await import("./options/tsgi-cgi-options.ts");
      ({ specifier, values } = readOptions(argv.slice(2), options));
    }
    if (specifier === undefined) throw misplaced();
    const path = specifier;
    await serveLoaded(values, (settings) => loadApplication(path, settings));
  } catch (error) {
    await refuse(error, values);
  }
}

/** The web server takes this program for the script, so every argument may be the client's. */
function misplaced(): UsageError {
  return new UsageError(
    'Cannot serve: no application is named; start tsgi-cgi by the first line of one, "#!/usr/bin/env tsgi-cgi"',
  );
}
