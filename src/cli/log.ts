import { isatty } from "node:tty";
import { destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "./option.ts";

const STDERR = 2;

/**
 * Logs to standard error, each line before the call returns: JSON, or text where people read it, in
 * colours unless NO_COLOR (https://no-color.org/) or the terminal are against them.
 */
export async function createLogger(level: LogLevel): Promise<Logger> {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
  };
  if (!isatty(STDERR)) {
    return pino(options, destination({ dest: STDERR, sync: true }));
  }
  const { default: pretty } = await import("pino-pretty");
  const { NO_COLOR, TERM } = process.env;
  return pino(
    options,
    pretty({
      destination: STDERR,
      sync: true,
      colorize: !NO_COLOR && TERM !== "dumb",
      ignore: "pid",
      translateTime: "SYS:HH:MM:ss",
    }),
  );
}
