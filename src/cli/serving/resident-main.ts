// What the relay starts where TSGI is installed.
import { takeInheritance } from "../../resident/inheritance.ts";
import { endWithError } from "../end-with-error.ts";
import { UsageError } from "../exit-codes.ts";
import { loadApplication, splitSpecifier } from "../loading/load.ts";
import { residentOptions } from "../options/options-resident.ts";
import { CGI_OPTIONS, readOptions } from "../options/tsgi-cgi-options.ts";
import { NAME, reside } from "./reside.ts";

const OPTIONS = [...CGI_OPTIONS, ...residentOptions.options];

try {
  const inheritance = takeInheritance(process.env);
  const { specifier, values } = readOptions(process.argv.slice(2), OPTIONS);
  if (inheritance === undefined || specifier === undefined) {
    throw new UsageError(
      "Cannot reside: only a program made by tsgi-cgi --resident starts this",
    );
  }
  await reside({
    inheritance,
    values,
    files: [splitSpecifier(specifier).path],
    load: (options) => loadApplication(specifier, options),
  });
} catch (error) {
  endWithError(NAME, error);
}
