// A process that a web server has started, and whose application cannot be loaded. If it died at once,
// visitors would get the server's own bare 500 or 503, and each request would start a process in vain.
import { resolve } from "node:path";
import { TsgiError } from "../../common/errors.ts";
import type { Application } from "../../common/types.ts";
import { exitCodeFor } from "../exit-codes.ts";
import { failedLoad, isOwnError } from "../load-error.ts";
import { Insight } from "./insight.ts";
import {
  type LoadPlan,
  serveApplication,
  serveLoaded,
} from "./serve-application.ts";
import type { Serving } from "./serving.ts";
import { type TriggerPlan, watchTriggers } from "./triggers.ts";

/** Milliseconds after which the next process may try it anew. */
const STAY_MS = 10_000;

/**
 * As {@link serveApplication}; but what fails while the application is loaded is logged, and then
 * answers each request with its code, for ten seconds or until a file of the application changes.
 * The process then ends with the status it would have had at once.
 *
 * @throws {TsgiError} `LISTEN` or `CONFIG`
 */
export async function serveOrRefuse(
  plan: LoadPlan,
  triggers: Pick<TriggerPlan, "folder" | "settleMs">,
): Promise<Serving> {
  // What is loaded in part may change the working directory.
  const file = resolve(plan.specifier);
  const abandoned = new AbortController();
  const { signal } = abandoned;
  let catching = (_: unknown): void => {};
  // Of a program that fails after it was evaluated, say while it connects to a database.
  const uncaught = new Promise<never>((_, reject) => {
    catching = (error) => reject(failedLoad(file, error));
  });
  process.once("uncaughtException", catching);
  try {
    const onExit = (error: TsgiError): void => {
      if (!signal.aborted) plan.onExit(error);
    };
    const served = serveApplication({ ...plan, signal, onExit });
    return await Promise.race([served, uncaught]);
  } catch (error) {
    abandoned.abort(error);
    if (!TsgiError.is(error) || error.code === "LISTEN") throw error;
    return await refuseAll(error, plan, file, triggers);
  } finally {
    process.off("uncaughtException", catching);
  }
}

async function refuseAll(
  error: TsgiError,
  plan: LoadPlan,
  file: string,
  { folder, settleMs }: Pick<TriggerPlan, "folder" | "settleMs">,
): Promise<Serving> {
  const { code, message, cause } = error;
  const { log, place } = plan;
  const refusing: Application = () => {
    throw error;
  };
  // Nobody who looks after the application is to take this for it.
  const values = { ...plan.values, pingPath: undefined };
  const insight = new Insight(values, place, file, log);
  const standIn = { ...plan, values };
  const serving = await serveLoaded(refusing, standIn, insight).catch(() => {
    throw error;
  });
  const fields = { code, ...(isOwnError(cause) && { err: cause }) };
  log.fatal(fields, message);
  log.warn(
    `answering ${code} for ${STAY_MS / 1000} seconds, or until a file in ${folder} changes; then this process ends, and the next one tries anew`,
  );
  const leave = (reason: string): void =>
    serving.stop(reason, exitCodeFor(error));
  setTimeout(() => leave("trying anew"), STAY_MS).unref();
  watchTriggers({
    folder,
    settleMs,
    watch: true,
    onTrigger: leave,
    onTrouble: (trouble) => log.debug(trouble),
  });
  return serving;
}
