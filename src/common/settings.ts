import { mountPrefix } from "./mount.ts";

/** What both front ends let a deployer decide. */
export interface CommonOptions {
  /** Where the application is mounted, such as `"/app"` or `"/"`; without it the server is trusted. */
  mount?: string | undefined;
  /** Pairs to add to every environ; a request's own variables win. */
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
  readonly multiprocess: boolean;
  readonly runOnce: boolean;
  readonly concurrent: boolean;
  /** Warnings this server has given already. */
  readonly warned: Set<string>;
}

export type ProcessModel = Pick<
  Settings,
  "multiprocess" | "runOnce" | "concurrent"
>;

/** Above this many bytes of headers Apache (8 KiB a line) and nginx (4 KiB in all) answer 500 or 502. */
export const LARGE_HEADERS = 8192;

/** @throws {TsgiError} `CONFIG` where `mount` is not a path */
export function settingsFrom(
  options: CommonOptions,
  model: ProcessModel,
): Settings {
  return {
    mount: options.mount === undefined ? undefined : mountPrefix(options.mount),
    environ: options.environ ?? {},
    maxBodyBytes: options.maxBodyBytes ?? Number.MAX_SAFE_INTEGER,
    maxHeaderBytes: options.maxHeaderBytes ?? 65_536,
    requestTimeoutMs: options.requestTimeoutMs ?? 0,
    abortGraceMs: options.abortGraceMs ?? 5_000,
    showErrors: options.showErrors ?? false,
    multiprocess: model.multiprocess,
    runOnce: model.runOnce,
    concurrent: model.concurrent,
    warned: new Set(),
  };
}
