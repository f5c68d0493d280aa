import { resolve } from "node:path";
import type { Command } from "commander";
import { createCommand, givenOptions, refuseExcess } from "../command.ts";
import { EXIT } from "../exit-codes.ts";
import type { OptionGroup } from "../options/option.ts";
import { optionGroups, optionsOf } from "../options/options.ts";

interface Flags {
  readonly output?: string;
  readonly node?: string;
  readonly codeCache?: string;
  readonly sourceMap: boolean;
  readonly report?: true;
}

/** All that a built file may be told: it serves CGI as well as FastCGI. */
const groups: readonly OptionGroup[] = optionGroups.filter(
  ({ commands, options }) =>
    (commands.includes("tsgi-cgi") || commands.includes("tsgi-fcgi")) &&
    options.every(({ key }) => key !== "printConfig"),
);
const options = optionsOf(groups);

/** `tsgi build`. @param done is told the exit status */
export function buildCommand(done: (status: number) => void): Command {
  const command = createCommand(
    {
      name: "tsgi build",
      usage: "[options] <app>[:export]",
      summary:
        "Make one file of an application, its packages and the runner: a program for a cgi-bin, which is a FastCGI process, too, where it is started as one. It takes Node and nothing else.",
      examples: [
        ["tsgi build app.ts -o app.cgi", "then copy app.cgi into a cgi-bin"],
        [
          "tsgi build --mount / --node /opt/node22/bin/node app.ts -o app.fcgi",
          "with options inside, and a path of Node to try first",
        ],
        ["tsgi build --report app.ts -o app.cgi", "and tell what is in it"],
      ],
      notes: [
        "Options about serving go into the file. In the environment of the file, TSGI_MOUNT and the",
        "like still win over them; so do flags, where it is started by hand: app.cgi --socket /run/a.sock.",
        "NODE_ENV is production there, unless the environment or a file of --env-file says otherwise.",
      ].join("\n"),
    },
    groups,
  )
    .name("build")
    .summary("make one file of an application, for a cgi-bin")
    .configureHelp({ showGlobalOptions: false })
    .argument("<app>", "a file, and after a colon the name of an export")
    .option(
      "-o, --output <file>",
      "the file to write (default: the application's name with .cgi)",
    )
    .option(
      "--node <path>",
      "Node on the web server's machine (default: looked for in PATH, and in the usual places of hosts)",
    )
    .option(
      "--code-cache <folder>",
      "where the file keeps V8's compiled code between requests, or off (default: tsgi-<uid> in the folder for temporary files; TSGI_CODE_CACHE)",
    )
    .option("--no-source-map", "leave out the map that stacks are read by")
    .option(
      "--report",
      "tell what is in the file, by package, and what it keeps in memory",
    );
  return command.action(async (application: string, flags: Flags) => {
    refuseExcess(command);
    const { build } = await import("./build-file.ts");
    const report = await build({
      application,
      output: flags.output && resolve(flags.output),
      node: flags.node,
      codeCache: flags.codeCache,
      withMap: flags.sourceMap,
      options,
      given: givenOptions(command, options),
      isDetailed: flags.report === true,
    });
    process.stdout.write(report);
    done(EXIT.OK);
  });
}
