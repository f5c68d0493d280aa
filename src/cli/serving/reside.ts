// The process behind the relay of a resident CGI program: loads the application, and serves until nobody asks any more.
import { createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import type { TsgiError } from "../../common/errors.ts";
import type { Application } from "../../common/types.ts";
import { writeToStderr } from "../../fastcgi/errors.ts";
import { dropRequestVariables } from "../../resident/environment.ts";
import type { Inheritance } from "../../resident/inheritance.ts";
import { Residence } from "../../resident/residence.ts";
import { type Stay, stay } from "../../resident/stay.ts";
import { WatchedFiles } from "../../resident/watched-files.ts";
import { endWithError } from "../end-with-error.ts";
import { loadEnvFiles } from "../env-file.ts";
import type { LoadOptions } from "../loading/load-options.ts";
import type { Values } from "../options/option.ts";

/** What to serve. */
export interface ResidentPlan {
  readonly inheritance: Inheritance;
  readonly values: Values;
  /** Files of the application that are watched besides the script. */
  readonly files: readonly string[];
  readonly load: (options: LoadOptions) => Promise<Application>;
}

/** Its name in messages. */
export const NAME = "tsgi-resident";
/** Files which one touches to have an application loaded anew, below the folders of script and application. */
const RESTART = ["restart.txt", "tmp/restart.txt"];

/** Serves, and ends the process. */
export async function reside(plan: ResidentPlan): Promise<never> {
  const { inheritance, values, files, load } = plan;
  try {
    dropRequestVariables(process.env);
    const { directory, lock, script } = inheritance;
    const residence = new Residence(directory, lock);
    loadEnvFiles(values.envFile ?? []);
    // Before it loads, for it may change meanwhile.
    const watched = new WatchedFiles(watchedFiles([script, ...files]));
    process.title = `tsgi: resident ${script}`;
    const application = await load({
      interface: values.interface,
      factory: values.factory,
      lint: values.lint,
      onNote: (message) => log(message),
      onExit: (error: TsgiError) => endWithError(NAME, error),
    });
    const tenant = await stay(application, {
      ...values,
      idleMs: values.residentIdleMs ?? 0,
      recycling: {
        requests: values.residentMaxRequests ?? 0,
        memory: values.residentMaxMemory ?? 0,
        ageMs: 0,
      },
      residence,
      watched,
      onBeat: () => watched.add(loadedModules()),
      onError: (error) => log(error.message),
      onLeave: (why) => log(`leaving: ${why}`),
    });
    watched.add(loadedModules());
    log(`listening on ${residence.socket}`);
    endOnSignals(tenant);
    await tenant.ended;
    // Whatever the application has left open must not keep us.
    process.exit();
  } catch (error) {
    endWithError(NAME, error);
  }
}

function watchedFiles(given: readonly string[]): string[] {
  const files = given.map((file) => resolve(file));
  const folders = new Set(files.map((file) => dirname(file)));
  const markers = [...folders].flatMap((folder) =>
    RESTART.map((name) => join(folder, name)),
  );
  return [...files, ...markers];
}

/** Files of the application's own, as far as require() has loaded them; packages change by an installation. */
function loadedModules(): string[] {
  const { cache } = createRequire(import.meta.url);
  return Object.keys(cache).filter(
    (path) => !path.includes(`${sep}node_modules${sep}`),
  );
}

function endOnSignals(tenant: Stay): void {
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) {
    process.on(signal, () => tenant.leave(signal));
  }
  // The process may be in any state now, but other requests deserve their answers.
  process.on("uncaughtException", (error, origin) => {
    log(`${origin} outside of any request: ${error?.stack ?? error}`);
    process.exitCode = 1;
    tenant.fail(origin);
  });
}

function log(text: string): void {
  const line = `${new Date().toISOString()} ${NAME}[${process.pid}]: ${text}\n`;
  writeToStderr(Buffer.from(line));
}
