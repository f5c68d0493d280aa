// Rewrite rules of a .htaccess file: whether they lead to a program, and what they do to the path.
import { dirname, join, relative } from "node:path";
import type { Htaccess } from "../apache/htaccess.ts";
import type { Directive } from "../apache/parse.ts";
import { fileBehind } from "../apache/place.ts";
import type { Context } from "../context.ts";
import { foldersAbove } from "../facts/access.ts";
import type { Found } from "../finding.ts";

/** A rule that hands on what Apache has decoded, to be decoded again. */
const DECODES = /^\^\(\.[*+]\)\$?$/;
/** A rule for everything. */
const ALL = /^(?:\^|\.|\^?\(?\.[*+]\)?\$?)$/;
/** Conditions that hold for nearly all: that there is no such file. */
const FILES = /^!-[fdlsF]$/;
/** Conditions that there is such a file: often the rule's own target, which is absent most of the time. */
const PRESENT = /^-[fsdFUlLhHx]$/;
/** Answers that are no file of ours. */
const ELSEWHERE = /[[,](?:R|P|F|G|redirect|proxy|forbidden|gone)[\],=]/i;

/** What the rules of a file do that nobody wants. */
export function checkRewrite(context: Context, file: Htaccess): Found[] {
  let conditions: Directive[] = [];
  return file.directives.flatMap((directive) => {
    if (directive.name === "rewritecond") conditions.push(directive);
    if (directive.name !== "rewriterule") return [];
    const patterns = conditions.map(({ args }) => `${args[1]}`);
    conditions = [];
    const missing = patterns.some((each) => PRESENT.test(each))
      ? undefined
      : targetMissing(context, file, directive);
    const isForSome = patterns.some((each) => !FILES.test(each));
    if (missing === undefined) return decodes(directive) ?? [];
    return { ...missing, level: isForSome ? "warning" : "error" };
  });
}

function targetMissing(
  context: Context,
  { path, directives }: Htaccess,
  { args, file, line }: Directive,
): Found | undefined {
  const [pattern = "", target = "", flags = ""] = args;
  const wanted = ELSEWHERE.test(flags) ? undefined : fileIn(target, pattern);
  if (wanted === undefined) return undefined;
  const base = directives.findLast(({ name }) => name === "rewritebase");
  const isUrl = wanted.startsWith("/") || base !== undefined;
  const candidates = isUrl
    ? behind(context, join("/", base?.args[0] ?? "", wanted), path)
    : [join(dirname(path), wanted)];
  const { machine, program } = context;
  if (candidates.length === 0) return undefined;
  if (candidates.some((each) => machine.facts(each) !== undefined))
    return undefined;
  const own = relative(dirname(path), program?.file ?? "");
  return {
    code: "REWRITE_TARGET_MISSING",
    where: `${file}:${line}`,
    what: `it leads to ${target}, and there is no ${candidates[0]}, so that it is answered with 404`,
    repair: own.startsWith("..")
      ? "name the program's own path in it"
      : `RewriteRule ${pattern} ${own} ${flags || "[L]"}`,
  };
}

/** The file in the target of a rule, where it is the same for every request: a program, or what all requests go to. */
function fileIn(target: string, pattern: string): string | undefined {
  const [path = ""] = target.split("?");
  const program = /^([^$%:\\]*?\.(?:f?cgi|pl))(?:\/|$)/.exec(path)?.[1];
  if (program !== undefined) return program;
  const isFile = ALL.test(pattern) && /^[^$%:\\]+\.\w+$/.test(path);
  return isFile ? path : undefined;
}

/** Files that may be behind the path of a URL; none where that cannot be known. */
function behind(
  { place, layers }: Context,
  url: string,
  htaccess: string,
): string[] {
  if (place !== undefined && layers !== undefined) {
    const file = fileBehind(place, url);
    return file === undefined ? [] : [file];
  }
  // The document root is one of the folders above; programs may be anywhere else.
  if (/^\/(?:~|f?cgi-bin\/)/.test(url)) return [];
  return foldersAbove(htaccess)
    .reverse()
    .map((folder) => join(folder, url));
}

function decodes({ args, file, line }: Directive): Found | undefined {
  const [pattern = "", target = ""] = args;
  if (!DECODES.test(pattern) || !/\.f?cgi\/\$1/.test(target)) return undefined;
  const program = target.replace(/\/\$1.*$/, "");
  return {
    code: "REWRITE_DECODES",
    where: `${file}:${line}`,
    what: `${target} hands on a path that is decoded already, and is decoded again`,
    repair: `RewriteRule ^ ${program} [L], and --mount / in ${program}`,
  };
}
