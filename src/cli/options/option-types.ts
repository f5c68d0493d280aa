// How the values of options are written: on the command line, in the environment, in a file.

import { MAX_TIMEOUT_MS } from "../../common/settings.ts";

/** The JSON types a value may have in a configuration file. */
export type JsonType = "boolean" | "number" | "object" | "string";

/** A kind of value. */
export interface OptionType<Value> {
  /** What help shows after the flag: `"size"`; none for a switch, which takes no value. */
  readonly placeholder: string | undefined;
  /** Completes "… is not ": `"a size such as 512, 64k, 1m or 1g"`. */
  readonly expects: string;
  readonly json: readonly JsonType[];
  /** Whether the option may be given several times; each text is one element then. */
  readonly isList: boolean;
  /** The value of the texts, one unless `isList`; undefined where they make no sense. */
  parse(texts: readonly string[]): Value | undefined;
  /** The text that {@link parse} would read. */
  format(value: Value): string;
}

/** Any text. */
export const text: OptionType<string> = {
  ...single("text", "a text", (given) => given || undefined),
  format: (value) => value,
};

/** A text, under another name in help. */
export function textNamed(placeholder: string): OptionType<string> {
  return { ...text, placeholder };
}

/** On or off. */
export const toggle: OptionType<boolean> = {
  placeholder: undefined,
  expects: "on or off",
  json: ["boolean"],
  isList: false,
  parse: ([given = "on"]) => SWITCHES.get(given.toLowerCase()),
  format: (value) => (value ? "on" : "off"),
};

const SWITCHES: ReadonlyMap<string, boolean> = new Map([
  ["on", true],
  ["true", true],
  ["yes", true],
  ["1", true],
  ["off", false],
  ["false", false],
  ["no", false],
  ["0", false],
]);

/** A whole number. */
export function integer(minimum: number): OptionType<number> {
  return {
    ...single("number", `a whole number from ${minimum} up`, (given) => {
      const value = Number(given);
      const fits = Number.isSafeInteger(value) && value >= minimum;
      return fits && /^[0-9]+$/.test(given) ? value : undefined;
    }),
    json: ["number", "string"],
    format: String,
  };
}

/** A part of something, 0 to 1: written `10%`, or `10`. */
export const percent: OptionType<number> = {
  ...single("percent", "a part such as 10%, up to 100%", (given) => {
    const value = Number(given.replace(/%$/, ""));
    return /^[0-9]+%?$/.test(given) && value <= 100 ? value / 100 : undefined;
  }),
  json: ["number", "string"],
  format: (value) => `${Math.round(value * 100)}%`,
};

/** A whole number, or a word. */
export function integerOr<Word extends string>(
  word: Word,
  minimum: number,
): OptionType<number | Word> {
  const number = integer(minimum);
  return {
    ...single(
      `number|${word}`,
      `${number.expects}, or ${word}`,
      (given): number | Word | undefined =>
        given === word ? word : number.parse([given]),
    ),
    json: number.json,
    format: String,
  };
}

const SIZE_UNITS: readonly (readonly [unit: string, bytes: number])[] = [
  ["g", 1_073_741_824],
  ["m", 1_048_576],
  ["k", 1_024],
  ["", 1],
];

/** Bytes: `512`, `64k`, `1m`, `1g`. */
export const size: OptionType<number> = {
  ...single("size", "a size such as 512, 64k, 1m or 1g", (given) =>
    measured(given, SIZE_UNITS),
  ),
  json: ["number", "string"],
  format: (value) => inLargestUnit(value, SIZE_UNITS),
};

const DURATION_UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
  ["ms", 1],
];

/** Milliseconds: `500ms`, `30s`, `5m`, `1h`, or `0`. A bare number would leave open of what. */
export const duration: OptionType<number> = {
  ...single(
    "time",
    "a time such as 500ms, 30s or 5m, up to 24 days",
    (given) => {
      const value = given === "0" ? 0 : measured(given, DURATION_UNITS);
      return value !== undefined && value <= MAX_TIMEOUT_MS ? value : undefined;
    },
  ),
  json: ["number", "string"],
  format: (value) => (value === 0 ? "0" : inLargestUnit(value, DURATION_UNITS)),
};

/** Permissions in octal. */
export const fileMode: OptionType<number> = {
  ...single("mode", "permissions in octal such as 660", (given) =>
    /^0?[0-7]{3}$/.test(given) ? Number.parseInt(given, 8) : undefined,
  ),
  format: (value) => value.toString(8),
};

/** One of a few words, which the option's help lists. */
export function oneOf<Word extends string>(
  placeholder: string,
  words: readonly Word[],
): OptionType<Word> {
  return {
    ...single(placeholder, `one of ${words.join(", ")}`, (given) =>
      words.find((word) => word === given),
    ),
    format: (value) => value,
  };
}

/** Several texts; in the environment they are separated by commas. */
export function list(
  placeholder: string,
  expects: string,
  fits: (text: string) => boolean,
): OptionType<readonly string[]> {
  return {
    placeholder,
    expects,
    json: ["string"],
    isList: true,
    parse: (texts) => (texts.every(fits) ? texts : undefined),
    format: (values) => values.join(","),
  };
}

const PAIR = /^(?!tsgi\.)[^=]+=/;

/** `NAME=value`, several times; an object in a file. */
export const pairs: OptionType<Readonly<Record<string, unknown>>> = {
  placeholder: "NAME=value",
  expects: "NAME=value with a name that does not begin with tsgi.",
  json: ["object", "string"],
  isList: true,
  parse(texts) {
    if (!texts.every((given) => PAIR.test(given))) return undefined;
    return Object.fromEntries(
      texts.map((given) => {
        const equals = given.indexOf("=");
        const name = given.slice(0, equals);
        return [name, recode(name, given.slice(equals + 1), "utf8", "latin1")];
      }),
    );
  },
  format: (values) =>
    Object.entries(values)
      .map(
        ([name, value]) => `${name}=${recode(name, value, "latin1", "utf8")}`,
      )
      .join(","),
};

/** Variables of a request are bytes as Latin-1 strings; names with a dot are the application's own. */
function recode(
  name: string,
  value: unknown,
  from: BufferEncoding,
  to: BufferEncoding,
): string {
  const text = String(value);
  return name.includes(".") ? text : Buffer.from(text, from).toString(to);
}

function single<Value>(
  placeholder: string,
  expects: string,
  parse: (text: string) => Value | undefined,
): Omit<OptionType<Value>, "format"> {
  return {
    placeholder,
    expects,
    json: ["string"],
    isList: false,
    parse: ([given]) => (given === undefined ? undefined : parse(given)),
  };
}

function measured(
  given: string,
  units: readonly (readonly [unit: string, factor: number])[],
): number | undefined {
  const [, digits, unit] = /^([0-9]+)([a-z]*)$/i.exec(given) ?? [];
  const factor = units.find(([name]) => name === unit?.toLowerCase())?.[1];
  if (factor === undefined) return undefined;
  const value = Number(digits) * factor;
  return Number.isSafeInteger(value) ? value : undefined;
}

function inLargestUnit(
  value: number,
  units: readonly (readonly [unit: string, factor: number])[],
): string {
  const [unit, factor] = units.find(
    ([, each]) => value > 0 && value % each === 0,
  ) ?? ["", 1];
  return `${value / factor}${unit}`;
}
