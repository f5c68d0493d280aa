// What toNode and toFetch have in common: the runner, and where its reports go.
import { TsgiError } from "../common/errors.ts";
import {
  type CommonOptions,
  type Settings,
  settingsFrom,
} from "../common/settings.ts";
import type { ErrorStream } from "../common/types.ts";

/** How to serve an application within another program. */
export interface HostOptions extends CommonOptions {
  /** `tsgi.errors`; this process's stderr unless given. */
  errors?: ErrorStream | undefined;
}

/** @throws {TsgiError} `CONFIG` */
export function hostSettings(options: HostOptions): Settings {
  return settingsFrom(options, {
    multiprocess: false,
    runOnce: false,
    concurrent: true,
  });
}

/** This process's stderr as `tsgi.errors`. */
export const stderr: ErrorStream = {
  write(text) {
    process.stderr.write(String(text));
  },
  writelines(texts) {
    for (const text of texts) this.write(text);
  },
  flush: () => Promise.resolve(),
};

/** The error of a body which somebody has taken before the application could. */
export function alreadyRead(by: string): TsgiError {
  return new TsgiError(
    "BODY",
    `Cannot read the body: ${by} has read it already; let the application have the request first`,
  );
}
