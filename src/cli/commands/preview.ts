import { isatty } from "node:tty";
import type { Command } from "commander";
import { CgiHost } from "../../client/cgi.ts";
import {
  Front,
  type FrontOptions,
  type RequestReport,
} from "../../client/front.ts";
import { END_SIGNALS } from "../../common/end-signals.ts";
import type { TsgiError } from "../../common/errors.ts";
import { cgiEnvironment } from "../cgi-environment.ts";
import { createCommand, givenOptions, refuseExcess } from "../command.ts";
import { EXIT, UsageError } from "../exit-codes.ts";
import { statusOfSignal } from "../interruption.ts";
import { resolveOptions, type Setting, valuesOf } from "../options/config.ts";
import { groupsFor, optionGroups, optionsOf } from "../options/options.ts";
import { configReport } from "../options/print-config.ts";
import { privateFolder } from "../private-folder.ts";
import type { PreviewSession } from "./preview-session.ts";

const FIRST_PORT = 8000;
const LAST_PORT = 8099;

interface Flags {
  readonly port?: string;
  readonly cgi?: true;
}

/** `tsgi preview`. @param done is told the exit status */
export function previewCommand(done: (status: number) => void): Command {
  const groups = groupsFor("tsgi preview");
  const options = optionsOf(groups);
  const command = createCommand(
    {
      name: "tsgi preview",
      usage: "[options] <app>[:export]",
      summary:
        "Serve an application on this machine while you write it: over HTTP for your browser, over FastCGI or CGI for the application. It is reloaded when a file in its folder changes.",
      examples: [
        ["tsgi preview app.js", "open http://127.0.0.1:8000/ and edit app.js"],
        ["tsgi preview --mount /app app.js", "as it will be below /app"],
        ["tsgi preview --cgi cgi-bin/app.cgi", "a process for each request"],
      ],
    },
    groups,
  )
    .name("preview")
    .summary("serve an application on this machine while you write it")
    .configureHelp({ showGlobalOptions: false })
    .argument("<app>", "a file, and after a colon the name of an export")
    .option(
      "-p, --port <number>",
      `port on 127.0.0.1 (default: the first free one from ${FIRST_PORT})`,
    )
    .option("--cgi", "run <app> as a CGI program, as it is");
  return command.action(async (application: string, flags: Flags) => {
    refuseExcess(command);
    const given = givenOptions(command, options);
    // A file may hold what the responder proper needs, such as its socket.
    const all = resolveOptions(optionsOf(optionGroups), given, process.env);
    const settings = all.filter(({ option }) => options.includes(option));
    done(await preview(application, flags, settings));
  });
}

async function preview(
  application: string,
  flags: Flags,
  given: readonly Setting[],
): Promise<number> {
  const settings = flags.cgi ? given : given.map(forDevelopers);
  const { mount, printConfig } = valuesOf(settings);
  if (printConfig) {
    process.stdout.write(configReport(settings));
    return EXIT.OK;
  }
  const port = portNumber(flags.port);
  const signal = firstSignal();
  const session = flags.cgi
    ? undefined
    : await startSession(application, settings);
  const front = await listen(port, {
    backend: session ?? new CgiHost(application, cgiEnvironment()),
    mount,
    onErrors: print,
    onRequest: report,
  }).catch(async (error) => {
    await session?.close();
    throw error;
  });
  process.stdout.write(`${front.url}\n`);
  if (isatty(2)) notify("Ctrl-C ends it");
  await signal;
  await front.close();
  await session?.close();
  return EXIT.OK;
}

async function startSession(
  application: string,
  settings: readonly Setting[],
): Promise<PreviewSession> {
  // Loaded here: `tsgi request`, which may be a health check, starts faster without.
  const { PreviewSession } = await import("./preview-session.ts");
  const { developerOutput } = await import("./readable.ts");
  return new PreviewSession({
    application,
    settings,
    folder: privateFolder(),
    onOutput: developerOutput(),
    notify,
  });
}

/** Errors are shown, and the application is checked, unless somebody said otherwise. */
function forDevelopers(setting: Setting): Setting {
  const { option, origin } = setting;
  const isOn = option.key === "showErrors" || option.key === "lint";
  return isOn && origin === "default"
    ? { option, value: true, origin: "tsgi preview" }
    : setting;
}

async function listen(
  port: number | undefined,
  options: FrontOptions,
): Promise<Front> {
  if (port !== undefined) return Front.listen({ ...options, port });
  for (let next = FIRST_PORT; ; next++) {
    try {
      const front = await Front.listen({ ...options, port: next });
      if (next > FIRST_PORT) notify(`Port ${FIRST_PORT} is in use`);
      return front;
    } catch (error) {
      const { cause } = error as TsgiError;
      const isTaken =
        (cause as { code?: string } | undefined)?.code === "EADDRINUSE";
      if (!isTaken || next === LAST_PORT) throw error;
    }
  }
}

function portNumber(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (/^[0-9]+$/.test(text) && port <= 65_535) return port;
  throw new UsageError(
    `Cannot use --port ${text}: it is not a number from 0 to 65535`,
  );
}

/** Resolves at the first signal to end; a further one ends the process at once. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    let count = 0;
    for (const name of END_SIGNALS) {
      process.on(name, () => {
        resolve();
        if (++count > 1) process.exit(statusOfSignal(name));
      });
    }
  });
}

function report({ method, target, status, error }: RequestReport): void {
  const what = error instanceof Error ? error.message : "";
  const [first] = what.split("\n", 1);
  notify(`${method} ${target} ${status ?? "-"}${first && `: ${first}`}`);
}

function notify(line: string): void {
  process.stderr.write(`${line}\n`);
}

function print(text: Uint8Array): void {
  process.stderr.write(text);
}
