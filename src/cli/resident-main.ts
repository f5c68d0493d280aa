// What the relay starts where TSGI is installed.
import { takeInheritance } from "../resident/inheritance.ts";
import { endWithError } from "./end-with-error.ts";
import { UsageError } from "./exit-codes.ts";
import { loadApplication, splitSpecifier } from "./load.ts";
import { applicationOptions } from "./options-application.ts";
import { cgiOptions } from "./options-cgi.ts";
import { configOptions, requestOptions } from "./options-request.ts";
import { residentOptions } from "./options-resident.ts";
import { NAME, reside } from "./reside.ts";
import { readOptions } from "./tsgi-cgi-options.ts";

const OPTIONS = [
  applicationOptions,
  cgiOptions,
  requestOptions,
  configOptions,
  residentOptions,
].flatMap(({ options }) => options);

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
