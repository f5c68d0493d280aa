// From the template of the relay, relay.pl, to the file that a web server executes.
import { readFileSync } from "node:fs";
import { isAbsolute } from "node:path";
import { TsgiError } from "../common/errors.ts";

/** What the relay of one program is told. */
export interface ResidentScriptOptions {
  /** The words of the command that serves one request. The client's words follow them (RFC 3875, section 4.4). */
  readonly once: readonly ScriptWord[];
  /** Those of the command that becomes the responder, and finds its {@link Inheritance} in the environment. */
  readonly stay: readonly ScriptWord[];
  /** Where perl is on the machine that will execute the file; `"/usr/bin/perl"` unless given. */
  readonly perl?: string | undefined;
  /** An absolute path, in which the private directory is made; `"/tmp"` unless given. */
  readonly base?: string | undefined;
  /** Seconds until a responder that has failed is started again; doubled with each failure. 5 unless given. */
  readonly pauseSeconds?: number | undefined;
  /** JavaScript to put behind the Perl program, which does not read it, and is a comment for Node. */
  readonly javascript?: string | undefined;
}

/** A word of a command, or the path of the script itself. */
export type ScriptWord = string | typeof SELF;

/** Stands for the path under which the script was executed. */
export const SELF: unique symbol = Symbol("the script itself");

const PERL = "/usr/bin/perl";
const TEMPLATE = new URL("relay.pl", import.meta.url);
/** Bytes of a socket's path, of which names of the directory and in it take 71. */
const LONGEST_BASE = 36;

/**
 * The text of a CGI program which hands its requests to a process that stays.
 *
 * @throws {TsgiError} `CONFIG` for a base that is relative or leaves a socket's path too long
 */
export function residentScript(options: ResidentScriptOptions): string {
  const { once, stay, perl = PERL, base = "/tmp", pauseSeconds = 5 } = options;
  const isShort = Buffer.byteLength(base) <= LONGEST_BASE;
  if (!isAbsolute(base) || !isShort || base.includes(":")) {
    throw new TsgiError(
      "CONFIG",
      `Cannot keep a socket in ${base}: it must be an absolute path of at most ${LONGEST_BASE} bytes without a colon, for a socket's path may have 108`,
    );
  }
  const settings: Readonly<Record<string, string>> = {
    "#!/usr/bin/perl -X": `#!${perl} -X`,
    'my $base = "/tmp";': `my $base = ${quoted(base)};`,
    "my $pause = 5;": `my $pause = ${pauseSeconds};`,
    'my @once = ("false");': `my @once = (${words(once)});`,
    'my @stay = ("false");': `my @stay = (${words(stay)});`,
  };
  let text = readFileSync(TEMPLATE, "utf8");
  for (const [from, to] of Object.entries(settings)) {
    text = text.replace(from, () => to);
  }
  const { javascript } = options;
  return javascript === undefined ? text : polyglot(text, javascript);
}

/**
 * One file that perl and Node take for theirs: to JavaScript the line is a string and the beginning
 * of a comment, to Perl a division by a glob that never happens.
 */
function polyglot(perl: string, javascript: string): string {
  const end = perl.indexOf("\n") + 1;
  const [first, rest] = [perl.slice(0, end), perl.slice(end)];
  if (rest.includes("*/")) {
    throw new TsgiError(
      "CONFIG",
      'Cannot put the program into a comment of JavaScript: a word of its commands has "*/"',
    );
  }
  return `${first}":"/*/ if 0;\n${rest}*/;${javascript}`;
}

function words(command: readonly ScriptWord[]): string {
  return command
    .map((word) => (word === SELF ? "$0" : quoted(word)))
    .join(", ");
}

function quoted(text: string): string {
  return `'${text.replace(/[\\']/g, "\\$&")}'`;
}
