// What proxies tell of the request they were given, in either of two forms.

import { withoutOuterBlanks } from "../common/grammar.ts";
import type { Environ } from "../common/types.ts";

/** For each thing a proxy can tell, the number of trusted proxies that tell it. */
export type Hops = Readonly<Record<Telling, number>>;

/** What a proxy can tell: the ends of `X-Forwarded-…`, in lower case. */
export type Telling = "for" | "proto" | "host" | "port" | "prefix";

/** What the outermost trusted proxy has told, as it stands in the header. */
export type Told = Readonly<Partial<Record<Telling, string>>>;

/** `X-Forwarded-For`, `-Proto`, `-Host`, `-Port` and `-Prefix`: to each of them a proxy adds one value. */
export function readXForwarded(environ: Environ, hops: Hops): Told {
  const values = (name: string): string[] =>
    split(environ[`HTTP_X_FORWARDED_${name}`] ?? "", ",");
  return {
    for: nth(values("FOR"), hops.for),
    proto: nth(values("PROTO"), hops.proto),
    host: nth(values("HOST"), hops.host),
    port: nth(values("PORT"), hops.port),
    prefix: nth(values("PREFIX"), hops.prefix),
  };
}

/** `Forwarded` (RFC 7239): a proxy adds one element, which has what it tells as parameters. */
export function readForwarded(environ: Environ, hops: Hops): Told {
  const elements = split(environ.HTTP_FORWARDED ?? "", ",").map(parametersOf);
  const values = (name: string): (string | undefined)[] =>
    elements.map((element) => element.get(name));
  return {
    for: nth(values("for"), hops.for),
    proto: nth(values("proto"), hops.proto),
    host: nth(values("host"), hops.host),
  };
}

/** Fewer values than trusted proxies: at least one of them is not there, and the rest may be anybody's. */
function nth(
  values: readonly (string | undefined)[],
  hops: number,
): string | undefined {
  return hops === 0 ? undefined : values.at(-hops) || undefined;
}

function parametersOf(element: string): Map<string, string> {
  const parameters = new Map<string, string>();
  for (const pair of split(element, ";")) {
    const equals = pair.indexOf("=");
    const name = pair.slice(0, equals).toLowerCase();
    if (equals > 0) parameters.set(name, unquoted(pair.slice(equals + 1)));
  }
  return parameters;
}

function unquoted(value: string): string {
  const isQuoted = value.length > 1 && value.startsWith('"');
  return isQuoted ? value.slice(1, -1).replace(/\\(.)/g, "$1") : value;
}

/** The parts between delimiters, of which those in a quoted string are none. */
function split(text: string, delimiter: string): string[] {
  const parts: string[] = [];
  let start = 0;
  let isQuoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === "\\" && isQuoted) at++;
    else if (character === '"') isQuoted = !isQuoted;
    else if (character === delimiter && !isQuoted) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  parts.push(text.slice(start));
  return parts.map(withoutOuterBlanks);
}
