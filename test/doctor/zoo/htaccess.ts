import { chmodSync, chownSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Case } from "./case.ts";
import type { Habitat } from "./habitat.ts";

const htaccess = ({ sandbox }: Habitat): string =>
  join(sandbox.app, "public/.htaccess");

/** A line in place of another one. */
const instead = (line: string, other: string) => (habitat: Habitat) =>
  habitat.edit(htaccess(habitat), `\n${line}\n`, `\n${other}\n`);
/** A line more. */
const more = (line: string) =>
  instead("AddHandler cgi-script .cgi", `AddHandler cgi-script .cgi\n${line}`);
const target = (path: string) =>
  instead("RewriteRule ^ app.cgi [L]", `RewriteRule ^ ${path} [L]`);

/** What the brave do to .htaccess, each tried before Apache. */
export const htaccessCases: readonly Case[] = [
  {
    name: "an editor has put a byte order mark before it",
    code: "HTACCESS_BOM",
    act: (habitat: Habitat) => {
      const path = htaccess(habitat);
      writeFileSync(path, `\ufeff${readFileSync(path, "utf8")}`);
    },
    fixed: true as const,
  },
  {
    name: "an editor has saved it as UTF-16",
    code: "HTACCESS_BOM",
    act: (habitat: Habitat) => {
      const path = htaccess(habitat);
      writeFileSync(path, `\ufeff${readFileSync(path, "utf8")}`, "utf16le");
    },
  },
  {
    name: "it is its owner's alone",
    code: "HTACCESS_UNREADABLE",
    act: (habitat: Habitat) => {
      chownSync(htaccess(habitat), 0, 0);
      chmodSync(htaccess(habitat), 0o600);
    },
    fixed: true as const,
    asRoot: true as const,
  },
  {
    name: "it has a line of nobody's",
    code: "HTACCESS_UNKNOWN",
    act: more("Bogus x"),
  },
  {
    name: "it has a line of nobody's, in a section",
    code: "HTACCESS_UNKNOWN",
    act: more(
      "<IfModule mod_rewrite.c>\n<Files x>\nBogus x\n</Files>\n</IfModule>",
    ),
  },
  {
    name: "Options is misspelt",
    code: "HTACCESS_UNKNOWN",
    act: instead("Options +ExecCGI", "Optoins +ExecCGI"),
  },
  {
    name: "the site that was here before had LiteSpeed",
    code: "HTACCESS_UNKNOWN",
    act: more("CacheLookup on"),
  },
  {
    name: "the site that was here before has left its settings of PHP",
    code: "HTACCESS_MODULE_MISSING",
    act: more("php_value memory_limit 1"),
  },
  {
    name: "a condition holds where a module is missing",
    code: "HTACCESS_MODULE_MISSING",
    act: more("<IfModule !mod_headers.c>\nHeader set X-A b\n</IfModule>"),
  },
  {
    name: "options with and without + are mixed",
    code: "HTACCESS_BROKEN",
    act: instead("Options +ExecCGI", "Options +ExecCGI Indexes"),
  },
  {
    name: "an option is misspelt",
    code: "HTACCESS_BROKEN",
    act: instead("Options +ExecCGI", "Options +ExecCIG"),
  },
  {
    name: "a section is not closed",
    code: "HTACCESS_BROKEN",
    act: more("<Files x>"),
  },
  {
    name: "RewriteEngine is neither on nor off",
    code: "HTACCESS_BROKEN",
    act: instead("RewriteEngine On", "RewriteEngine Yes"),
  },
  {
    name: "AddHandler lacks the extension",
    code: "HTACCESS_BROKEN",
    act: more("AddHandler cgi-script"),
  },
  {
    name: "flags of a rule have a blank between them",
    code: "HTACCESS_BROKEN",
    act: instead("RewriteRule ^ app.cgi [L]", "RewriteRule ^ app.cgi [L, QSA]"),
  },
  {
    name: "a comment stands where a rule may have its flags",
    code: "HTACCESS_BROKEN",
    act: instead("RewriteRule ^ app.cgi [L]", "RewriteRule ^ app.cgi # all"),
  },
  {
    name: "a rule has no target",
    code: "HTACCESS_BROKEN",
    act: instead("RewriteRule ^ app.cgi [L]", "RewriteRule ^app.cgi"),
  },
  {
    name: "the rule leads to a program of another name",
    code: "REWRITE_TARGET_MISSING",
    act: target("index.cgi"),
  },
  {
    name: "the rule leads to another folder's program",
    code: "REWRITE_TARGET_MISSING",
    act: target("/cgi-bin/app.cgi"),
  },
  {
    name: "the rule is still that of PHP",
    code: "REWRITE_TARGET_MISSING",
    act: target("index.php"),
  },
  {
    name: "RewriteBase is that of another site",
    code: "REWRITE_TARGET_MISSING",
    act: instead("RewriteEngine On", "RewriteEngine On\nRewriteBase /shop"),
  },
  {
    name: ".htaccess denies all, without a section",
    code: "ACCESS_DENIED",
    act: more("Require all denied"),
  },
].map((each) => ({ home: "htaccess", visible: "broken", ...each }) as Case);

