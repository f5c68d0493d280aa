import type { TsgiError } from "../../common/errors.ts";

/** What `--interface` takes. */
export const INTERFACES = ["auto", "tsgi", "node", "fetch", "listen"] as const;

/** One of {@link INTERFACES}. */
export type InterfaceName = (typeof INTERFACES)[number];

/** How to load an application. */
export interface LoadOptions {
  /** What the application speaks; `"auto"`, the default, tells by what is there. */
  readonly interface?: InterfaceName | undefined;
  /** Whether the export is a function that makes the application, or a promise of it. */
  readonly factory?: boolean | undefined;
  /** Whether to check an application of TSGI by the validator; for the others an adapter answers. */
  readonly lint?: boolean | undefined;
  /** Milliseconds to wait for a program that exports nothing to listen. 10,000 unless given. */
  readonly listenTimeoutMs?: number | undefined;
  /** Told when the process ends before there is an application. */
  readonly onExit?: (error: TsgiError) => void;
  /** Told what was recognised (`"info"`), and what may not be meant (`"warn"`). */
  readonly onNote?: (message: string, level: "info" | "warn") => void;
}
