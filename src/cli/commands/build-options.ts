// Which options go into a built file. What would fail at each request there is refused here.
import { isAbsolute } from "node:path";
import { settingsFrom } from "../../common/settings.ts";
import { UsageError } from "../exit-codes.ts";
import type { Given } from "../options/arguments.ts";
import { resolveOptions, type Setting, valuesOf } from "../options/config.ts";
import type { Option } from "../options/option.ts";

const ONE_REQUEST = { multiprocess: true, runOnce: true, concurrent: false };

/**
 * What was said, and nothing else: the rest is decided where the file runs.
 *
 * @throws {UsageError}, {TsgiError} `CONFIG` for what makes no sense
 */
export function optionsInside(
  options: readonly Option[],
  given: Given,
): readonly Setting[] {
  const settings = resolveOptions(options, given, {}).filter(
    ({ origin, option }) => origin !== "default" && option.key !== "config",
  );
  const values = valuesOf(settings);
  settingsFrom(values, ONE_REQUEST);
  for (const path of values.envFile ?? []) checkEnvFile(path);
  return settings;
}

/** Everybody on a host may read a built file, so that secrets do not go into it. */
function checkEnvFile(path: string): void {
  if (isAbsolute(path)) return;
  throw new UsageError(
    `Cannot use --env-file ${path}: it does not go into the built file, which everybody there may read, and beside that it would be served; name it by its full path on the web server's machine, outside of the served folder (SetEnv is no other way where suEXEC drops it)`,
  );
}

/** Programs on the web server's machine, by paths that do not depend on a folder. @throws {UsageError} */
export function checkPrograms(
  node: string | undefined,
  perl: string | undefined,
): void {
  for (const [flag, path] of [
    ["--node", node],
    ["--resident-perl", perl],
  ]) {
    if (path === undefined || isAbsolute(path)) continue;
    throw new UsageError(
      `Cannot use ${flag} ${path}: it is not a full path, and the built file runs in a folder of its own; "command -v ${path}" on the web server's machine tells it`,
    );
  }
}
