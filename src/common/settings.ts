import { checkedToken } from "./debug-token.ts";
import { TsgiError } from "./errors.ts";
import { mountPrefix } from "./mount.ts";
import type { Observer } from "./observer.ts";

/** What both front ends let a deployer decide. */
export interface CommonOptions {
  /** Where the application is mounted, such as `"/app"` or `"/"`; without it the server is trusted. */
  mount?: string | undefined;
  /**
   * Pairs to add to every environ; a request's own variables win. As in any environ, a name without a
   * dot has a string of Latin-1 characters, and `tsgi.*` belongs to the server.
   */
  environ?: Readonly<Record<string, unknown>> | undefined;
  /** Bytes a request body may have; more is answered with 413. No limit unless given. */
  maxBodyBytes?: number | undefined;
  /** Bytes a response's header block may have. 65,536 unless given. */
  maxHeaderBytes?: number | undefined;
  /** Milliseconds an application may take before it is aborted; 0, the default, is for ever. */
  requestTimeoutMs?: number | undefined;
  /** Milliseconds an aborted application may go on before its request is closed. 5,000 unless given. */
  abortGraceMs?: number | undefined;
  /** Shows error and stack to visitors, for development. Off unless given. */
  showErrors?: boolean | undefined;
  /** Shows them to whoever sends this in the header X-TSGI-Debug; 16 characters or more. */
  debugToken?: string | undefined;
  /** Told of every request; nobody is unless given. */
  observer?: Observer | undefined;
}

/** The options of one server, with defaults filled in and its answers to PEP 3333's three flags. */
export interface Settings {
  readonly mount: string | undefined;
  readonly environ: Readonly<Record<string, unknown>>;
  readonly maxBodyBytes: number;
  readonly maxHeaderBytes: number;
  readonly requestTimeoutMs: number;
  readonly abortGraceMs: number;
  readonly showErrors: boolean;
  readonly debugToken: string | undefined;
  readonly observer: Observer | undefined;
  readonly multiprocess: boolean;
  readonly runOnce: boolean;
  readonly concurrent: boolean;
  /** Warnings this server has given already. */
  readonly warned: Set<string>;
}

/** What a front end says of its processes in every environ. */
export type ProcessModel = Pick<
  Settings,
  "multiprocess" | "runOnce" | "concurrent"
>;

/** Above this many bytes of headers Apache (8 KiB a line) and nginx (4 KiB in all) answer 500 or 502. */
export const LARGE_HEADERS = 8192;

/** The longest time setTimeout can wait; above it, it does not wait at all. */
export const MAX_TIMEOUT_MS = 2_147_483_647;

/** @throws {TsgiError} `CONFIG` for a mount that is no path, a pair no environ may have, a limit that is no number */
export function settingsFrom(
  options: CommonOptions,
  model: ProcessModel,
): Settings {
  const { mount, environ = {} } = options;
  for (const name in environ) checkPair(name, environ[name]);
  return {
    mount: mount === undefined ? undefined : mountPrefix(mount),
    environ: { ...environ },
    maxBodyBytes: limitOf(options, "maxBodyBytes") ?? Number.POSITIVE_INFINITY,
    maxHeaderBytes: limitOf(options, "maxHeaderBytes") ?? 65_536,
    requestTimeoutMs: limitOf(options, "requestTimeoutMs") ?? 0,
    abortGraceMs: limitOf(options, "abortGraceMs") ?? 5_000,
    showErrors: options.showErrors ?? false,
    debugToken: checkedToken(options.debugToken),
    observer: options.observer,
    multiprocess: model.multiprocess,
    runOnce: model.runOnce,
    concurrent: model.concurrent,
    warned: new Set(),
  };
}

/**
 * The value of an option that is a number of something, undefined where it was not given.
 *
 * @throws {TsgiError} `CONFIG` for what cannot be one
 */
export function limitOf<Name extends string>(
  options: { readonly [name in Name]?: number | undefined },
  name: Name,
): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const isTime = name.endsWith("Ms");
  const maximum = isTime ? MAX_TIMEOUT_MS : Number.POSITIVE_INFINITY;
  if (typeof value === "number" && value >= 0 && value <= maximum) return value;
  const range = isTime ? `from 0 to ${maximum}` : "of 0 or more";
  throw new TsgiError(
    "CONFIG",
    `Cannot use ${String(value)} for ${name}: it must be a number ${range}`,
  );
}

function checkPair(name: string, value: unknown): void {
  if (name.startsWith("tsgi.")) {
    throw new TsgiError(
      "CONFIG",
      `Cannot add ${JSON.stringify(name)} to the environ: names with "tsgi." belong to the server`,
    );
  }
  if (name.includes(".")) return;
  if (typeof value !== "string" || /[^\0-\xff]/.test(value)) {
    throw new TsgiError(
      "CONFIG",
      `Cannot add ${JSON.stringify(name)} to the environ: without a dot in its name it must be a string of Latin-1 characters`,
    );
  }
}
