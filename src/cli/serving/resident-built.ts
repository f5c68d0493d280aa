// A file of `tsgi build --resident` as the responder which the relay in it has started.
import type { Built } from "../../built/built.ts";
import type { Inheritance } from "../../resident/inheritance.ts";
import { endWithError } from "../end-with-error.ts";
import { evaluate, sourceIn } from "../loading/evaluate.ts";
import { residentOptions } from "../options/options-resident.ts";
import { CGI_OPTIONS, readEnvironment } from "../options/tsgi-cgi-options.ts";
import { NAME, reside } from "./reside.ts";

const OPTIONS = [...CGI_OPTIONS, ...residentOptions.options];

/** Serves the application that is inside of the file. */
export async function resideIn(
  built: Built,
  inheritance: Inheritance,
): Promise<void> {
  const { contents, file } = built;
  try {
    const config = { path: file, content: contents.config };
    const values = readEnvironment(config, OPTIONS);
    const source = sourceIn(built);
    await reside({
      inheritance,
      values,
      files: [file],
      load: (options) => evaluate(source, options),
    });
  } catch (error) {
    endWithError(NAME, error);
  }
}
