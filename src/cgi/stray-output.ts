import { cgiErrors } from "./errors.ts";

/**
 * Sends what a program prints, by console.log or process.stdout, to the error log: in front of the
 * header block it would turn the response into a 500. Costs nothing until somebody prints.
 */
export function divertStrayOutput(): void {
  let diverted: NodeJS.WriteStream | undefined;
  Object.defineProperty(process, "stdout", {
    configurable: true,
    enumerable: true,
    get() {
      diverted ??= errorStream();
      return diverted;
    },
  });
}

/** process.stderr, with a warning at the first write: many a library only asks whether it is a terminal. */
function errorStream(): NodeJS.WriteStream {
  let warned = false;
  const write = (...args: Parameters<NodeJS.WriteStream["write"]>): boolean => {
    if (!warned) {
      warned = true;
      cgiErrors.write(
        `tsgi: warning: what is printed to standard output goes to standard error, which is the log; printed${caller()}\n`,
      );
    }
    return process.stderr.write(...args);
  };
  return Object.create(process.stderr, {
    write: { value: write, writable: true, configurable: true },
  });
}

/** The first place of the stack which is not Node's, below this function and the one that writes. */
function caller(): string {
  const lines = new Error().stack?.split("\n").slice(3) ?? [];
  const line = lines.find((text) => !text.includes("node:"));
  return line === undefined ? "" : ` ${line.trim()}`;
}
