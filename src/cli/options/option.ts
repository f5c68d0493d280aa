import type { CommonOptions } from "../../common/settings.ts";
import type { FastcgiOptions } from "../../fastcgi/options.ts";
import type { InterfaceName } from "../loading/load-options.ts";
import type { OptionType } from "./option-types.ts";
import type { InsightValues } from "./options-insight.ts";
import type { LimitsValues } from "./options-limits.ts";
import type { ProcessValues } from "./options-process.ts";
import type { ResidentValues } from "./options-resident.ts";
import type { SupervisorValues } from "./options-supervisor.ts";

/** Those that take options of the table. */
export type CommandName =
  | "tsgi-cgi"
  | "tsgi-fcgi"
  | "tsgi bench"
  | "tsgi build"
  | "tsgi doctor"
  | "tsgi preview"
  | "tsgi request";

/** What the options of the command lines say, under the names the library has for it. */
export interface Values
  extends Omit<CommonOptions, "observer">,
    InsightValues,
    ProcessValues,
    LimitsValues,
    ResidentValues,
    SupervisorValues,
    Omit<
      FastcgiOptions,
      "roles" | "multiprocess" | "admit" | "isExempt" | "observer" | "onError"
    > {
  socket?: readonly string[] | undefined;
  lint?: boolean | undefined;
  authorizer?: boolean | undefined;
  filter?: boolean | undefined;
  interface?: InterfaceName | undefined;
  factory?: boolean | undefined;
  nativeFetch?: boolean | undefined;
  envFile?: readonly string[] | undefined;
  logLevel?: LogLevel | undefined;
  config?: string | undefined;
  printConfig?: boolean | undefined;
}

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** pino's, from most to least. */
export const LOG_LEVELS = [
  "trace",
  "debug",
  "info",
  "warn",
  "error",
  "fatal",
  "silent",
] as const;

/** A row of the table. */
export interface OptionRow<Key extends keyof Values> {
  /** As in `--name`; {@link environmentName} and {@link fileKey} derive the other spellings. */
  readonly name: string;
  /** The value it sets. */
  readonly key: Key;
  readonly type: OptionType<NonNullable<Values[Key]>>;
  readonly default: Values[Key];
  /** What the default means, where its own text would not tell. */
  readonly unset?: string;
  /** One sentence without a full stop. */
  readonly help: string;
}

/** Any row: its key settles the type of its value. */
export type Option = { [Key in keyof Values]-?: OptionRow<Key> }[keyof Values];

/** Options that help shows together, and that the same commands take. */
export interface OptionGroup {
  readonly title: string;
  readonly commands: readonly CommandName[];
  readonly options: readonly Option[];
}

/** The flag as one writes it: `"--max-body"`, or `"--no-multiplex"` for what is on by default. */
export function flagName(option: Option): string {
  return option.type.placeholder === undefined && option.default === true
    ? `--no-${option.name}`
    : `--${option.name}`;
}

/** `"TSGI_MAX_BODY"` */
export function environmentName(option: Option): string {
  return `TSGI_${option.name.toUpperCase().replaceAll("-", "_")}`;
}

/** The key in a configuration file: `"maxBody"`. */
export function fileKey(option: Option): string {
  return option.name.replace(/-([a-z])/g, (_, letter: string) =>
    letter.toUpperCase(),
  );
}
