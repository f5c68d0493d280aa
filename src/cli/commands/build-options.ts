// Which options go into a built file. What would fail at each request there is refused here.
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
  settingsFrom(valuesOf(settings), ONE_REQUEST);
  return settings;
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
    if (path === undefined || path.startsWith("/")) continue;
    throw new UsageError(
      `Cannot use ${flag} ${path}: it is not a full path, and the built file runs in a folder of its own; "command -v ${path}" on the web server's machine tells it`,
    );
  }
}
