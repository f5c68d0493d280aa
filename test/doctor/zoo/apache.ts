import { join } from "node:path";
import type { Case } from "./case.ts";
import type { Habitat } from "./habitat.ts";

const htaccess = ({ sandbox }: Habitat): string =>
  join(sandbox.app, "public/.htaccess");

/** Takes a line out of a file, or puts others in its place. */
const without =
  (line: string, instead = "") =>
  (habitat: Habitat) =>
    habitat.edit(htaccess(habitat), `\n${line}\n`, `\n${instead}\n`);
const inSite = (from: string | RegExp, to: string) => (habitat: Habitat) =>
  habitat.edit(habitat.site, from, to);
const inMain = (from: string | RegExp, to: string) => (habitat: Habitat) =>
  habitat.edit(habitat.config, from, to);

export const apacheCases: readonly Case[] = [
  {
    name: "a section is not closed",
    home: "cgi",
    code: "APACHE_CONFIG_BROKEN",
    act: inSite("</VirtualHost>", ""),
    visible: "broken after a restart",
  },
  {
    name: "an Include leads nowhere",
    home: "cgi",
    code: "APACHE_CONFIG_BROKEN",
    act: inMain("Listen ", "Include /nonexistent/site.conf\nListen "),
    visible: "broken after a restart",
  },
  {
    name: "mod_cgid is not loaded",
    home: "cgi",
    code: "APACHE_MODULE_MISSING",
    act: inMain(/LoadModule cgid_module .*/, ""),
    visible: "broken after a restart",
  },
  {
    name: "mod_fcgid is not loaded",
    home: "fcgid",
    code: "APACHE_MODULE_MISSING",
    act: inMain(/LoadModule fcgid_module .*/, ""),
  },
  {
    name: "ScriptAlias leads to another folder",
    home: "cgi",
    code: "NO_URL",
    act: (habitat) => {
      inSite(/ScriptAlias .*/, "")(habitat);
      inSite(/ScriptAlias .*/, "")(habitat);
    },
    visible: "broken after a restart",
  },
  {
    name: "Options +ExecCGI is missing",
    home: "htaccess",
    code: "EXECCGI_OFF",
    act: without("Options +ExecCGI"),
    fixed: true,
    visible: "broken",
  },
  {
    name: "a folder below turns ExecCGI off again",
    home: "htaccess",
    code: "EXECCGI_OFF",
    act: without("Options +ExecCGI", "Options +ExecCGI\nOptions -ExecCGI"),
    fixed: true,
    visible: "broken",
  },
  {
    name: "Options +ExecCGI is missing, for mod_fcgid",
    home: "fcgid-htaccess",
    code: "EXECCGI_OFF",
    act: without("Options +ExecCGI"),
    fixed: true,
    visible: "broken",
  },
  {
    name: "AddHandler is missing",
    home: "htaccess",
    code: "NO_HANDLER",
    act: without("AddHandler cgi-script .cgi"),
    fixed: true,
    visible: "broken",
  },
  {
    name: "AddHandler is missing, for mod_fcgid",
    home: "fcgid-htaccess",
    code: "NO_HANDLER",
    act: without("AddHandler fcgid-script .fcgi"),
    fixed: true,
    visible: "broken",
  },
  {
    name: "AddHandler names another extension",
    home: "htaccess",
    code: "NO_HANDLER",
    act: without("AddHandler cgi-script .cgi", "AddHandler cgi-script .pl"),
    fixed: true,
    visible: "broken",
  },
  {
    name: "nobody is granted access to the folder",
    home: "cgi",
    code: "ACCESS_DENIED",
    act: inSite("Require all granted", "Require all denied"),
    visible: "broken after a restart",
  },
  {
    name: ".htaccess denies all",
    home: "htaccess",
    code: "ACCESS_DENIED",
    act: without(
      "Options +ExecCGI",
      "Options +ExecCGI\n<Files app.cgi>\nRequire all denied\n</Files>",
    ),
    visible: "broken",
  },
  {
    name: "the host reads no .htaccess",
    home: "htaccess",
    code: "HTACCESS_IGNORED",
    act: inSite("AllowOverride All", "AllowOverride None"),
    visible: "broken after a restart",
  },
  {
    name: "the host forbids Options",
    home: "htaccess",
    code: "HTACCESS_NOT_ALLOWED",
    act: inSite("AllowOverride All", "AllowOverride FileInfo AuthConfig"),
    visible: "broken after a restart",
  },
  {
    name: "the host forbids CGIPassAuth",
    home: "htaccess",
    code: "HTACCESS_NOT_ALLOWED",
    act: inSite("AllowOverride All", "AllowOverride FileInfo Options"),
    visible: "broken after a restart",
  },
  {
    name: "a line of the server's configuration stands in .htaccess",
    home: "htaccess",
    code: "HTACCESS_NOT_ALLOWED",
    act: without(
      "Options +ExecCGI",
      "Options +ExecCGI\nAllowEncodedSlashes NoDecode",
    ),
    visible: "broken",
  },
  {
    name: "mod_rewrite is not loaded",
    home: "htaccess",
    code: "HTACCESS_MODULE_MISSING",
    act: (habitat) => {
      inMain(/LoadModule rewrite_module .*/, "")(habitat);
      // One line, for one finding.
      without(
        "RewriteEngine On\nRewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule ^ app.cgi [L]",
        "RewriteEngine On",
      )(habitat);
    },
    visible: "broken after a restart",
  },
  {
    name: "another Apache is meant, which lacks mod_rewrite",
    home: "htaccess",
    code: "NO_URL",
    act: (habitat) => {
      inMain(/LoadModule rewrite_module .*/, "")(habitat);
      habitat.edit(habitat.site, /(?<=DocumentRoot ).*/, "/nonexistent");
    },
  },
  {
    name: "mod_headers is not loaded",
    home: "htaccess",
    code: "HTACCESS_MODULE_MISSING",
    act: without("Options +ExecCGI", 'Options +ExecCGI\nHeader set X-A "b"'),
    visible: "broken",
  },
  {
    name: "CGIPassAuth is missing",
    home: "cgi",
    code: "AUTHORIZATION_WITHHELD",
    act: inSite("CGIPassAuth On", ""),
  },
  {
    name: "CGIPassAuth is missing in .htaccess",
    home: "htaccess",
    code: "AUTHORIZATION_WITHHELD",
    act: without("CGIPassAuth On"),
    fixed: true,
    visible: "fine",
  },
  {
    name: "CGIPassAuth is missing, for mod_fcgid",
    home: "fcgid",
    code: "AUTHORIZATION_WITHHELD",
    act: inSite("CGIPassAuth On", ""),
  },
  {
    name: "AllowEncodedSlashes is missing",
    home: "cgi",
    code: "ENCODED_SLASHES",
    act: inSite("AllowEncodedSlashes NoDecode", ""),
  },
  {
    name: "LimitRequestFieldSize is left",
    home: "cgi",
    code: "HEADER_LINES",
    act: inSite(/LimitRequestFieldSize .*/, ""),
  },
  {
    name: "the usual rule of the web is in .htaccess",
    home: "htaccess",
    code: "REWRITE_DECODES",
    act: without(
      "RewriteRule ^ app.cgi [L]",
      "RewriteRule ^(.*)$ app.cgi/$1 [L]",
    ),
  },
  {
    name: "FcgidMaxRequestLen is not raised",
    home: "fcgid",
    code: "FCGID_REQUEST_LENGTH",
    act: inSite(/FcgidMaxRequestLen .*/, ""),
  },
  {
    name: "FcgidIOTimeout is set to little",
    home: "fcgid",
    code: "FCGID_IO_TIMEOUT",
    act: inSite(/FcgidIOTimeout .*/, "FcgidIOTimeout 20"),
  },
  {
    name: "FcgidOutputBufferSize is left",
    home: "fcgid",
    code: "FCGID_BUFFER",
    act: inSite(/FcgidOutputBufferSize .*/, ""),
  },
  {
    name: "FcgidMinProcessesPerClass is left",
    home: "fcgid",
    code: "FCGID_PROCESSES",
    act: inSite(/FcgidMinProcessesPerClass .*/, ""),
  },
  {
    name: "Apache's envvars have NODE_EXTRA_CA_CERTS",
    home: "cgi",
    code: "EXTRA_CA_CERTS",
    act: ({ sandbox }) =>
      sandbox.write(
        "envvars",
        "export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt\n",
      ),
  },
  {
    name: "SetEnv has NODE_OPTIONS",
    home: "cgi",
    code: "NODE_OPTIONS_SET",
    act: inSite(
      "DocumentRoot",
      "SetEnv NODE_OPTIONS --require=/srv/agent.js\n  DocumentRoot",
    ),
  },
  {
    name: "RLimitMEM is less than Node needs to start",
    home: "cgi",
    code: "ADDRESS_SPACE",
    act: inSite("DocumentRoot", "RLimitMEM 104857600\n  DocumentRoot"),
    visible: "broken after a restart",
  },
  {
    name: "RLimitNPROC is for programs without threads",
    home: "cgi",
    code: "PROCESS_LIMIT",
    act: inSite("DocumentRoot", "RLimitNPROC 20\n  DocumentRoot"),
  },
];
