// Runs the program once, as the web server would: its user, its folder, its environment, which is next to none.
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { CgiHost } from "../../client/cgi.ts";
import { variablesFor } from "../../client/variables.ts";
import { TsgiError } from "../../common/errors.ts";
import { type Context, siteIdentity } from "../context.ts";
import type { Program } from "../facts/program.ts";
import { tellingLine } from "../facts/said.ts";
import type { Found } from "../finding.ts";
import { quoted } from "../shell.ts";
import { damageIn } from "./damage.ts";
import { answerOf, type RunOutcome } from "./run-answer.ts";

const PATIENCE = 30_000;
const TSGI_CGI = fileURLToPath(
  new URL("../../../bin/tsgi-cgi", import.meta.url),
);

/** A run, and what was wrong with it. */
export interface TrialRun {
  readonly found: readonly Found[];
  /** Undefined where it did not answer. */
  readonly status?: number;
  /** From the start of the process to its end. */
  readonly ms?: number;
}

/** `GET /`, or whatever URL the program has. */
export async function trialRun(context: Context): Promise<TrialRun> {
  const { program, path } = context;
  if (program === undefined) return { found: [] };
  const { file } = program;
  const identity = siteIdentity(context);
  const environment = {
    PATH: path,
    TSGI_LINT: "on",
    // A process that stays would be one with our environment.
    ...(program.relay && { TSGI_RESIDENT: "0" }),
  };
  const host = program.isModule
    ? new CgiHost(process.execPath, environment, {
        ...identity,
        args: [TSGI_CGI, file],
        cwd: dirname(file),
      })
    : new CgiHost(file, environment, identity);
  let errors = "";
  const since = performance.now();
  try {
    const response = await host.request({
      variables: { ...variables(program), SCRIPT_FILENAME: file },
      signal: AbortSignal.timeout(PATIENCE),
      onErrors: (text) => {
        errors += Buffer.from(text).toString("utf8");
      },
    });
    const { status, headers, body, ended } = response;
    // A stream need not end; that it has begun is all that matters.
    body.on("error", () => {}).resume();
    const ending = await ended;
    const ms = performance.now() - since;
    const outcome: RunOutcome = { status, headers, errors, ending };
    return { found: answerOf(context, outcome), status, ms };
  } catch (error) {
    return {
      found: [damageIn(program, errors) ?? failure(context, error, errors)],
    };
  }
}

function failure(
  { program, path }: Context,
  error: unknown,
  errors: string,
): Found {
  const file = program?.file ?? "";
  const isLate = TsgiError.is(error) && error.code === "ABORTED";
  const said = tellingLine(errors);
  const repair = `cd ${quoted(dirname(file))} && env -i PATH=${quoted(path)} REQUEST_METHOD=GET GATEWAY_INTERFACE=CGI/1.1 ${quoted(file)} shows all it says`;
  return isLate
    ? {
        code: "RUN_SILENT",
        where: file,
        what: "it does not answer within 30 seconds",
        repair,
      }
    : {
        code: "RUN_FAILED",
        where: file,
        what: `${(error as Error).message}${said ? `: ${said}` : ""}`,
        repair,
      };
}

function variables({
  start = "",
  relay,
}: Program): Record<string, string | undefined> {
  const words = relay?.once.join(" ") ?? start;
  const mount = /--mount[= ]["']?(\/[^\s"']*)/.exec(words)?.[1] ?? "/";
  const here = { address: "127.0.0.1", port: 80 };
  return {
    ...variablesFor(
      {
        method: "GET",
        target: mount,
        version: "1.1",
        headers: [["Host", "localhost"]],
        server: here,
        client: here,
      },
      "",
    ),
  };
}
