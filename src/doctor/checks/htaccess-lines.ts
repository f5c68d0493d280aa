// The lines of one .htaccess file, as Apache judges them: whether it knows, allows and understands each.

import { nearest } from "../../common/suggest.ts";
import { argumentsMistake } from "../apache/arguments.ts";
import {
  HTACCESS_NAMES,
  isKnownModule,
  isLiteSpeeds,
  knownDirective,
} from "../apache/directives.ts";
import type { Htaccess } from "../apache/htaccess.ts";
import { forbiddenBy } from "../apache/override.ts";
import type { Directive } from "../apache/parse.ts";
import type { Context } from "../context.ts";
import type { Found } from "../finding.ts";
import { quoted } from "../shell.ts";

/** Letters that somebody mistypes; from further away it is another word. */
const TYPO = 2;
/** Where LiteSpeed is installed. */
const LITESPEED = "/usr/local/lsws";
const ANSWER = "so that every request is answered with 500";

/** Each line that makes Apache answer 500. */
export function checkLines(
  context: Context,
  { directives, override }: Pick<Htaccess, "directives" | "override">,
): Found[] {
  return directives.flatMap((directive) => {
    const { name, children } = directive;
    const found = mayBeLiteSpeeds(context, name)
      ? liteSpeeds(context, directive, override)
      : knownDirective(name)
        ? known(context, directive, override)
        : unknown(context, directive, override);
    if (found !== undefined) return [found];
    return children
      ? checkLines(context, { directives: children, override })
      : [];
  });
}

/** Whether it may be LiteSpeed that reads the file, which many hosts have in Apache's place. */
function mayBeLiteSpeeds({ apache, layers }: Context, name: string): boolean {
  return isLiteSpeeds(name) && (layers && apache?.modules) === undefined;
}

function liteSpeeds(
  { machine }: Context,
  { name, file, line, guarded }: Directive,
  override: Htaccess["override"],
): Found | undefined {
  const isThere = machine.facts(LITESPEED) !== undefined;
  if (isThere || guarded || override.nonfatal.has("unknown")) return undefined;
  return {
    code: "HTACCESS_UNKNOWN",
    level: "warning",
    where: `${file}:${line}`,
    what: `${name} in .htaccess is LiteSpeed's; where the host has Apache, every request is answered with 500`,
    repair: `<IfModule LiteSpeed> before line ${line} of ${quoted(file)}, and </IfModule> after it: both servers take that`,
  };
}

function known(
  context: Context,
  directive: Directive,
  override: Htaccess["override"],
): Found | undefined {
  const { name, guarded } = directive;
  const needed = forbiddenBy(override, name);
  // It may be another server's, such as <IfModule LiteSpeed> has them.
  if (guarded && knownDirective(name)?.modules.length) return undefined;
  if (needed === "server") return forbidden(directive, needed);
  const found = override.nonfatal.has("unknown")
    ? undefined
    : missing(context, directive);
  if (found !== undefined) return found;
  if (needed !== undefined) return forbidden(directive, needed);
  const what = argumentsMistake(directive);
  return what === undefined ? undefined : broken(directive, what);
}

/** One that Apache does not understand; @param what a clause */
export function broken(
  { file, line, guarded }: Pick<Directive, "file" | "line" | "guarded">,
  what: string,
): Found {
  return {
    code: "HTACCESS_BROKEN",
    level: guarded ? "warning" : "error",
    where: `${file}:${line}`,
    what: `${what}, ${ANSWER}`,
    repair: "correct the line",
  };
}

function unknown(
  context: Context,
  { name, file, line, guarded }: Directive,
  override: Htaccess["override"],
): Found | undefined {
  const meant = nearest(name, HTACCESS_NAMES, TYPO);
  const strangers = strangersOf(context);
  if (override.nonfatal.has("unknown")) return undefined;
  if (guarded && meant === undefined) return undefined;
  const isSure = meant !== undefined || strangers?.length === 0;
  const doubt =
    strangers === undefined ? "" : ` (if it is not of ${strangers.join(", ")})`;
  return {
    code: "HTACCESS_UNKNOWN",
    level: isSure && !guarded ? "error" : "warning",
    where: `${file}:${line}`,
    what: `Apache itself has no directive ${name}, ${ANSWER}${isSure ? "" : doubt}`,
    repair: meant
      ? `sed -i '${line}s/${name}/${meant}/I' ${quoted(file)}`
      : `sed -i '${line}d' ${quoted(file)}`,
  };
}

/** Loaded modules of which it is not known what directives they have; undefined where it is not known what is loaded. */
function strangersOf({ apache, layers }: Context): string[] | undefined {
  const modules = layers && apache?.modules;
  return modules && [...modules].filter((each) => !isKnownModule(each));
}

function forbidden({ name, file, line }: Directive, needed: string): Found {
  const isServers = needed === "server";
  return {
    code: "HTACCESS_NOT_ALLOWED",
    where: `${file}:${line}`,
    what: isServers
      ? `${name} may not stand in .htaccess, ${ANSWER}`
      : `${name} takes AllowOverride ${needed}, without which every request is answered with 500`,
    repair: `sed -i '${line}d' ${quoted(file)}${isServers ? "" : `, or AllowOverride ${needed} in the server's configuration`}`,
  };
}

/** Of an Apache that does not serve the file, as on the machine it is built on, the modules mean nothing. */
function missing(
  { apache, layers }: Context,
  { name, file, line, guarded }: Directive,
): Found | undefined {
  const { modules: anyOf = [] } = knownDirective(name) ?? {};
  const [first] = anyOf;
  const loaded = layers && apache?.modules;
  if (first === undefined || guarded) return undefined;
  const isPhp = first === "php_module";
  // Most hosts run PHP without the module: there it is the line that a site leaves behind when it moves.
  if (loaded === undefined && !isPhp) return undefined;
  if (loaded && anyOf.some((each) => loaded.has(each))) return undefined;
  const short = first.replace("_module", "");
  const remove = `sed -i '${line}d' ${quoted(file)}`;
  return {
    code: "HTACCESS_MODULE_MISSING",
    level: loaded ? "error" : "warning",
    where: `${file}:${line}`,
    what: loaded
      ? `${name} is of mod_${short}, which is not loaded, ${ANSWER}`
      : `${name} is of mod_${short}; where the host has not loaded it, every request is answered with 500`,
    repair: isPhp
      ? `${remove}; what PHP is to have belongs into .user.ini`
      : `a2enmod ${short} && systemctl restart apache2, or take the line out`,
  };
}
