// What the relay of a resident CGI program starts: serves the program over FastCGI until nobody asks any more.
import { createRequire } from "node:module";
import { dirname, join, resolve, sep } from "node:path";
import { writeToStderr } from "../fastcgi/errors.ts";
import { dropRequestVariables } from "../resident/environment.ts";
import { Residence } from "../resident/residence.ts";
import { type Stay, stay } from "../resident/stay.ts";
import { WatchedFiles } from "../resident/watched-files.ts";
import { endWithError } from "./end-with-error.ts";
import { loadEnvFiles } from "./env-file.ts";
import { loadApplication, splitSpecifier } from "./load.ts";
import type { Values } from "./option.ts";
import { applicationOptions } from "./options-application.ts";
import { cgiOptions } from "./options-cgi.ts";
import { configOptions, requestOptions } from "./options-request.ts";
import { residentOptions } from "./options-resident.ts";
import { readOptions } from "./tsgi-cgi-options.ts";

const NAME = "tsgi-resident";
const OPTIONS = [
  applicationOptions,
  cgiOptions,
  requestOptions,
  configOptions,
  residentOptions,
].flatMap(({ options }) => options);
/** Files which one touches to have an application loaded anew, below the folders of script and application. */
const RESTART = ["restart.txt", "tmp/restart.txt"];

await main(process.argv.slice(2));

/** The relay puts three words behind ours: the lock's descriptor, the directory, and the script. */
async function main(argv: readonly string[]): Promise<void> {
  const [lock, directory = "", script = ""] = argv.slice(-3);
  try {
    dropRequestVariables(process.env);
    const { specifier = "", values } = readOptions(argv.slice(0, -3), OPTIONS);
    const residence = new Residence(directory, Number(lock));
    loadEnvFiles(values.envFile ?? []);
    // Before it loads, for it may change meanwhile.
    const watched = new WatchedFiles(ownFiles(script, specifier));
    process.title = `tsgi: resident ${script}`;
    const application = await loadApplication(specifier, {
      interface: values.interface,
      factory: values.factory,
      lint: values.lint,
      onNote: (message) => log(message),
      onExit: (error) => endWithError(NAME, error),
    });
    const tenant = await stay(application, {
      ...optionsFrom(values),
      residence,
      watched,
      onBeat: () => watched.add(loadedModules()),
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

function optionsFrom(values: Values) {
  return {
    ...values,
    idleMs: values.residentIdleMs ?? 0,
    maxServed: values.residentMaxRequests ?? 0,
    maxMemoryBytes: values.residentMaxMemory ?? 0,
    onError: (error: Error) => log(error.message),
    onLeave: (why: string) => log(`leaving: ${why}`),
  };
}

function ownFiles(script: string, specifier: string): string[] {
  const { path } = splitSpecifier(specifier);
  const files = [script, path].map((file) => resolve(file));
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
