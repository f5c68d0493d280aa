// What to do about an error of the system, which the library only names.
import { TsgiError, type TsgiErrorCode } from "../common/errors.ts";

const ELSEWHERE =
  "choose a folder this user may write to, or a port from 1024 up";

/** By what the system was asked, or else what we wanted; and its answer. */
const STEPS: Readonly<Record<string, string>> = {
  "LISTEN EADDRINUSE": "stop that, or choose another address",
  "LISTEN EACCES": ELSEWHERE,
  "LISTEN EPERM": ELSEWHERE,
  "LISTEN ENOENT": "make it first",
  "chown EPERM": "that takes root, or a group this user is in",
  "connect ECONNREFUSED": "start tsgi-fcgi there first",
  "connect ENOENT": "start tsgi-fcgi there first",
  "connect EACCES": "see --socket-group and --socket-mode of tsgi-fcgi",
  "access EACCES": "chmod 755 it",
};

/** The message of `error`, and what to do where it does not say so itself. */
export function messageWithStep(error: Error): string {
  const { message } = error;
  if (!TsgiError.is(error)) return message;
  const { code, syscall } = (error.cause ?? {}) as NodeJS.ErrnoException;
  const step =
    STEPS[`${syscall} ${code}`] ??
    STEPS[`${error.code} ${code}`] ??
    (EXPLAINED.includes(error.code) && !message.includes("; ")
      ? `tsgi explain ${error.code} tells more`
      : undefined);
  return step === undefined ? message : `${message}; ${step}`;
}

/** Codes whose messages are short, and whose pages tell what to do. */
const EXPLAINED: readonly TsgiErrorCode[] = ["LISTEN", "CONNECT"];

/** Why a file could not be read. */
export function unreadable(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "ENOENT":
      return "there is no such file";
    case "EACCES":
      return "this user may not read it";
    case "EISDIR":
      return "it is a folder";
    default:
      return error.message;
  }
}
