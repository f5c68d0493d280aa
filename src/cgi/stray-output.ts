import { cgiErrors } from "./errors.ts";

/**
 * Sends what a program prints, by console.log or process.stdout, to the error log: in front of the
 * header block it would turn the response into a 500. Costs nothing until somebody prints.
 */
export function divertStrayOutput(): void {
  let warned = false;
  Object.defineProperty(process, "stdout", {
    configurable: true,
    enumerable: true,
    get() {
      if (!warned) {
        warned = true;
        cgiErrors.write(
          `tsgi: warning: what is printed to standard output goes to standard error, which is the log; printed${caller()}\n`,
        );
      }
      return process.stderr;
    },
  });
}

/** The first place of the stack which is not Node's, below this function and the getter. */
function caller(): string {
  const lines = new Error().stack?.split("\n").slice(3) ?? [];
  const line = lines.find((text) => !text.includes("node:"));
  return line === undefined ? "" : ` ${line.trim()}`;
}
