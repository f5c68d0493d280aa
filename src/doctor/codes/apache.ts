import type { CodeRow } from "./row.ts";

/** Codes of {@link apacheCodes}. */
export type ApacheCode =
  | "APACHE_CONFIG_BROKEN"
  | "APACHE_MODULE_MISSING"
  | "NO_URL"
  | "EXECCGI_OFF"
  | "NO_HANDLER"
  | "ACCESS_DENIED"
  | "HTACCESS_MISSING"
  | "HTACCESS_IGNORED"
  | "HTACCESS_UNREADABLE"
  | "HTACCESS_BOM"
  | "HTACCESS_BROKEN"
  | "HTACCESS_UNKNOWN"
  | "HTACCESS_NOT_ALLOWED"
  | "HTACCESS_MODULE_MISSING"
  | "AUTHORIZATION_WITHHELD"
  | "REWRITE_TARGET_MISSING"
  | "REWRITE_DECODES";

/** What Apache's configuration says about the program. */
export const apacheCodes: Readonly<Record<ApacheCode, CodeRow>> = {
  APACHE_CONFIG_BROKEN: {
    level: "error",
    title: "Apache's configuration has a mistake",
    causes: [
      {
        cause: "Apache does not start, or does not reload, with it",
        proof: "apache2ctl -t",
        cure: "correct the line",
      },
    ],
  },
  APACHE_MODULE_MISSING: {
    level: "error",
    title: "Apache lacks a module",
    causes: [
      {
        cause:
          "without mod_cgi or mod_cgid programs are shown or downloaded instead of run; mod_fcgid, mod_proxy_fcgi and mod_rewrite likewise do what their names say",
        proof: "apache2ctl -M",
        cure: "a2enmod it, and restart Apache",
      },
    ],
  },
  NO_URL: {
    level: "hint",
    title: "no URL leads to the file",
    causes: [
      {
        cause:
          "it is neither below a DocumentRoot nor behind a ScriptAlias or Alias",
        proof:
          "apache2ctl -t -D DUMP_CONFIG shows the configuration as Apache reads it",
        cure: "write a ScriptAlias, as in apache/cgi.conf",
      },
    ],
  },
  EXECCGI_OFF: {
    level: "error",
    title: "Options ExecCGI is off for the program's folder",
    causes: [
      {
        cause:
          "Apache runs programs outside of a ScriptAlias only with this option",
        proof:
          'the log has "Options ExecCGI is off in this directory"; the client gets 403',
        cure: "Options +ExecCGI, in .htaccess or <Directory>",
      },
    ],
    fixable: true,
  },
  NO_HANDLER: {
    level: "error",
    title: "Apache has no handler for the file's extension",
    causes: [
      {
        cause: "the source is sent to visitors, instead of what it answers",
        proof: "ask for its URL: the answer begins with #!",
        cure: "AddHandler cgi-script .cgi, in .htaccess or <Directory>",
      },
    ],
    fixable: true,
  },
  ACCESS_DENIED: {
    level: "error",
    title: "Apache grants nobody access to the folder",
    causes: [
      {
        cause: "Require all denied, usually that of <Directory />, is in force",
        proof:
          'the log has "client denied by server configuration"; the client gets 403',
        cure: "Require all granted, in a <Directory> of its own",
      },
    ],
  },
  HTACCESS_MISSING: {
    level: "error",
    title: "there is no .htaccess, or it has another name",
    causes: [
      {
        cause:
          "FTP programs hide names that begin with a dot, and some systems put .txt behind them; without the file Apache answers 404 for all but files, or shows the program's source",
        proof: "ls -a FOLDER",
        cure: "upload apache/cgi.htaccess as .htaccess; show hidden files in the FTP program",
      },
    ],
    fixable: true,
  },
  HTACCESS_IGNORED: {
    level: "error",
    title: "Apache does not read this .htaccess",
    causes: [
      {
        cause: "AllowOverride None, the default, is in force for the folder",
        proof: "write nonsense into it: nothing happens",
        cure: "AllowOverride FileInfo Options AuthConfig, in <Directory>",
      },
    ],
  },
  HTACCESS_UNREADABLE: {
    level: "error",
    title: "Apache may not read a .htaccess file",
    causes: [
      {
        cause:
          "Apache reads it as its own user, also where programs run as somebody else, and answers every request with 403",
        proof: 'the log has "unable to check htaccess file"',
        cure: "chmod 644",
      },
    ],
    fixable: true,
  },
  HTACCESS_BOM: {
    level: "error",
    title: "a byte order mark precedes the first line of .htaccess",
    causes: [
      {
        cause:
          "Apache takes it for a part of the first directive, and answers every request with 500",
        proof: "head -c 3 .htaccess | od -c",
        cure: "save the file as UTF-8 without BOM",
      },
    ],
    fixable: true,
  },
  HTACCESS_BROKEN: {
    level: "error",
    title: "a line of .htaccess is written wrongly",
    causes: [
      {
        cause:
          "Apache knows the directive, but not what stands behind it, or a section is not closed; it answers every request with 500",
        proof: "the log names the file and the line",
        cure: "correct the line",
      },
    ],
  },
  HTACCESS_UNKNOWN: {
    level: "error",
    title: "a line of .htaccess is no directive that Apache knows",
    causes: [
      {
        cause:
          "it is misspelt, or of a module from elsewhere that is not here; Apache answers every request with 500",
        proof: 'the log has "Invalid command"',
        cure: "correct the line, or take it out",
      },
    ],
  },
  HTACCESS_NOT_ALLOWED: {
    level: "error",
    title: "a line of .htaccess is forbidden here",
    causes: [
      {
        cause:
          "AllowOverride does not permit it, or it belongs into the server's configuration; Apache answers every request with 500",
        proof: 'the log has "not allowed here"',
        cure: "take the line out, or have the host allow it",
      },
    ],
  },
  HTACCESS_MODULE_MISSING: {
    level: "error",
    title: "a line of .htaccess needs a module Apache has not loaded",
    causes: [
      {
        cause:
          "Apache does not know the directive, and answers every request with 500",
        proof: 'the log has "Invalid command"',
        cure: "have the module loaded, or put the line into <IfModule>",
      },
    ],
  },
  AUTHORIZATION_WITHHELD: {
    level: "warning",
    title: "the application never sees the Authorization header",
    causes: [
      {
        cause:
          "Apache keeps it from programs unless it is told otherwise; logins by Basic or Bearer fail",
        proof: "curl -u a:b URL: HTTP_AUTHORIZATION is not there",
        cure: "CGIPassAuth On; where that is forbidden, RewriteRule ^ - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]",
      },
    ],
    fixable: true,
  },
  REWRITE_TARGET_MISSING: {
    level: "error",
    title: "a rewrite rule leads to a file that is not there",
    causes: [
      {
        cause: "Apache answers 404 for all that the rule is for",
        proof: "curl -i URL/page",
        cure: "RewriteRule ^ app.cgi [L], with the program's name",
      },
    ],
  },
  REWRITE_DECODES: {
    level: "warning",
    title: "a rewrite rule decodes the path twice",
    causes: [
      {
        cause:
          "^(.*)$ with app.cgi/$1 hands on what is decoded already: %3F becomes a 403, %25 a wrong path",
        proof: "curl URL/a%3Fb",
        cure: "RewriteRule ^ app.cgi [L], and --mount / in the program",
      },
    ],
  },
};
