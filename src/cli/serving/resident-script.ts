// `tsgi-cgi --resident app.js` in a terminal: prints the CGI program that hands requests to a resident process.
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { residentScript } from "../../resident/script.ts";
import { UsageError } from "../exit-codes.ts";
import { splitSpecifier } from "../loading/load.ts";
import type { Setting } from "../options/config.ts";
import { flagsOf } from "../options/flags.ts";
import type { Values } from "../options/option.ts";
import { residentOptions } from "../options/options-resident.ts";
import { CGI_OPTIONS } from "../options/tsgi-cgi-options.ts";

const ONE_SHOT = fileURLToPath(
  new URL("../../../bin/tsgi-cgi", import.meta.url),
);
const RESPONDER = fileURLToPath(new URL("resident-main.js", import.meta.url));
/** The text of that program. @throws {UsageError} where the application or perl is missing */
export function residentProgram(
  specifier: string | undefined,
  values: Values,
  settings: readonly Setting[],
): string {
  if (specifier === undefined) {
    throw new UsageError(
      "Cannot make a resident program: no application is named; try: tsgi-cgi --resident app.js > app.cgi",
    );
  }
  const { path, name } = splitSpecifier(specifier);
  const file = resolve(path);
  if (!existsSync(file)) {
    throw new UsageError(
      `Cannot make a resident program: there is no file ${file}`,
    );
  }
  const { residentPerl: perl = "", residentBase: base } = values;
  if (!existsSync(perl)) {
    throw new UsageError(
      `Cannot make a resident program: there is no ${perl}; name another by --resident-perl, or start the application once per request, by the first line "#!/usr/bin/env tsgi-cgi"`,
    );
  }
  const application = name === undefined ? file : `${file}:${name}`;
  const given = settings.filter(
    ({ origin }) => origin === "flag" || origin.startsWith("--"),
  );
  const flags = (options: readonly unknown[]): string[] =>
    given.filter(({ option }) => options.includes(option)).flatMap(flagsOf);
  const once = [...flags(CGI_OPTIONS), "--", application];
  const stay = [
    ...flags([...CGI_OPTIONS, ...residentOptions.options]),
    "--",
    application,
  ];
  return residentScript({
    once: [process.execPath, ONE_SHOT, ...once],
    stay: [process.execPath, RESPONDER, ...stay],
    perl,
    base,
  });
}
