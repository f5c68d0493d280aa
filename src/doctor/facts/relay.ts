// The program of a resident CGI application (src/resident/relay.pl), read for what it was told.

/** What a relay does, as far as it can be read. */
export interface Relay {
  /** Whether the application is in the same file, by `tsgi build --resident`. */
  readonly isBuilt: boolean;
  /** Where its private directory is; undefined where the file ends before that. */
  readonly base: string | undefined;
  /** The command that serves one request; none where the file ends before that. */
  readonly once: readonly string[];
  /** The command that becomes the process that stays, likewise. */
  readonly stay: readonly string[];
}

/** Bytes to read, to see all of it. */
export const RELAY_BYTES = 65_536;

/** The line of a built file that is Perl and JavaScript, or the first comment below what tsgi init has put. */
const RELAY =
  /^#!.*\n(?:(":"\/\*\/ if 0;)|(?:# Made by: .*\n)?# The relay of a resident CGI program)/;

/** Undefined for all other programs. @param text the beginning of one, with the line ends of Unix */
export function relayOf(text: string): Relay | undefined {
  const [found, polyglot] = RELAY.exec(text) ?? [];
  if (found === undefined) return undefined;
  const [base] = wordsIn(text, /^my \$base = (.*?);/m);
  return {
    isBuilt: polyglot !== undefined,
    base,
    once: wordsIn(text, /^my @once = \((.*?)\);/ms),
    stay: wordsIn(text, /^my @stay = \((.*?)\);/ms),
  };
}

/** Whether an installed one is there to its end; a built one has its own sums. */
export function isWholeRelay(text: string): boolean {
  return text.includes("\n# The end of the Perl program.");
}

/** Words of Perl in single quotes; `$0` is not one. */
function wordsIn(text: string, assignment: RegExp): string[] {
  const [, list = ""] = assignment.exec(text) ?? [];
  return [...list.matchAll(/'((?:[^\\']|\\.)*)'/gs)].map(([, word = ""]) =>
    word.replace(/\\([\\'])/g, "$1"),
  );
}
