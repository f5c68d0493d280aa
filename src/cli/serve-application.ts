// What a single process and a worker have in common: load the application, wrap it, serve it, look after it.
import { resolve } from "node:path";
import type { Logger } from "pino";
import type { TsgiError } from "../common/errors.ts";
import { observeAll } from "../common/observer.ts";
import type { FastcgiOptions } from "../fastcgi/options.ts";
import type { Role } from "../fastcgi/protocol.ts";
import { serve } from "../fastcgi/serve.ts";
import { loadEnvFiles } from "./env-file.ts";
import { Insight } from "./insight.ts";
import { limitsObserver } from "./limits.ts";
import { loadApplication } from "./load.ts";
import { logTrouble } from "./log-listening.ts";
import type { Values } from "./option.ts";
import { type Place, Serving } from "./serving.ts";
import { stopOnUncaught } from "./signals.ts";

/** Where a web server leaves the socket of the processes it has started. */
const STDIN = "fd:0";

/** What to serve, where, and how. */
export interface ServePlan {
  /** `"app.js"` or `"app.js:name"`. */
  readonly specifier: string;
  readonly values: Values;
  /** Addresses, of which paths are absolute: loading an application changes the working directory. */
  readonly listen: readonly string[];
  readonly log: Logger;
  readonly place: Place;
  /** Told how the application was recognised. */
  readonly onInfo: (message: string) => void;
  /** The process ends before there is an application. */
  readonly onExit: (error: TsgiError) => void;
}

/**
 * Resolves when the application is loaded and its sockets are listened on.
 *
 * @throws {TsgiError} `LOAD`, `LISTEN` or `CONFIG`
 */
export async function serveApplication(plan: ServePlan): Promise<Serving> {
  const { specifier, values, log, place } = plan;
  // Where it cannot listen, that is all there is to say.
  const notes: (() => void)[] = [];
  let note = (write: () => void): unknown => notes.push(write);
  loadEnvFiles(values.envFile ?? []);
  const insight = new Insight(values, place, resolve(specifier));
  const application = await loadApplication(specifier, {
    interface: values.interface,
    factory: values.factory,
    lint: values.lint,
    onNote(message, level) {
      if (level === "info") plan.onInfo(message);
      note(() => log[level](message));
    },
    onExit: plan.onExit,
  });
  let serving: Serving | undefined;
  const observers = [
    insight.observer,
    limitsObserver(values, () => serving),
  ].filter((each) => each !== undefined);
  const server = await serve(insight.wrap(application), {
    ...fastcgiOptions(plan),
    observer: observeAll(observers),
    isExempt: insight.isExempt,
  });
  for (const write of notes) write();
  note = (write) => write();
  serving = new Serving(place, values, log, server, insight);
  stopOnUncaught(serving);
  if (place.worker === 0 && server.addresses.includes(STDIN)) {
    insight.share((error) =>
      log.warn({ err: error }, "figures are not shared"),
    );
  }
  serving.onEnd(() => insight.end());
  process.once("exit", () => insight.end());
  return serving;
}

function fastcgiOptions({
  values,
  listen,
  log,
  place,
}: ServePlan): FastcgiOptions {
  const { socket, authorizer, filter, ...options } = values;
  const roles: Role[] = ["RESPONDER"];
  if (authorizer) roles.push("AUTHORIZER");
  if (filter) roles.push("FILTER");
  return {
    ...options,
    listen,
    roles,
    ...(place.worker > 0 && { inherited: false, multiprocess: true }),
    onError: (error) => logTrouble(log, error),
  };
}
