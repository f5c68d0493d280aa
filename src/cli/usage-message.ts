import { suggestion } from "../common/suggest.ts";

// commander's messages in the words of ours (arguments.ts): "Cannot <verb> <object>: <present state>".
const REWORDED: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^unknown option '(.*?)'/, "Cannot use $1: there is no such option"],
  [/^unknown command '(.*?)'/, "Cannot run $1: there is no such command"],
  [
    /^option '(?:-\w, )?(\S+) <(.*)>' argument missing$/,
    "Cannot use $1: its value is missing, <$2>",
  ],
  [
    /^missing required argument '(.*)'$/,
    "Cannot start: the argument <$1> is missing",
  ],
];

/**
 * What to tell of a wrong command line, in one line, for what commander says of it.
 *
 * @param flags among which to look for what was meant, where commander has taken a value for a part of the name
 */
export function usageMessage(
  name: string,
  message: string,
  flags: readonly string[] = [],
): string {
  let text = message
    .trim()
    .replace(/^error: /, "")
    .replace(/\s*\(Did you mean ([^)]*)\)$/, " (did you mean $1)");
  text = text.replace(
    /^unknown option '(--[^=]*)=.*'$/s,
    (_, flag) => `unknown option '${flag}'${suggestion(flag, flags)}`,
  );
  for (const [theirs, ours] of REWORDED) text = text.replace(theirs, ours);
  return `${name}: ${text.replaceAll("\n", " ")}; ${name} --help tells more\n`;
}
