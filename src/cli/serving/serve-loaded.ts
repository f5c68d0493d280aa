// Serves a CGI request by an application which is not loaded yet, and answers for it where that fails.
import { installLightFetch } from "../../adapters/light-install.ts";
import { cgiErrors } from "../../cgi/errors.ts";
import { prepareProcess, serve, serveFailure } from "../../cgi/serve.ts";
import { END_SIGNALS } from "../../common/end-signals.ts";
import { TsgiError } from "../../common/errors.ts";
import type { Application } from "../../common/types.ts";
import { loadEnvFiles } from "../env-file.ts";
import { exitCodeFor, UsageError } from "../exit-codes.ts";
import { isOwnError } from "../load-error.ts";
import type { LoadOptions } from "../loading/load-options.ts";
import type { Values } from "../options/option.ts";

/** Loads an application by `load`, and serves the request this process was started for. */
export async function serveLoaded(
  values: Values,
  load: (options: LoadOptions) => Promise<Application>,
): Promise<void> {
  let phase: "loading" | "loaded" | "refused" = "loading";
  try {
    prepareProcess();
    // It stays: to take it away, and serve() to set its own, would cost one percent of a start.
    for (const signal of END_SIGNALS) {
      process.on(signal, () => {
        if (phase !== "loading") return;
        phase = "refused";
        void refuse(terminated(signal), values);
      });
    }
    if (values.envFile) loadEnvFiles(values.envFile);
    if (!values.nativeFetch) lightenFetch();
    const application = await load({
      interface: values.interface,
      factory: values.factory,
      lint: values.lint,
      onNote(message, level) {
        if (level === "warn") cgiErrors.write(`tsgi-cgi: ${message}\n`);
      },
      onExit(error) {
        if (phase === "refused") return;
        process.exitCode = exitCodeFor(error);
        void refuse(error, values);
      },
    });
    phase = "loaded";
    await serve(application, values);
  } catch (error) {
    await refuse(error, values);
  }
}

/** Answers the request for what keeps it from being served, and ends the process. */
export function refuse(error: unknown, values: Values): Promise<never> {
  return serveFailure(reported(error), values, exitCodeFor(error));
}

function terminated(signal: NodeJS.Signals): TsgiError {
  return new TsgiError(
    "SHUTDOWN",
    `Cannot load the application: ${signal} came, which web servers send after their timeout; load less, or raise that`,
  );
}

/** Whether the environment has options, which few have: reading them costs 3 % of a start. */
export function isConfigured(): boolean {
  for (const name in process.env) {
    if (name.startsWith("TSGI_") && name !== "TSGI_CODE_CACHE") return true;
  }
  return false;
}

/** The bundle alone can load what is mentioned without a promise; it is also what is to be fast. */
function lightenFetch(): void {
  if (typeof require !== "function") return;
  installLightFetch(() => require("../adapters/light-fetch.ts"));
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
