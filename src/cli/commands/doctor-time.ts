// Where the time of a slow trial run goes.

import { siteIdentity } from "../../doctor/context.ts";
import type { Diagnosis } from "../../doctor/diagnose.ts";
import { Interruption } from "../interruption.ts";
import type { ColdOptions } from "./cold.ts";

/** Milliseconds of a start that nobody asks about. */
const QUICK = 500;
const STARTS = 3;

/** Lines of the report; none for a quick start. */
export async function explainTime(
  { run, context }: Diagnosis,
  onProgress: (title: string) => void,
): Promise<readonly string[]> {
  const { program } = context;
  if (!program || run?.ms === undefined || run.ms < QUICK) return [];
  const interruption = new Interruption(undefined);
  const { signal } = interruption;
  try {
    if (program.application) {
      const identity = siteIdentity(context);
      const options = { identity, signal, starts: STARTS };
      return await ofApplication(program.application, options, onProgress);
    }
    if (program.runner === "built") return await ofBuilt(context, signal);
  } catch {
    // It needs options the program has and this start has not, or does not end; how long it took is known all the same.
    interruption.check();
  } finally {
    interruption.end();
  }
  return [
    "what takes the time cannot be seen here: ask the doctor about the application itself, tsgi doctor app.js",
  ];
}

async function ofApplication(
  application: string,
  options: Omit<ColdOptions, "onProgress">,
  onProgress: (title: string) => void,
): Promise<string[]> {
  const { measureCold } = await import("./cold.ts");
  const { shown } = await import("./cold-cuts.ts");
  const { ms, cuts } = await measureCold(application, {
    ...options,
    onProgress: (over, all) => onProgress(`start ${over} of ${all}`),
  });
  return [
    `of ${shown(ms.total)} ms (median of ${STARTS} starts) Node takes ${shown(ms.node)}, TSGI ${shown(ms.tsgi)}, the application ${shown(ms.application)}`,
    ...cuts.map(({ text }) => text),
  ];
}

async function ofBuilt(
  context: Diagnosis["context"],
  signal: AbortSignal,
): Promise<string[]> {
  const { explainBuilt } = await import("./cold-built.ts");
  const { file = "", path } = context;
  const identity = siteIdentity(context);
  return explainBuilt({ file, path, identity, signal });
}
