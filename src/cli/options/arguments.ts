// A command line without commander, which would double the time a CGI program takes to start.

import { suggestion } from "../../common/suggest.ts";
import { UsageError } from "../exit-codes.ts";
import type { Option } from "./option.ts";

/** Options as they were written: names without dashes, each with its texts in their order. */
export type Given = ReadonlyMap<string, readonly string[]>;

/**
 * Reads options up to the first argument that is none: the application. What follows it is not
 * ours: a web server appends words of the URL (RFC 3875, section 4.4), so a client chooses it.
 *
 * @throws {UsageError}
 */
export function parseArguments(
  args: readonly string[],
  options: readonly Option[],
): { given: Given; application: string | undefined } {
  const given = new Map<string, string[]>();
  let index = 0;
  for (; args[index]?.startsWith("-"); index++) {
    const argument = args[index] as string;
    if (argument === "--") {
      index++;
      break;
    }
    const { flag, value } = split(argument);
    const name = flag.replace(/^--(no-)?/, "");
    const isNegated = flag.startsWith("--no-");
    const option = options.find((each) => each.name === name);
    const isSwitch = option?.type.placeholder === undefined;
    if (!option || !flag.startsWith("--") || (isNegated && !isSwitch)) {
      throw new UsageError(unknownOption(flag, options));
    }
    if (isSwitch && value !== undefined) {
      throw new UsageError(`Cannot use ${argument}: ${flag} takes no value`);
    }
    const text = isSwitch
      ? isNegated
        ? "off"
        : "on"
      : (value ?? args[++index]);
    if (text === undefined) {
      throw new UsageError(
        `Cannot use ${flag}: its value is missing, ${option.type.expects}`,
      );
    }
    given.set(name, [...(given.get(name) ?? []), text]);
  }
  return { given, application: args[index] };
}

/** What to say of a flag that is none of `options`. */
function unknownOption(flag: string, options: readonly Option[]): string {
  const flags = options.map(({ name }) => `--${name}`);
  return `Cannot use ${flag}: there is no such option${suggestion(flag, flags)}`;
}

function split(argument: string): { flag: string; value: string | undefined } {
  const equals = argument.indexOf("=");
  if (equals < 0) return { flag: argument, value: undefined };
  return {
    flag: argument.slice(0, equals),
    value: argument.slice(equals + 1),
  };
}
