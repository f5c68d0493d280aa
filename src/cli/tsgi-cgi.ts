// tsgi-cgi: serves one CGI request. Bundled into one file that loads next to nothing.
import { installLightFetch } from "../adapters/light-install.ts";
import { cgiErrors } from "../cgi/errors.ts";
import { isCgi, prepareProcess, serve, serveFailure } from "../cgi/serve.ts";
import { TsgiError } from "../common/errors.ts";
import { loadEnvFiles } from "./env-file.ts";
import { exitCodeFor, UsageError } from "./exit-codes.ts";
import { loadApplication } from "./load.ts";
import { isOwnError } from "./load-error.ts";
import type { Option, Values } from "./option.ts";

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
  const refuse = (error: unknown): Promise<never> =>
    serveFailure(reported(error), values, exitCodeFor(error));
  try {
    if (argv[1] === process.env.SCRIPT_FILENAME) throw misplaced();
    let specifier = argv[2];
    if (specifier?.startsWith("-") || isConfigured()) {
      const { readOptions } = await import("./tsgi-cgi-options.ts");
      ({ specifier, values } = readOptions(argv.slice(2), options));
    }
    if (specifier === undefined) throw misplaced();
    prepareProcess();
    if (values.envFile) loadEnvFiles(values.envFile);
    if (!values.nativeFetch) lightenFetch();
    const application = await loadApplication(specifier, {
      interface: values.interface,
      factory: values.factory,
      lint: values.lint,
      onNote(message, level) {
        if (level === "warn") cgiErrors.write(`tsgi-cgi: ${message}\n`);
      },
      onExit(error) {
        process.exitCode = exitCodeFor(error);
        void refuse(error);
      },
    });
    await serve(application, values);
  } catch (error) {
    await refuse(error);
  }
}

/** Whether the environment has options, which few have: reading them costs 3 % of a start. */
function isConfigured(): boolean {
  for (const name in process.env) if (name.startsWith("TSGI_")) return true;
  return false;
}

/** The bundle alone can load what is mentioned without a promise; it is also what is to be fast. */
function lightenFetch(): void {
  if (typeof require !== "function") return;
  installLightFetch(() => require("../adapters/light-fetch.ts"));
}

/** The web server takes this program for the script, so every argument may be the client's. */
function misplaced(): UsageError {
  return new UsageError(
    'Cannot serve: no application is named; start tsgi-cgi by the first line of one, "#!/usr/bin/env tsgi-cgi"',
  );
}

function reported(error: unknown): TsgiError {
  const { message } = error as Error;
  if (TsgiError.is(error)) {
    const { code, cause } = error;
    const tellsMore = code === "LOAD" && isOwnError(cause);
    return new TsgiError(code, message, tellsMore ? { cause } : {});
  }
  const isOurs = UsageError.is(error);
  return new TsgiError("CONFIG", message, isOurs ? {} : { cause: error });
}
