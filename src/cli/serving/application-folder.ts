import { existsSync, realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";

/**
 * The working directory as the shell names it. Where it is reached by a symbolic link, a deployment
 * may point that elsewhere, and what is started afterwards is to follow.
 */
export function workingFolder(): string {
  const real = process.cwd();
  const { PWD } = process.env;
  try {
    if (PWD !== undefined && realpathSync(PWD) === real) return PWD;
  } catch {
    // It tells of another time, or of another process.
  }
  return real;
}

/** The folder of `app.js` or `app.js:name`, by the name it was given. */
export function applicationFolder(specifier: string): string {
  const path = existsSync(specifier)
    ? specifier
    : specifier.replace(/:[^:/]*$/, "");
  return dirname(resolve(workingFolder(), path));
}
