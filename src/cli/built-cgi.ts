// The program of a built file that serves one CGI request.
import type { Built } from "../built/built.ts";
import { mapStacks } from "../built/stacks.ts";
import { takeGuard } from "../cgi/guard.ts";
import { evaluate, sourceIn } from "./loading/evaluate.ts";
import type { Values } from "./options/option.ts";
import { isConfigured, refuse, serveLoaded } from "./serving/serve-loaded.ts";

/** Serves the request. */
export async function main(built: Built): Promise<void> {
  takeGuard(process.env);
  const { contents, file } = built;
  let values: Values = contents.values;
  mapStacks(file, () => built.part("map"));
  try {
    if (isConfigured()) {
      const { readEnvironment } = await import("./options/tsgi-cgi-options.ts");
      values = readEnvironment({ path: file, content: contents.config });
    }
    const source = sourceIn(built);
    await serveLoaded(values, (options) => evaluate(source, options));
  } catch (error) {
    await refuse(error, values);
  }
}
