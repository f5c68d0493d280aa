// What to explain: a name or a line, from every table there is.

import { suggestion } from "../../common/suggest.ts";
import {
  type Entry,
  entries,
  type Finding,
  findByName,
  findInLine,
} from "../../explain/index.ts";
import { EXIT } from "../exit-codes.ts";
import { StatusError } from "../status-error.ts";
import { furtherEntries, furtherNamed } from "./explain-further.ts";

/** A code, another entry's name, or a rule's number; none for what is nothing of these. */
export function lookUpName(word: string): Finding[] {
  const isWord = !/\s/.test(word);
  return [...findByName(word), ...(isWord ? further(word.toUpperCase()) : [])];
}

/** A line of a log. */
export function lookUpLine(line: string): Finding[] {
  return [...further(line.slice(0, 1_000)), ...findInLine(line)];
}

/** Everything of one of {@link sourceNames}. */
export function listed(source: string): readonly Entry[] {
  return all.filter((entry) => entry.source === source);
}

const all: readonly Entry[] = [...entries, ...furtherEntries];

/** Whose words can be listed. */
export const sourceNames: readonly string[] = [
  ...new Set(all.map(({ source }) => source)),
];

/** Says that nothing is known of it, and what there is. */
export function unknown(text: string): StatusError {
  const isName = !/\s/.test(text);
  const names = [...all.map(({ id }) => id), ...sourceNames];
  const what = isName
    ? `${JSON.stringify(text.slice(0, 80))}: there is no such code${suggestion(text, names)}`
    : "the line: it is none we know";
  return new StatusError(
    EXIT.FAILURE,
    `Cannot explain ${what}; tsgi explain lists what there is`,
  );
}

function further(text: string): Finding[] {
  return furtherNamed(text).map((entry) => ({
    entry,
    cause: undefined,
    values: {},
    tier: 1,
    weight: 0,
  }));
}
