// tsgi ctl: asks a supervisor for something, over its control socket.
import { connect } from "node:net";
import { Command } from "commander";
import { TsgiError } from "../../common/errors.ts";
import {
  type ControlAnswer,
  type ControlRequest,
  isCount,
} from "../../supervisor/control-protocol.ts";
import { EXIT, UsageError } from "../exit-codes.ts";
import { StatusError } from "../status-error.ts";
import { statusText } from "./status-text.ts";

interface Flags {
  readonly control: string;
  readonly json?: true;
}

/** Asked, and there was no answer of a supervisor. */
const NO_ANSWER =
  "Cannot hear the supervisor: it closed the connection without an answer";

/** `tsgi ctl`. @param done is told the exit status */
export function ctlCommand(done: (status: number) => void): Command {
  return new Command("ctl")
    .summary("ask a supervisor for its status, a reload, or other workers")
    .description(
      `Asks the supervisor of tsgi-fcgi --workers N --control PATH:

  status     what the workers do
  reload     new workers, which replace those there are when they serve
  scale N    N workers from now on
  reopen     log files are opened anew
  stop       finish what runs, and end`,
    )
    .usage("--control <path> status|reload|scale N|reopen|stop")
    .argument("<command>", "one of those above")
    .argument("[number]", "of workers, for scale")
    .requiredOption("--control <path>", "the control socket of the supervisor")
    .option("--json", "print the answer as JSON")
    .addHelpText(
      "after",
      `
Exit status:
  0      done
  1      not done; a reload that fails leaves the workers as they were
  2      wrong command line
  69     no supervisor takes commands there`,
    )
    .action(
      async (command: string, number: string | undefined, flags: Flags) => {
        const request = requestFor(command, number);
        const answer = await ask(flags.control, request);
        if (flags.json) process.stdout.write(`${JSON.stringify(answer)}\n`);
        else if (answer.ok) process.stdout.write(textFor(request, answer));
        if (!answer.ok && !flags.json) {
          throw new StatusError(EXIT.FAILURE, answer.message);
        }
        done(answer.ok ? EXIT.OK : EXIT.FAILURE);
      },
    );
}

function requestFor(
  command: string,
  number: string | undefined,
): ControlRequest {
  if (command === "scale") {
    const workers = Number(number);
    if (!isCount(workers)) {
      throw new UsageError(
        `Cannot scale to ${number ?? "nothing"}: it is not a number of workers; try: tsgi ctl --control PATH scale 4`,
      );
    }
    return { command, workers };
  }
  if (number !== undefined) {
    throw new UsageError(`Cannot take ${number}: only scale has a number`);
  }
  switch (command) {
    case "status":
    case "reload":
    case "reopen":
    case "stop":
      return { command };
    default:
      throw new UsageError(
        `Cannot ask for ${command}: there are status, reload, scale, reopen and stop`,
      );
  }
}

/** @throws {TsgiError} `CONNECT` */
function ask(path: string, request: ControlRequest): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    let said = "";
    socket.setEncoding("utf8");
    socket.on("connect", () => socket.write(`${JSON.stringify(request)}\n`));
    socket.on("data", (text: string) => {
      said += text;
    });
    socket.on("end", () => {
      try {
        resolve(JSON.parse(said));
      } catch {
        reject(new TsgiError("CONNECT", NO_ANSWER));
      }
    });
    socket.on("error", (cause: NodeJS.ErrnoException) => {
      const why = REASONS[cause.code ?? ""] ?? cause.message;
      const message = `Cannot reach a supervisor at ${path}: ${why}`;
      reject(new TsgiError("CONNECT", message));
    });
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT:
    "there is no such socket; it is what tsgi-fcgi --workers N --control PATH makes",
  ECONNREFUSED: "nobody listens there; the supervisor has ended",
  EACCES: "only the user who runs it may; try sudo -u",
  ENOTSOCK: "it is not a socket",
};

function textFor(
  request: ControlRequest,
  answer: Extract<ControlAnswer, { ok: true }>,
): string {
  switch (request.command) {
    case "status":
      return answer.status === undefined ? "" : statusText(answer.status);
    case "reload":
      return "Reloaded: new workers serve\n";
    case "scale":
      return `${request.workers} workers from now on\n`;
    case "reopen":
      return "Log files are opened anew\n";
    case "stop":
      return "Stopping: what runs is finished\n";
  }
}
