import { pipeline } from "node:stream/promises";
import type { Command } from "commander";
import type { BackendResponse } from "../../client/backend.ts";
import { TsgiError } from "../../common/errors.ts";
import { type CommandText, createCommand, givenOptions } from "../command.ts";
import { EXIT, EXIT_MEANINGS, exitCodeFor } from "../exit-codes.ts";
import { Interruption } from "../interruption.ts";
import { resolveOptions, type Setting } from "../options/config.ts";
import { groupsFor, optionGroups, optionsOf } from "../options/options.ts";
import { StatusError } from "../status-error.ts";
import {
  httpRequest,
  type RequestDetails,
  requestLine,
} from "./http-request.ts";
import {
  chooseTarget,
  type Target,
  type TargetFlags,
} from "./request-target.ts";

/** The status for an answer of 400 or above, as curl --fail has it. */
const FAILED = 22;

const OWN_EXITS: CommandText["exits"] = [
  [`${EXIT.OK}`, "a response with a status below 400"],
  [
    `${FAILED}`,
    "a response of 400 or above, or a program that failed after it",
  ],
  [`${EXIT.UNAVAILABLE}`, "no usable response"],
  ["128+n", "ended by signal n"],
];
const EXITS: CommandText["exits"] = [
  ...OWN_EXITS,
  ...EXIT_MEANINGS.filter(([code]) => !OWN_EXITS.some(([own]) => own === code)),
];

interface Flags extends RequestDetails, TargetFlags {
  readonly include?: true;
  readonly maxTime?: string;
}

/** `tsgi request`. @param done is told the exit status */
export function requestCommand(done: (status: number) => void): Command {
  const groups = groupsFor("tsgi request");
  const command = createCommand(
    {
      name: "tsgi request",
      usage: "[options] [app[:export]] [METHOD] PATH",
      summary:
        "Ask an application for one page, with no web server between: over FastCGI where it listens already, as a CGI program, or in a FastCGI process started for it. The body goes to standard output, what the application reports to standard error.",
      examples: [
        ["tsgi request --socket /run/app.sock GET /ping", "is it up?"],
        ["tsgi request app.js GET '/search?q=tsgi'", "start it, ask, end it"],
        [
          "tsgi request --cgi app.cgi -i -H 'Content-Type: text/csv' -d @data.csv POST /import",
          "send a file to a CGI program, show status and headers, too",
        ],
      ],
      values: [
        "Times need a unit: 500ms, 30s, 5m. An application that is started here takes further options",
        "from the environment, as TSGI_MOUNT=/app, or from the file of --config.",
      ],
      exits: EXITS,
    },
    groups,
  )
    .name("request")
    .summary("ask an application for one page, without a web server")
    .configureHelp({ showGlobalOptions: false })
    .argument("[words...]")
    .option("--socket <path>", "ask the responder on this Unix socket")
    .option("--listen <address>", "ask the responder on HOST:PORT or PORT")
    .option("--cgi <file>", "run this CGI program")
    .option(
      "-H, --header <Name: value>",
      "send this header; repeatable",
      collect,
    )
    .option(
      "-d, --data <data>",
      "send this body: text, @file, or @- for standard input",
    )
    .option("--env <NAME=value>", "set this CGI variable; repeatable", collect)
    .option("-i, --include", "print the status line and the headers, too")
    .option(
      "-m, --max-time <time>",
      "give up after this time, such as 10s (default: for ever)",
    );
  return command.action(async (words: string[], flags: Flags) => {
    const given = givenOptions(command, optionsOf(groups));
    const settings = resolveOptions(
      optionsOf(optionGroups),
      given,
      process.env,
    );
    done(await request(words, flags, settings));
  });
}

async function request(
  words: readonly string[],
  flags: Flags,
  settings: readonly Setting[],
): Promise<number> {
  const line = requestLine(words);
  const start = chooseTarget(line.application, flags, settings);
  const interruption = new Interruption(flags.maxTime);
  const { signal, happened } = interruption;
  let target: Target | undefined;
  try {
    const message = await Promise.race([
      httpRequest(line, flags, signal),
      happened,
    ]);
    target = start();
    await Promise.race([target.ready, happened]);
    const response = await target.backend.request({
      ...message,
      signal,
      onErrors: print,
    });
    return await show(response, flags, target);
  } catch (error) {
    interruption.check();
    const isUnusable =
      TsgiError.is(error) && exitCodeFor(error) === EXIT.FAILURE;
    throw isUnusable ? new StatusError(EXIT.UNAVAILABLE, error.message) : error;
  } finally {
    await target?.end();
    interruption.end();
  }
}

/** Prints the response. @returns the exit status it asks for */
async function show(
  response: BackendResponse,
  flags: Flags,
  target: Target,
): Promise<number> {
  const { status, reason, headers, body, ended } = response;
  if (flags.include) {
    const lines = headers.map(([name, value]) => `${name}: ${value}\n`);
    const head = `HTTP/1.1 ${status} ${reason}\n${lines.join("")}\n`;
    process.stdout.write(head, "latin1");
  }
  try {
    await pipeline(body, process.stdout, { end: false });
  } catch (error) {
    // Whoever reads has enough, as in `| head`; that it was not sent is no news.
    if ((error as NodeJS.ErrnoException).code !== "EPIPE") throw error;
    target.hush();
    return status < 400 ? EXIT.OK : FAILED;
  }
  const { exitStatus, signal } = await ended;
  if (exitStatus === 0 && signal === undefined) {
    return status < 400 ? EXIT.OK : FAILED;
  }
  // Of an error that was answered with 500, tsgi.errors has told.
  if (status >= 500) return FAILED;
  const how = signal
    ? `was killed by ${signal}`
    : `ended with status ${exitStatus}`;
  process.stderr.write(`tsgi: after its response the program ${how}\n`);
  return FAILED;
}

function collect(text: string, before: readonly string[] = []): string[] {
  return [...before, text];
}

function print(text: Uint8Array): void {
  process.stderr.write(text);
}
