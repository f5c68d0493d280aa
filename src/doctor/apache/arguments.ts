// What may stand behind a directive, for those that people write into .htaccess by hand.
import { suggestion } from "../../common/suggest.ts";
import type { Directive } from "./parse.ts";

/** Why Apache does not take the arguments: a clause; undefined where it does, or nothing is known of it. */
export function argumentsMistake({
  name,
  args,
}: Directive): string | undefined {
  if (name === "options") return optionsMistake(args);
  if (SWITCHES.has(name) && !/^(?:on|off)$/i.test(args.join(" "))) {
    return `${name} is On or Off`;
  }
  const [least, most] = COUNTS[name] ?? [0, Number.POSITIVE_INFINITY];
  if (args.length < least || args.length > most) {
    const wanted = most === least ? `${least}` : `${least} or more`;
    return name.startsWith("rewrite")
      ? `${name} takes two arguments, and flags`
      : `${name} takes ${wanted} arguments`;
  }
  const flags = name.startsWith("rewrite") ? args[2] : undefined;
  return flags === undefined || /^\[.*\]$/.test(flags)
    ? undefined
    : `flags of ${name} stand in brackets, without blanks between them`;
}

function optionsMistake(args: readonly string[]): string | undefined {
  const signed = args.filter((arg) => /^[+-]/.test(arg));
  if (signed.length > 0 && signed.length < args.length) {
    return `options with + or - and others without are mixed: ${args.join(" ")}`;
  }
  const words = args.map((arg) => arg.replace(/^[+-]/, ""));
  const lower = OPTIONS.map((each) => each.toLowerCase());
  const wrong = words.find((each) => !lower.includes(each.toLowerCase()));
  return wrong === undefined
    ? undefined
    : `there is no option ${wrong}${suggestion(wrong, OPTIONS)}`;
}

const OPTIONS = [
  "All",
  "ExecCGI",
  "FollowSymLinks",
  "Includes",
  "IncludesNOEXEC",
  "Indexes",
  "MultiViews",
  "None",
  "RunScripts",
  "SymLinksIfOwnerMatch",
];

const SWITCHES: ReadonlySet<string> = new Set([
  "cgipassauth",
  "expiresactive",
  "rewriteengine",
]);

const ANY = Number.POSITIVE_INFINITY;
/** Least and most. */
const COUNTS: Readonly<Record<string, readonly [number, number]>> = {
  __proto__: null as never,
  addhandler: [2, ANY],
  addtype: [2, ANY],
  rewritecond: [2, ANY],
  rewriterule: [2, ANY],
  sethandler: [1, 1],
};
