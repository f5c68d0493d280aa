// sysexits.h where it has a name for it.
import { TsgiError } from "../common/errors.ts";

/** How a command ends. A second signal ends it with 128 and the signal's number. */
export const EXIT = {
  OK: 0,
  FAILURE: 1,
  USAGE: 2,
  NO_INPUT: 66,
  UNAVAILABLE: 69,
  NO_PERMISSION: 77,
  CONFIG: 78,
} as const;

/** Their meaning, for help. */
export const EXIT_MEANINGS: readonly (readonly [code: string, is: string])[] = [
  [`${EXIT.OK}`, "ended as asked"],
  [`${EXIT.FAILURE}`, "failed while running"],
  [`${EXIT.USAGE}`, "wrong command line"],
  [`${EXIT.NO_INPUT}`, "the application cannot be found or loaded"],
  [`${EXIT.UNAVAILABLE}`, "the address cannot be had"],
  [`${EXIT.NO_PERMISSION}`, "no permission"],
  [`${EXIT.CONFIG}`, "wrong environment variable or configuration file"],
  ["128+n", "ended at once, by a second signal n"],
];

/** A command line that makes no sense. */
export class UsageError extends Error {
  override readonly name = "UsageError";

  /** Whether `value` is one, also when another bundle of this package made it. */
  static is(value: unknown): value is UsageError {
    return (value as { name?: unknown } | undefined)?.name === "UsageError";
  }
}

const STATUS: ReadonlyMap<string, number> = new Map([
  ["LOAD", EXIT.NO_INPUT],
  ["LISTEN", EXIT.UNAVAILABLE],
  ["CONNECT", EXIT.UNAVAILABLE],
  ["CONFIG", EXIT.CONFIG],
]);

const NOT_PERMITTED: readonly unknown[] = ["EACCES", "EPERM", "EROFS"];

/** The status to end with for `error`. */
export function exitCodeFor(error: unknown): number {
  if (UsageError.is(error)) return EXIT.USAGE;
  if (!TsgiError.is(error)) return EXIT.FAILURE;
  const status = STATUS.get(error.code);
  if (status === undefined) return EXIT.FAILURE;
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return NOT_PERMITTED.includes(code) ? EXIT.NO_PERMISSION : status;
}
