// The log of a process that serves: on standard error, or in a file of its own.
import { writeSync } from "node:fs";
import { resolve } from "node:path";
import type { Logger } from "pino";
import { TsgiError } from "../../common/errors.ts";
import {
  LogFile,
  type LogTrouble,
  openToAppend,
} from "../../insight/log-file.ts";
import { createLogger } from "../log.ts";
import type { Values } from "../options/option.ts";
import { STDERR } from "../terminal.ts";

/** A log, and how to open its file anew. */
export interface OpenLog {
  readonly log: Logger;
  reopen(): void;
}

/** @throws {TsgiError} `CONFIG` where its file cannot be opened */
export async function openLog(values: Values): Promise<OpenLog> {
  const level = values.logLevel ?? "info";
  if (values.logFile === undefined) {
    return { log: await createLogger(level), reopen() {} };
  }
  const path = resolve(values.logFile);
  const file = openLogFile(path, "--log-file", {
    failed: (error) =>
      log.warn({ code: "LOG_LOST", err: error }, `${path} is not opened anew`),
    recovered() {},
  });
  const log = await createLogger(level, stderrInsteadOf(file, path));
  return { log, reopen: () => file.reopen() };
}

/** @throws {TsgiError} `CONFIG` where it cannot be opened */
export function openLogFile(
  path: string | number,
  option: string,
  trouble: LogTrouble,
): LogFile {
  return orSay(option, () => new LogFile(path, trouble));
}

/** The descriptor of the file, for another process to write to. @throws {TsgiError} `CONFIG` where it cannot be opened */
export function openForOther(path: string, option: string): number {
  return orSay(option, () => openToAppend(path));
}

function orSay<Opened>(option: string, open: () => Opened): Opened {
  try {
    return open();
  } catch (cause) {
    throw new TsgiError(
      "CONFIG",
      `Cannot open the file of ${option}: ${(cause as Error).message}`,
      { cause },
    );
  }
}

/** Writes each line before it returns; where the disk does not take it, to standard error. */
function stderrInsteadOf(
  file: LogFile,
  path: string,
): { write(line: string): void } {
  let hasFailed = false;
  return {
    write(line) {
      try {
        file.writeNow(line);
        hasFailed = false;
      } catch (error) {
        const { message } = error as Error;
        const note = `tsgi-fcgi: Cannot write to ${path}: ${message}; until that works, the log goes on here\n`;
        toStderr(hasFailed ? line : note + line);
        hasFailed = true;
      }
    },
  };
}

function toStderr(text: string): void {
  try {
    writeSync(STDERR, text);
  } catch {
    // There is no further place.
  }
}
