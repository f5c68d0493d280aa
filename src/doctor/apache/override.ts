// What AllowOverride permits in .htaccess, and what each directive needs (the "Override" of its entry in Apache's manual).
import type { Directive } from "./parse.ts";

/** What a .htaccess file may say. */
export interface Override {
  /** Then it is not even read. */
  readonly none: boolean;
  readonly classes: ReadonlySet<OverrideClass>;
  /** Names of AllowOverrideList, in lower case. */
  readonly list: ReadonlySet<string>;
}

/** The classes of AllowOverride. */
export type OverrideClass =
  | "AuthConfig"
  | "FileInfo"
  | "Indexes"
  | "Limit"
  | "Options";

const CLASSES: readonly OverrideClass[] = [
  "AuthConfig",
  "FileInfo",
  "Indexes",
  "Limit",
  "Options",
];

/** What a section says, on top of what was said for the folders above it. */
export function overrideFrom(
  directives: readonly Directive[],
  before: Override = NONE,
): Override {
  let { classes, list } = before;
  for (const { name, args } of directives) {
    const words = args.map((arg) => arg.replace(/=.*$/, "").toLowerCase());
    if (name === "allowoverride") {
      const has = (one: OverrideClass): boolean =>
        words.includes("all") || words.includes(one.toLowerCase());
      classes = new Set(CLASSES.filter(has));
    } else if (name === "allowoverridelist") {
      list = new Set(words.filter((word) => word !== "none"));
    }
  }
  return { none: classes.size === 0 && list.size === 0, classes, list };
}

const NONE: Override = { none: true, classes: new Set(), list: new Set() };

/** Why `override` forbids a directive: the class it needs, or "server"; undefined where it is allowed or unknown. */
export function forbiddenBy(
  override: Override,
  name: string,
): OverrideClass | "server" | undefined {
  if (SERVER_ONLY.has(name)) return "server";
  const needed = NEEDS.get(name);
  if (needed === undefined || override.classes.has(needed)) return undefined;
  return override.list.has(name) ? undefined : needed;
}

/** The module that a directive is of; undefined for those of the core, and for unknown ones. */
export function moduleOf(name: string): string | undefined {
  return MODULES.get(name);
}

// class | module | directives
const TABLE = `
Options | core | options contentdigest
Options | include_module | xbithack
FileInfo | core | sethandler forcetype errordocument acceptpathinfo enablesendfile fileetag setoutputfilter setinputfilter
FileInfo | mime_module | addhandler removehandler addtype removetype addcharset addencoding addlanguage addoutputfilter
FileInfo | rewrite_module | rewriteengine rewriterule rewritecond rewritebase rewriteoptions
FileInfo | alias_module | redirect redirectmatch redirectpermanent redirecttemp
FileInfo | env_module | setenv unsetenv passenv
FileInfo | setenvif_module | setenvif setenvifnocase browsermatch browsermatchnocase
FileInfo | headers_module | header requestheader
FileInfo | actions_module | action script
FileInfo | fcgid_module | fcgidwrapper
AuthConfig | core | cgipassauth
AuthConfig | authn_core_module | authtype authname
AuthConfig | authz_core_module | require authmerging
AuthConfig | auth_basic_module | authbasicprovider authbasicauthoritative
AuthConfig | authn_file_module | authuserfile
AuthConfig | authz_groupfile_module | authgroupfile
Limit | access_compat_module | allow deny order
Indexes | dir_module | directoryindex directoryslash fallbackresource
Indexes | autoindex_module | indexoptions indexignore adddescription addicon
Indexes | expires_module | expiresactive expiresbytype expiresdefault
`;

const ROWS = TABLE.trim()
  .split("\n")
  .map((row) => row.split(" | ") as [OverrideClass, string, string]);

const NEEDS: ReadonlyMap<string, OverrideClass> = new Map(
  ROWS.flatMap(([needed, , names]) =>
    names.split(" ").map((name) => [name, needed] as const),
  ),
);

const MODULES: ReadonlyMap<string, string> = new Map(
  ROWS.filter(([, module]) => module !== "core").flatMap(([, module, names]) =>
    names.split(" ").map((name) => [name, module] as const),
  ),
);

const SERVER_ONLY: ReadonlySet<string> = new Set(
  "scriptalias scriptaliasmatch alias aliasmatch documentroot directory directorymatch location locationmatch virtualhost allowoverride allowoverridelist proxypass proxypassmatch loadmodule listen user group servername serveralias allowencodedslashes limitrequestfieldsize limitrequestline fcgidmaxrequestlen fcgidiotimeout fcgidbusytimeout fcgidoutputbuffersize fcgidmaxprocessesperclass fcgidminprocessesperclass fcgidpassheader suexecusergroup timeout rewritemap include".split(
    " ",
  ),
);
