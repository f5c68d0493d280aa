import { writeSync } from "node:fs";
import { TsgiError } from "../common/errors.ts";
import { EXIT, exitCodeFor } from "./exit-codes.ts";
import { isOwnError } from "./load-error.ts";
import { messageWithStep } from "./next-step.ts";
import { tellStarter } from "./serving/starter.ts";

/** Ends the process for an error: with one line that says what to do, and a stack where it is not ours. */
export function endWithError(command: string, error: unknown): never {
  const words = `${command}: ${messageForError(error)}
`;
  tellStarter(words);
  try {
    writeSync(2, words);
  } catch {
    // Nobody is there to read it.
  }
  process.exit(exitCodeFor(error));
}

/** What to tell of an error that ends a command: one line, and a stack where it is not ours. */
export function messageForError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, stack, cause } = error;
  if (exitCodeFor(error) === EXIT.FAILURE) return stack ?? message;
  const isTheirs =
    TsgiError.is(error) && error.code === "LOAD" && isOwnError(cause);
  return isTheirs ? `${message}\n${cause.stack}` : messageWithStep(error);
}
