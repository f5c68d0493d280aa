import { TsgiError } from "../common/errors.ts";

/**
 * Adds the variables of files like `.env` to the environment. What is there already stays; the last
 * file wins over those before it. Paths are relative to the working directory.
 *
 * @throws {TsgiError} `CONFIG` for a file that cannot be read
 */
export function loadEnvFiles(paths: readonly string[]): void {
  for (const path of [...paths].reverse()) {
    try {
      process.loadEnvFile(path);
    } catch (cause) {
      const { code, message } = cause as NodeJS.ErrnoException;
      const why = code === "ENOENT" ? "there is no such file" : message;
      const error = `Cannot read the environment from ${path}: ${why}`;
      throw new TsgiError("CONFIG", error);
    }
  }
}