/** The same, where Apache has to be told more. */
export const htaccessAboveCases: readonly Case[] = [
  {
    name: "the .htaccess of the folder above has a line of nobody's",
    home: "htaccess",
    code: "HTACCESS_UNKNOWN",
    act: (habitat) => {
      habitat.edit(
        habitat.site,
        `<Directory ${habitat.sandbox.app}/public>`,
        `<Directory ${habitat.sandbox.app}>`,
      );
      habitat.write(".htaccess", "Bogus x\n");
    },
    visible: "broken after a restart",
  },
  {
    name: "a line of nobody's, where a module from elsewhere is loaded",
    home: "htaccess",
    code: "HTACCESS_UNKNOWN",
    level: "warning",
    act: (habitat) => {
      habitat.edit(
        habitat.config,
        "ServerRoot ",
        "LoadModule tile_module /usr/lib/apache2/modules/mod_tile.so\nServerRoot ",
      );
      more("LoadTileConfig x")(habitat);
    },
  },
  {
    name: "Options is misspelt, where a module from elsewhere is loaded",
    home: "htaccess",
    code: "HTACCESS_UNKNOWN",
    level: "error",
    act: (habitat) => {
      habitat.edit(
        habitat.config,
        "ServerRoot ",
        "LoadModule tile_module /usr/lib/apache2/modules/mod_tile.so\nServerRoot ",
      );
      instead("Options +ExecCGI", "Optoins +ExecCGI")(habitat);
    },
  },
];

/** What may stand in .htaccess without harm, each tried before Apache. */
export const harmless: readonly (readonly [name: string, act: Case["act"]])[] =
  [
    [
      "settings of PHP, for a module that is not loaded",
      more("<IfModule mod_php.c>\nphp_value memory_limit 1\n</IfModule>"),
    ],
    [
      "nonsense that no condition lets in",
      more("<IfModule !mod_rewrite.c>\nBogus x\n</IfModule>"),
    ],
    [
      "much of what Apache has",
      more(
        'AddDefaultCharset utf-8\n<IfModule mod_expires.c>\nExpiresActive On\n</IfModule>\nDirectoryIndex app.cgi\nErrorDocument 404 /no.html\nSetEnv A b\nLimitRequestBody 1000000\n<FilesMatch "\\.bak$">\nRequire all denied\n</FilesMatch>\n<If "%{REQUEST_URI} == \'/x\'">\nSetEnv A c\n</If>',
      ),
    ],
    [
      "a condition that is not closed, which Apache bears",
      more("<IfModule mod_rewrite.c>"),
    ],
    ["a rule with an absolute path", target("/app.cgi")],
    [
      "rules for a few pages that the program answers",
      instead(
        "RewriteEngine On",
        "RewriteEngine On\nRewriteRule ^old/(.*)$ new/$1\nRewriteRule ^gone$ - [G]\nRewriteRule ^away$ https://example.org/x.cgi [R,L]",
      ),
    ],
    [
      "blanks within the words of rewrite rules",
      instead(
        "RewriteEngine On",
        "RewriteEngine On\nRewriteCond %{THE_REQUEST} ^[A-Z]{3,9}\\ /index\\.html\\ HTTP/ [NC]\nRewriteRule ^index\\.html$ /x [R=301,L]\nRewriteRule ^foo\\ bar$ /x [L]\nRewriteRule \"^foo bar$\" '/x y' [L]",
      ),
    ],
    [
      "comments behind the flags of a rule",
      instead(
        "RewriteEngine On",
        "RewriteEngine On\nRewriteRule ^x$ /y [R=301,L] # moved in May",
      ),
    ],
    [
      "a page of maintenance, for the time that it is there",
      instead(
        "RewriteEngine On",
        "RewriteEngine On\nRewriteCond %{DOCUMENT_ROOT}/maintenance.html -f\nRewriteRule ^ maintenance.html [L]",
      ),
    ],
    [
      "lines of LiteSpeed's, where it alone reads them",
      more(
        "<IfModule LiteSpeed>\nCacheLookup on\nCacheDisable public /x\n</IfModule>",
      ),
    ],
  ];
