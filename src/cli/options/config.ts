// Flag, else environment, else configuration file, else default.
import { readFileSync } from "node:fs";
import { TsgiError } from "../../common/errors.ts";
import { suggestion } from "../../common/suggest.ts";
import { UsageError } from "../exit-codes.ts";
import { unreadable } from "../next-step.ts";
import type { Given } from "./arguments.ts";
import {
  environmentName,
  fileKey,
  type Option,
  type Values,
} from "./option.ts";
import type { OptionType } from "./option-types.ts";

/** A value, and who said so: `"--mount"`, `"TSGI_MOUNT"`, a file, or `"default"`. */
export interface Setting {
  readonly option: Option;
  readonly value: Values[keyof Values];
  readonly origin: string;
}

type Environment = Readonly<Record<string, string | undefined>>;
type File = ConfigFile | undefined;

/** Options in JSON, and where they are. */
export interface ConfigFile {
  readonly path: string;
  readonly content: object;
}

/** Options that say where to look, and so cannot stand in the file. */
const NOT_IN_FILE: readonly (keyof Values)[] = ["config", "printConfig"];

/**
 * The value of every option.
 *
 * @param built options inside of a built file, below all others
 * @throws {UsageError} for a flag, {TsgiError} `CONFIG` for the environment or the file
 */
export function resolveOptions(
  options: readonly Option[],
  given: Given,
  environment: Environment,
  built?: ConfigFile,
): readonly Setting[] {
  const config = options.find(({ key }) => key === "config");
  const file = config && readFile(resolve(config, given, environment, []));
  if (file !== undefined) checkKeys(file, options);
  const files = [file, built].filter((each) => each !== undefined);
  return options.map((option) => resolve(option, given, environment, files));
}

/** The settings as one object. */
export function valuesOf(settings: readonly Setting[]): Values {
  return Object.fromEntries(
    settings.map(({ option, value }) => [option.key, value]),
  );
}

/** Warnings about environment variables that look like misspelled options. */
export function misspelledVariables(
  environment: Environment,
  options: readonly Option[],
): readonly string[] {
  const names = options.map(environmentName);
  return Object.keys(environment).flatMap((variable) => {
    if (!variable.startsWith("TSGI_") || names.includes(variable)) return [];
    const hint = suggestion(variable, names);
    if (hint === "") return [];
    return [`${variable} in the environment is no option${hint}`];
  });
}

function resolve(
  option: Option,
  given: Given,
  environment: Environment,
  files: readonly ConfigFile[],
): Setting {
  const type = option.type as OptionType<Values[keyof Values]>;
  const texts = given.get(option.name);
  if (texts !== undefined) {
    const used = type.isList ? texts : texts.slice(-1);
    const value = type.parse(used);
    if (value === undefined) {
      throw new UsageError(
        misfit(`--${option.name} ${used.join(" ")}`, option),
      );
    }
    return { option, value, origin: `--${option.name}` };
  }
  const variable = environmentName(option);
  const text = environment[variable];
  if (text) {
    const value = type.parse(type.isList ? text.split(",") : [text]);
    if (value === undefined) {
      throw new TsgiError("CONFIG", misfit(`${variable}=${text}`, option));
    }
    return { option, value, origin: variable };
  }
  const key = fileKey(option);
  const file = files.find(({ content }) => Object.hasOwn(content, key));
  if (file !== undefined) {
    const json = (file.content as Record<string, unknown>)[key];
    const written = textsOf(json, type);
    const value = written && type.parse(written);
    if (value === undefined) {
      const what = `${key}: ${JSON.stringify(json)} in ${file.path}`;
      throw new TsgiError("CONFIG", misfit(what, option));
    }
    return { option, value, origin: file.path };
  }
  return { option, value: option.default, origin: "default" };
}

function misfit(what: string, option: Option): string {
  return `Cannot use ${what}: it is not ${option.type.expects}`;
}

function readFile({ value: path }: Setting): File {
  if (typeof path !== "string") return undefined;
  let content: unknown;
  try {
    content = JSON.parse(readFileSync(path, "utf8"));
  } catch (cause) {
    const why =
      cause instanceof SyntaxError
        ? `it is not JSON: ${cause.message}`
        : unreadable(cause as NodeJS.ErrnoException);
    throw new TsgiError("CONFIG", `Cannot read ${path}: ${why}`, { cause });
  }
  if (
    typeof content !== "object" ||
    content === null ||
    Array.isArray(content)
  ) {
    throw new TsgiError(
      "CONFIG",
      `Cannot use ${path}: it does not hold an object such as { "mount": "/app" }`,
    );
  }
  return { path, content };
}

function checkKeys(file: NonNullable<File>, options: readonly Option[]): void {
  const keys = options
    .filter(({ key }) => !NOT_IN_FILE.includes(key))
    .map(fileKey);
  for (const key of Object.keys(file.content)) {
    if (keys.includes(key)) continue;
    throw new TsgiError(
      "CONFIG",
      `Cannot use ${JSON.stringify(key)} in ${file.path}: there is no such option${suggestion(key, keys)}`,
    );
  }
}

/** What the command line would have for a value of a file; undefined where its type is wrong. */
function textsOf(
  json: unknown,
  type: OptionType<unknown>,
): readonly string[] | undefined {
  if (type.isList && Array.isArray(json)) {
    return json.every((each) => typeof each === "string") ? json : undefined;
  }
  if (json === null || !type.json.some((name) => typeof json === name)) {
    return undefined;
  }
  if (typeof json !== "object") return [String(json)];
  const entries = Object.entries(json);
  return entries.every(([, value]) => typeof value === "string")
    ? entries.map(([name, value]) => `${name}=${value}`)
    : undefined;
}
