// Which entries a code or a line of a log is about.
import type { Cause, Entry } from "./entry.ts";
import { readLine } from "./line.ts";
import { entries } from "./registry.ts";
import { type Fit, Template } from "./template.ts";

/** An entry that a text is about. */
export interface Finding {
  readonly entry: Entry;
  /** The one cause the text tells; undefined where it leaves that open. */
  readonly cause: Cause | undefined;
  /** What the text names: `{ socket: "/run/app/app.sock" }`. */
  readonly values: Readonly<Record<string, string>>;
  /** Findings of a lower tier explain more of the text. */
  readonly tier: 1 | 2 | 3;
  readonly weight: number;
}

/** A message shorter than that fits too much, unless its code is known. */
const MIN_WEIGHT = 10;

/** What a whole line is about, the best first: our messages and lines of servers, then codes, then words of the system. */
export function findInLine(text: string): Finding[] {
  const { message, code } = readLine(text);
  const found = [
    ...messages.flatMap((known) => fits(known, message, code)),
    ...entries.flatMap((entry) => named(entry, message, code)),
  ];
  const ranked = found.sort(
    (one, other) => one.tier - other.tier || other.weight - one.weight,
  );
  const seen = new Set<Entry>();
  return ranked.filter(({ entry }) => !seen.has(entry) && seen.add(entry));
}

/** What one word is about: a code, the name of an entry, or what servers number their messages by. */
export function findByName(word: string): Finding[] {
  const wanted = word.toUpperCase();
  const exact = entries.filter(({ id }) => id.toUpperCase() === wanted);
  const found = exact.length > 0 ? exact : numbered(wanted);
  return found.map((entry) => open(entry, 1, 0));
}

function numbered(word: string): Entry[] {
  if (!/^AH[0-9]{5}$/.test(word)) return [];
  const saying = messages.filter(({ text }) => text.includes(word));
  return [...new Set(saying.map(({ entry }) => entry))];
}

interface Message {
  readonly entry: Entry;
  readonly cause: Cause | undefined;
  readonly text: string;
  readonly template: Template;
}

const messages: readonly Message[] = entries.flatMap((entry) => {
  const of = (cause: Cause | undefined, says: readonly string[] = []) =>
    says.map((text) => ({ entry, cause, text, template: new Template(text) }));
  return [
    ...of(undefined, entry.says),
    ...entry.causes.flatMap((cause) => of(cause, cause.says)),
  ];
});

function fits(
  { entry, cause, template }: Message,
  line: string,
  code: string | undefined,
): Finding[] {
  const isOurs = entry.source === "tsgi";
  if (isOurs && code !== undefined && code !== entry.id) return [];
  const fit: Fit | undefined = template.fit(line);
  if (fit === undefined) return [];
  if (fit.weight < MIN_WEIGHT && !(isOurs && code !== undefined)) return [];
  const { values, weight } = fit;
  // Ours stand inside of what servers write, and tell more.
  return [{ entry, cause, values, tier: isOurs ? 1 : 2, weight }];
}

/** By its code, or its word of the system, alone. */
function named(
  entry: Entry,
  line: string,
  code: string | undefined,
): Finding[] {
  const { id, source } = entry;
  if (source === "tsgi") return code === id ? [open(entry, 2, 0)] : [];
  if (source !== "system") return [];
  const isThere = code === id || new RegExp(`\\b${id}\\b`).test(line);
  return isThere ? [open(entry, 3, 0)] : [];
}

function open(entry: Entry, tier: Finding["tier"], weight: number): Finding {
  return { entry, cause: undefined, values: {}, tier, weight };
}
