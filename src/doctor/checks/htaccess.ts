// The .htaccess files on the way to the program: whether they are read, and what of them is allowed.
import { dirname } from "node:path";
import { type Htaccess, htaccessAlone } from "../apache/layers.ts";
import { forbiddenBy, moduleOf } from "../apache/override.ts";
import type { Directive } from "../apache/parse.ts";
import type { Context } from "../context.ts";
import type { Found } from "../finding.ts";

/** A rule that hands on what Apache has decoded, to be decoded again. */
const DECODES = /^\^\(\.[*+]\)\$?$/;

/** Each line that makes Apache answer 500, or does something else than it seems. */
export function checkHtaccess(context: Context): Found[] {
  const { machine, program, layers, place } = context;
  if (program === undefined || program.isModule) return [];
  if (layers === undefined) {
    // Nothing is known of the server but what it cannot be.
    const files = htaccessAlone(machine, program.file);
    return files.flatMap((file) => linesOf(context, file));
  }
  // Where a ScriptAlias leads to the program, .htaccess is not what makes it one.
  const matters = place?.via === "documentroot" || place?.via === "userdir";
  return layers.htaccess.flatMap((file) => {
    if (!file.override.none) return linesOf(context, file);
    const isBeside = dirname(file.path) === dirname(program.file);
    return matters && isBeside && file.directives.length > 0
      ? [ignored(file, `${place.file}:${place.line}`)]
      : [];
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

function linesOf(
  context: Context,
  { path, directives, override, mistakes }: Htaccess,
): Found[] {
  const broken: Found[] = mistakes.map(({ line, what }) => ({
    code: "APACHE_CONFIG_BROKEN",
    where: `${path}:${line}`,
    what,
    repair: "correct it; until then every request is answered with 500",
  }));
  return [
    ...broken,
    ...directives.flatMap((directive) => {
      const needed = forbiddenBy(override, directive.name);
      if (needed !== undefined) return [forbidden(directive, needed)];
      return missing(context, directive) ?? decodes(directive) ?? [];
    }),
  ];
}

function forbidden({ name, file, line }: Directive, needed: string): Found {
  const isServers = needed === "server";
  return {
    code: "HTACCESS_NOT_ALLOWED",
    where: `${file}:${line}`,
    what: isServers
      ? `${name} may not stand in .htaccess, so that every request is answered with 500`
      : `${name} takes AllowOverride ${needed}, without which every request is answered with 500`,
    repair: `sed -i '${line}d' ${file}${isServers ? "" : `, or AllowOverride ${needed} in the server's configuration`}`,
  };
}

/** Of an Apache that does not serve the file, as on the machine it is built on, the modules mean nothing. */
function missing(
  { apache, layers }: Context,
  directive: Directive,
): Found | undefined {
  const { name, file, line, guarded } = directive;
  const module = moduleOf(name);
  const modules = layers && apache?.modules;
  if (module === undefined || modules === undefined || guarded)
    return undefined;
  if (modules.has(module)) return undefined;
  const short = module.replace("_module", "");
  return {
    code: "HTACCESS_MODULE_MISSING",
    where: `${file}:${line}`,
    what: `${name} is of mod_${short}, which is not loaded, so that every request is answered with 500`,
    repair: `a2enmod ${short} && systemctl restart apache2, or take the line out`,
  };
}

function decodes({ name, args, file, line }: Directive): Found | undefined {
  const [pattern = "", target = ""] = args;
  if (name !== "rewriterule" || !DECODES.test(pattern)) return undefined;
  if (!/\.f?cgi\/\$1/.test(target)) return undefined;
  const program = target.replace(/\/\$1.*$/, "");
  return {
    code: "REWRITE_DECODES",
    where: `${file}:${line}`,
    what: `${target} hands on a path that is decoded already, and is decoded again`,
    repair: `RewriteRule ^ ${program} [L], and --mount / in ${program}`,
  };
}
