import { isatty } from "node:tty";
import { destination, type Logger, pino, stdTimeFunctions } from "pino";
import type { LogLevel } from "./options/option.ts";
import { LINES, STDERR, wantsColours } from "./terminal.ts";

/**
 * Logs to standard error, each line before the call returns: JSON, or text where people read it.
 *
 * @param file where lines of JSON go instead
 */
export async function createLogger(
  level: LogLevel,
  file?: { write(line: string): void },
): Promise<Logger> {
  const options = {
    level,
    base: { pid: process.pid },
    timestamp: stdTimeFunctions.isoTime,
  };
  if (file !== undefined) return pino(options, file);
  if (!isatty(STDERR)) {
    return pino(options, destination({ dest: STDERR, sync: true }));
  }
  const { default: pretty } = await import("pino-pretty");
  return pino(
    options,
    pretty({
      ...LINES,
      destination: STDERR,
      sync: true,
      colorize: wantsColours(),
    }),
  );
}
