// tsgi-cgi in a terminal: not what it is made for, so it tells what that is.
import { writeSync } from "node:fs";
import { type CommandText, createCommand, givenOptions } from "./command.ts";
import { endWithError } from "./end-with-error.ts";
import { EXIT, UsageError } from "./exit-codes.ts";
import { resolveOptions, valuesOf } from "./options/config.ts";
import { groupsFor, optionsOf } from "./options/options.ts";
import { configReport } from "./options/print-config.ts";
import { residentProgram } from "./serving/resident-script.ts";

const TEXT: CommandText = {
  name: "tsgi-cgi",
  usage: "[options] <app>[:export]",
  summary:
    'Serves one CGI request. A web server starts it, by the first line of an application:\n\n  #!/usr/bin/env tsgi-cgi\n  export default (environ, startResponse) => {\n    startResponse("200 OK", [["Content-Type", "text/plain"]]);\n    return "Hello\\n";\n  };\n\nES modules, CommonJS and TypeScript work alike, whatever the file is called.',
  examples: [
    ["#!/usr/bin/env -S tsgi-cgi --mount /app", "a first line with options"],
    [
      "exec /srv/app/node_modules/.bin/tsgi-cgi --mount / /srv/app/app.js",
      "in a shell script, where the web server's PATH does not have node",
    ],
    [
      "tsgi-cgi --resident app.js > cgi-bin/app.cgi && chmod +x cgi-bin/app.cgi",
      "a program that starts a process which stays: CGI nearly as fast as FastCGI",
    ],
    ["tsgi preview app.cgi", "try it in a browser, without a web server"],
  ],
};

const groups = groupsFor("tsgi-cgi");
const options = optionsOf(groups);

/** Answers `--help`, `--version` and `--print-config`; to serve, this is the wrong place. */
export function explain(argv: readonly string[]): never {
  try {
    const command = createCommand(TEXT, groups)
      .argument("[app]")
      .allowExcessArguments()
      .parse(argv);
    const given = givenOptions(command, options);
    const settings = resolveOptions(options, given, process.env);
    if (
      settings.some(
        ({ option, value }) => option.key === "printConfig" && value,
      )
    ) {
      writeSync(1, configReport(settings));
      process.exit(EXIT.OK);
    }
    const [application] = command.args;
    const values = valuesOf(settings);
    if (values.resident) {
      writeSync(1, residentProgram(application, values, settings));
      process.exit(EXIT.OK);
    }
    const tip = application
      ? `try: tsgi preview ${application}`
      : "tsgi-cgi --help tells more";
    throw new UsageError(
      `Cannot serve: REQUEST_METHOD is not set, so no web server has started this; ${tip}`,
    );
  } catch (error) {
    endWithError(TEXT.name, error);
  }
}
