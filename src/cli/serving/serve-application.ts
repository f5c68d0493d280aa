// What a single process and a worker have in common: load the application, wrap it, serve it, look after it.
import { resolve } from "node:path";
import type { Logger } from "pino";
import type { Built } from "../../built/built.ts";
import type { TsgiError } from "../../common/errors.ts";
import { observeAll } from "../../common/observer.ts";
import type { Application } from "../../common/types.ts";
import type { FastcgiOptions } from "../../fastcgi/options.ts";
import type { Role } from "../../fastcgi/protocol.ts";
import { serve } from "../../fastcgi/serve.ts";
import { loadEnvFiles } from "../env-file.ts";
import { evaluate, sourceIn } from "../loading/evaluate.ts";
import { loadApplication } from "../loading/load.ts";
import type { LoadOptions } from "../loading/load-options.ts";
import type { Values } from "../options/option.ts";
import { checkAnswer } from "./check-answer.ts";
import { connectionLimit } from "./connection-limit.ts";
import { Insight } from "./insight.ts";
import { Limits } from "./limits.ts";
import { logTrouble } from "./log-listening.ts";
import { patienceOf } from "./patience.ts";
import { type Place, Serving } from "./serving.ts";
import { stopOnUncaught } from "./signals.ts";

/** Where a web server leaves the socket of the processes it has started. */
const STDIN = "fd:0";

/** Where to serve, and how. */
export interface ServePlan {
  /** `"app.js"` or `"app.js:name"`; the path of a built file. */
  readonly specifier: string;
  /** The file that the application is built into, if it is. */
  readonly built?: Built | undefined;
  readonly values: Values;
  /** Addresses, of which paths are absolute: loading an application changes the working directory. */
  readonly listen: readonly string[];
  readonly log: Logger;
  readonly place: Place;
}

/** How to load what is to be served. */
export interface LoadPlan extends ServePlan {
  /** Told how the application was recognised. */
  readonly onInfo: (message: string) => void;
  /** The process ends before there is an application. */
  readonly onExit: (error: TsgiError) => void;
  /** Aborted where it is too late to serve the application. */
  readonly signal?: AbortSignal;
}

/**
 * Resolves when the application is loaded and its sockets are listened on.
 *
 * @throws {TsgiError} `LOAD`, `LISTEN` or `CONFIG`
 */
export async function serveApplication(plan: LoadPlan): Promise<Serving> {
  const { specifier, values, log } = plan;
  // Where it cannot listen, that is all there is to say.
  const notes: (() => void)[] = [];
  let note = (write: () => void): unknown => notes.push(write);
  loadEnvFiles(values.envFile ?? []);
  const insight = new Insight(values, plan.place, resolve(specifier), log);
  const application = await applicationOf(plan, {
    interface: values.interface,
    factory: values.factory,
    lint: values.lint,
    onNote(message, level) {
      if (level === "info") plan.onInfo(message);
      // One of several tells it for all.
      const told = plan.place.worker > 1 ? "debug" : level;
      note(() => log[told](message));
    },
    onExit: plan.onExit,
  });
  if (values.checkPath !== undefined) {
    await checkAnswer(application, values, values.checkPath);
  }
  plan.signal?.throwIfAborted();
  const serving = await serveLoaded(application, plan, insight);
  for (const write of notes) write();
  note = (write) => write();
  return serving;
}

/** Resolves when the sockets are listened on. @throws {TsgiError} `LISTEN` or `CONFIG` */
export async function serveLoaded(
  application: Application,
  plan: ServePlan,
  insight: Insight,
): Promise<Serving> {
  const { values, log, place } = plan;
  const limits = new Limits(values, insight.running);
  const wrapped = insight.wrap(application);
  const observers = [...insight.observers, limits.observer];
  const server = await serve(wrapped, {
    ...fastcgiOptions(plan),
    observer: observeAll(observers),
    isExempt: insight.isExempt,
  });
  const serving = new Serving(place, values, log, server, insight);
  stopOnUncaught(serving);
  if (place.worker === 0 && server.addresses.includes(STDIN)) {
    insight.share((error) =>
      log.warn({ err: error }, "figures are not shared"),
    );
  }
  serving.onReopen(() => insight.reopen());
  serving.onEnd(() => insight.end());
  process.once("exit", () => insight.endNow());
  limits.watch(serving);
  return serving;
}

function applicationOf(
  { specifier, built }: ServePlan,
  options: LoadOptions,
): Promise<Application> {
  if (built === undefined) return loadApplication(specifier, options);
  return evaluate(sourceIn(built), options);
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
  const { maxConnections, note } = connectionLimit(
    options.maxConnections ?? 10_000,
  );
  // One of several tells it for all.
  if (note !== undefined && place.worker < 2) log.info(note);
  return {
    ...options,
    maxConnections,
    gracefulTimeoutMs:
      options.gracefulTimeoutMs ?? patienceOf(place, values).gracefulTimeoutMs,
    listen,
    roles,
    ...(place.worker > 0 && { inherited: false, multiprocess: true }),
    onError: (error) => logTrouble(log, error),
  };
}
