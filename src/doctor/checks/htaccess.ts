// The .htaccess files on the way to the program: whether they are read, and what Apache makes of them.
import { dirname } from "node:path";
import { type Htaccess, htaccessAlone } from "../apache/htaccess.ts";
import { lastOf } from "../apache/place.ts";
import type { Context } from "../context.ts";
import { ACCESS, may, octal } from "../facts/access.ts";
import { type Account, accountOf, userName } from "../facts/accounts.ts";
import type { Found } from "../finding.ts";
import { changeMode, rewrite } from "../repair.ts";
import { quoted } from "../shell.ts";
import { broken, checkLines } from "./htaccess-lines.ts";
import { mayChange } from "./permissions.ts";
import { checkRewrite } from "./rewrite.ts";

const BOM = "\xef\xbb\xbf";

/** Each file that makes Apache refuse requests, or does something else than it seems. */
export function checkHtaccess(context: Context): Found[] {
  const { machine, program, layers, place } = context;
  if (program === undefined || program.isModule) return [];
  if (layers === undefined) {
    // Nothing is known of the server but what it cannot be.
    return inForce(context, htaccessAlone(machine, program.file));
  }
  const read = layers.htaccess.filter(({ override }) => !override.none);
  const found = inForce(context, read);
  // Where a ScriptAlias leads to the program, .htaccess is not what makes it one.
  if (place?.via !== "documentroot" && place?.via !== "userdir") return found;
  const passedOver = layers.htaccess.filter(
    ({ path, override, directives }) =>
      override.none &&
      dirname(path) === dirname(program.file) &&
      directives.length > 0,
  );
  const server = `${place.file}:${place.line}`;
  return [...found, ...passedOver.map((file) => ignored(file, server))];
}

function inForce(context: Context, files: readonly Htaccess[]): Found[] {
  // Rules of a folder replace those of the folders above.
  const ruling = files.findLast(({ directives }) =>
    directives.some(({ name }) => name === "rewriteengine"),
  );
  return files.flatMap((file) => {
    const found = unreadable(context, file) ?? marked(context, file);
    if (found !== undefined) return [found];
    return [
      ...file.mistakes.map((mistake) => broken(mistake, mistake.what)),
      ...checkLines(context, file),
      ...(file === ruling ? checkRewrite(context, file) : []),
    ];
  });
}

function ignored({ path }: Htaccess, server: string): Found {
  return {
    code: "HTACCESS_IGNORED",
    where: path,
    what: `AllowOverride None is in force for its folder (${server})`,
    repair: `<Directory ${dirname(path)}> AllowOverride FileInfo Options AuthConfig </Directory>, in the server's configuration`,
  };
}

function unreadable(context: Context, { path }: Htaccess): Found | undefined {
  const facts = context.machine.facts(path);
  const reader = readerOf(context);
  if (facts === undefined || reader === undefined) return undefined;
  if (may(reader, facts, ACCESS.READ)) return undefined;
  return {
    code: "HTACCESS_UNREADABLE",
    where: path,
    what: `${reader.user} may not read it, so that every request is answered with 403: its mode is ${octal(facts.mode)}, its owner ${userName(context.machine, facts.uid)}`,
    repair: `chmod 644 ${quoted(path)}`,
    fix: mayChange(context, facts.uid) ? changeMode(path, 0o444) : undefined,
  };
}

/** Apache's own user, also where suEXEC runs the program as another one. */
function readerOf({ machine, apache, account }: Context): Account | undefined {
  const user = apache && lastOf(apache.directives, "user")?.args[0];
  return (user === undefined ? undefined : accountOf(machine, user)) ?? account;
}

function marked(context: Context, { path, mark }: Htaccess): Found | undefined {
  if (mark === undefined) return undefined;
  const owner = context.machine.facts(path)?.uid ?? 0;
  const isPlain = mark === "UTF-8";
  return {
    code: "HTACCESS_BOM",
    where: `${path}:1`,
    what: `it begins with a byte order mark of ${mark}, so that every request is answered with 500`,
    repair: isPlain
      ? `sed -i '1s/^\\xef\\xbb\\xbf//' ${quoted(path)}`
      : "save it as UTF-8 without BOM",
    fix:
      isPlain && mayChange(context, owner)
        ? rewrite(path, (text) =>
            text.startsWith(BOM) ? text.slice(BOM.length) : text,
          )
        : undefined,
  };
}
