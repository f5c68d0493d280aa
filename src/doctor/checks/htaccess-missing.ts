// A .htaccess file that was not uploaded, or lies there under another name.
import { basename, dirname, extname, join } from "node:path";
import { nearest } from "../../common/suggest.ts";
import { htaccessAlone } from "../apache/htaccess.ts";
import { handlerOf } from "../apache/in-force.ts";
import type { Context } from "../context.ts";
import { mayBeHidden } from "../facts/other-servers.ts";
import type { Found } from "../finding.ts";
import { rename } from "../repair.ts";
import { quoted } from "../shell.ts";
import { mayChange } from "./permissions.ts";

/** Folders that hosts serve, as they are usually called. */
const SERVED =
  /\/(?:public_html|private_html|htdocs|httpdocs|www|html|public|web)(?:\/|$)/;
const CGI_BIN = /\/f?cgi-bin(?:\/|$)/;

/** One finding at most. Where the configuration says that Apache runs the program, it needs none. */
export function checkHtaccessMissing(context: Context): Found[] {
  const { machine, program, layers, place } = context;
  if (program === undefined || program.isModule) return [];
  const folder = dirname(program.file);
  const path = join(folder, ".htaccess");
  if (machine.facts(path) !== undefined) return [];
  if (place !== undefined && layers !== undefined) {
    const { none } = layers.override;
    if (none || handlerOf(layers.layers, program.file, place)) return [];
  }
  const other = machine.names(folder)?.find(isMeant);
  const named = other && join(folder, other);
  if (named && machine.facts(named)?.kind === "file")
    return [misnamed(context, named, path)];
  // Where the configuration can be read, it tells what is missing by itself.
  if (!mayBeHidden(context) || htaccessAlone(machine, program.file).length > 0)
    return [];
  if (CGI_BIN.test(folder) || !SERVED.test(folder)) return [];
  const kind = extname(program.file) === ".fcgi" ? "fcgid" : "cgi";
  return [
    {
      code: "HTACCESS_MISSING",
      // The host's own configuration may do without.
      level: "warning",
      where: path,
      what: "there is none, here or above: unless the host itself says that this is a program, Apache shows its source, and answers 404 for pages",
      repair: `upload apache/${kind}.htaccess of the package tsgi as ${path}; FTP programs hide it until they are told to show hidden files`,
    },
  ];
}

/** `htaccess.txt`, `cgi.htaccess`, `.htacess` and their like; not what somebody has put aside, such as `.htaccess.bak`. */
function isMeant(name: string): boolean {
  const bare = name
    .toLowerCase()
    .replace(/\.txt$/, "")
    .replace(/^.*[._](?=ht)/, "");
  return bare.startsWith("ht") && nearest(bare, ["htaccess"], 2) !== undefined;
}

function misnamed(context: Context, from: string, path: string): Found {
  const owner = context.machine.facts(dirname(path))?.uid ?? 0;
  return {
    code: "HTACCESS_MISSING",
    where: path,
    what: `it is called ${basename(from)}, for which Apache does not look`,
    repair: `mv ${quoted(from)} ${quoted(path)}`,
    fix: mayChange(context, owner) ? rename(from, path) : undefined,
  };
}
