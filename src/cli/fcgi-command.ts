// The command line of tsgi-fcgi, as the command itself, a supervisor and its workers read it.
import { basename, resolve } from "node:path";
import type { Built } from "../built/built.ts";
import { parseAddress } from "../fastcgi/address.ts";
import {
  type CommandText,
  createCommand,
  givenOptions,
  refuseExcess,
} from "./command.ts";
import { UsageError } from "./exit-codes.ts";
import {
  misspelledVariables,
  resolveOptions,
  valuesOf,
} from "./options/config.ts";
import type { Option, Values } from "./options/option.ts";
import { groupsFor, optionsOf } from "./options/options.ts";
import { configReport } from "./options/print-config.ts";

/** What its help says. */
const TEXT: CommandText = {
  name: "tsgi-fcgi",
  usage: "[options] <app>[:export]",
  summary:
    "Serves an application over FastCGI: the default export of a file, or the one named.\nES modules, CommonJS and TypeScript work alike.",
  examples: [
    [
      "tsgi-fcgi --socket /run/app.sock --socket-group www-data --mount / app.js",
      "behind nginx, lighttpd, HAProxy or Apache's mod_proxy_fcgi",
    ],
    ["tsgi-fcgi --listen 127.0.0.1:9000 app.ts:application", "on a port"],
    [
      "tsgi-fcgi --mount /app /srv/app/app.js",
      "started by mod_fcgid or lighttpd's bin-path, which leave a socket on descriptor 0",
    ],
  ],
  notes: [
    "Signals:",
    "  SIGTERM, SIGINT: let running requests finish, for at most --graceful-timeout, then end.",
    "  A second one ends at once, as SIGQUIT does.",
    "  SIGHUP: with workers, replaces them by new ones; else as SIGTERM.",
    "  SIGUSR2: opens the log files anew. SIGTTIN, SIGTTOU: one worker more or less.",
  ].join("\n"),
};

const groups = groupsFor("tsgi-fcgi");
/** What it takes. */
export const fcgiOptions: readonly Option[] = optionsOf(groups);

/** What a command line asks for. */
export interface FcgiCommand {
  /** `"app.js"` or `"app.js:name"`; the path of a built file. */
  readonly specifier: string;
  /** The file that the application is built into, if it is. */
  readonly built: Built | undefined;
  /** The log file's path is absolute, too. */
  readonly values: Values;
  /** Addresses, of which paths are absolute: loading an application changes the working directory. */
  readonly listen: readonly string[];
  readonly warnings: readonly string[];
}

/**
 * Reads the command line, the environment and the file of --config. Ends the process where the
 * command line cannot be read, or only --help or the like is asked for; undefined after --print-config.
 *
 * @throws {UsageError} where no application is named, {TsgiError} `CONFIG`
 */
export function readFcgiCommand(
  argv: readonly string[],
  built?: Built,
): FcgiCommand | undefined {
  const command = createCommand(textFor(built), groups);
  if (built === undefined) command.argument("[app]");
  command.parse(argv);
  refuseExcess(command);
  const given = givenOptions(command, fcgiOptions);
  const inside = built && { path: built.file, content: built.contents.config };
  const settings = resolveOptions(fcgiOptions, given, process.env, inside);
  const values = valuesOf(settings);
  if (values.printConfig) {
    process.stdout.write(configReport(settings));
    return undefined;
  }
  const [specifier = built?.file] = command.args;
  if (specifier === undefined) {
    throw new UsageError(
      "Cannot serve: no application is named; try: tsgi-fcgi --socket /tmp/app.sock app.js",
    );
  }
  const { logFile } = values;
  const addresses = [...(values.socket ?? []), ...(values.listen ?? [])];
  return {
    specifier,
    built,
    values: { ...values, logFile: logFile && resolve(logFile) },
    listen: addresses.map(fromHere),
    warnings: misspelledVariables(process.env, fcgiOptions),
  };
}

/** What to call the command. */
export function nameFor(built: Built | undefined): string {
  return built === undefined ? TEXT.name : basename(built.file);
}

function textFor(built: Built | undefined): CommandText {
  if (built === undefined) return TEXT;
  const name = nameFor(built);
  return {
    ...TEXT,
    name,
    usage: "[options]",
    summary:
      "An application in one file, made by tsgi build: a CGI program for a web server that starts it for a request, else a FastCGI process.",
    examples: [
      [
        `${name} --socket /run/app.sock --socket-group www-data`,
        "behind nginx, lighttpd, HAProxy or Apache's mod_proxy_fcgi",
      ],
    ],
  };
}

function fromHere(text: string): string {
  const address = parseAddress(text);
  return "path" in address ? resolve(address.path) : text;
}
