// tsgi-fcgi --daemon, in the foreground: for hosts where nobody looks after processes.
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";
import { END_SIGNALS } from "../../common/end-signals.ts";
import { isConnected } from "../../fastcgi/inherited.ts";
import { EXIT, UsageError } from "../exit-codes.ts";
import { statusOfSignal } from "../interruption.ts";
import type { Inherited } from "./inherited-sockets.ts";
import { openForOther } from "./open-log.ts";
import { SERVING } from "./starter.ts";

const PROGRAM = fileURLToPath(new URL("daemon-main.js", import.meta.url));

/**
 * Starts the command again in the background, and ends this process when that serves, with status 0, or
 * when it has ended, with its status and its reason.
 *
 * @param args those of the command @param inherited from a parent
 * @param logFile gets what Node and the application print besides the log; nobody does where there is none
 * @throws {UsageError} where a parent watches this very process, {TsgiError} `CONFIG` where the file cannot be opened
 */
export async function startDaemon(
  args: readonly string[],
  inherited: Inherited,
  logFile: string | undefined,
): Promise<never> {
  refuseParent(inherited);
  const output =
    logFile === undefined
      ? openSync(devNull, "a")
      : openForOther(resolve(logFile), "--log-file");
  const child = spawn(
    process.execPath,
    [...process.execArgv, PROGRAM, ...args],
    {
      detached: true,
      stdio: ["ignore", output, output, "pipe"],
    },
  );
  closeSync(output);
  for (const signal of END_SIGNALS) {
    process.once(signal, () => {
      child.kill("SIGTERM");
      process.exit(statusOfSignal(signal));
    });
  }
  const ended = new Promise<number>((resolve) => {
    child.on("error", () => resolve(EXIT.FAILURE));
    child.on("exit", (status) => resolve(status ?? EXIT.FAILURE));
  });
  const said = await textOf(child.stdio[3] as Readable);
  if (said.endsWith(SERVING)) process.exit(EXIT.OK);
  const status = await ended;
  process.stderr.write(
    said ||
      `tsgi-fcgi: Cannot serve: the process in the background ended with status ${status}; start it without --daemon to see why\n`,
  );
  process.exit(status || EXIT.FAILURE);
}

function refuseParent({ byWebServer, bySystemd }: Inherited): void {
  const hasWebServer = byWebServer.some(
    (address) => !isConnected(Number(address.replace("fd:", ""))),
  );
  if (!hasWebServer && bySystemd.length === 0) return;
  const parent = hasWebServer
    ? "a web server has left its socket on descriptor 0, and it"
    : "systemd has left its socket, and it";
  throw new UsageError(
    `Cannot run in the background: ${parent} starts and ends this very process; leave --daemon out`,
  );
}

/** Until the other side closes it, or says that it serves. */
async function textOf(pipe: Readable): Promise<string> {
  let said = "";
  for await (const part of pipe.setEncoding("utf8")) {
    said += part;
    if (said.endsWith(SERVING)) break;
  }
  return said;
}
