import type { Table } from "./entry.ts";
import {
  BIG_HEADERS,
  DIED,
  NO_INTERPRETER,
  NO_NODE,
  NOT_EXECUTABLE,
  OUR_STDERR,
  PRINTED,
  SLOW,
  STARTED_AND_ENDED,
} from "./shared-causes.ts";

/** Apache's error log about CGI programs: mod_cgi, mod_cgid, and what mod_fcgid says in their words. */
export const cgiLines: Table = {
  "cgi-not-executable": {
    says: [
      "(13)Permission denied: … exec of '<file>' failed",
      "(13)Permission denied: exec of '<file>' failed",
    ],
    title: "the program may not be executed",
    visitor: "500",
    causes: [NOT_EXECUTABLE],
  },
  "cgi-no-interpreter": {
    says: [
      "(2)No such file or directory: … exec of '<file>' failed",
      "(2)No such file or directory: exec of '<file>' failed",
    ],
    title: "the interpreter of the program's first line does not exist",
    visitor: "500",
    causes: [NO_INTERPRETER],
  },
  "cgi-format": {
    says: [
      "(8)Exec format error: … exec of '<file>' failed",
      "(8)Exec format error: exec of '<file>' failed",
    ],
    title: "the program has no first line with an interpreter",
    visitor: "500",
    causes: [
      {
        cause:
          "#! is missing, or something stands before it: a byte order mark, an empty line",
        proof: "head -c 3 <file> | od -c shows # ! /",
        cure: "begin the file with #!/usr/bin/env tsgi-cgi; save it as UTF-8 without a byte order mark",
      },
    ],
  },
  "cgi-no-output": {
    says: ["End of script output before headers: <file>"],
    title: "the program ended, or was ended, without an answer",
    means:
      "One message for a dozen causes. The line before it, or the one its standard error left, has the cause.",
    visitor: "500",
    causes: [STARTED_AND_ENDED, NO_NODE, NOT_EXECUTABLE, NO_INTERPRETER, DIED],
  },
  "cgi-malformed": {
    says: ["malformed header from script '<file>': Bad header"],
    title: "something in the place of headers that is none",
    means:
      "What was printed stands at the end of the line, but for mod_proxy_fcgi.",
    visitor: "500",
    causes: [PRINTED],
  },
  "cgi-premature": {
    says: ["Premature end of script headers: <file>"],
    title: "a header line longer than 8 KiB, or headers that do not end",
    visitor: "500",
    causes: [BIG_HEADERS, STARTED_AND_ENDED],
  },
  "cgi-timeout": {
    says: [
      "Script timed out before returning headers: <file>",
      "AH01220: Timeout waiting for output from CGI script <file>",
    ],
    title:
      "the program was silent for longer than Timeout, or CGIDScriptTimeout",
    visitor: "504",
    causes: [SLOW],
  },
  "cgi-not-found": {
    says: ["stderr from <file>: script not found or unable to stat"],
    title: "there is no such program",
    visitor: "404",
    causes: [
      {
        cause:
          "the file is elsewhere, or Apache's user cannot enter its folder",
        proof: "namei -l <file>",
        cure: "correct ScriptAlias, or the path; chmod o+x the folders",
      },
    ],
  },
  "cgi-exec-off": {
    says: ["stderr from <file>: Options ExecCGI is off in this directory"],
    title: "programs may not run in this folder",
    visitor: "403",
    causes: [
      {
        cause:
          "Options +ExecCGI is missing; Options without + replaces what was set before",
        proof: "the <Directory> and the .htaccess files that hold for <file>",
        cure: "Options +ExecCGI in .htaccess, or the folder that the host has for programs, often cgi-bin",
      },
    ],
  },
  "cgi-suexec": {
    says: ["suexec policy violation: see suexec log for more details"],
    title: "suEXEC refuses to start the program",
    means:
      "Its own log, /var/log/apache2/suexec.log or suexec_log, has the reason; where a host hides that, the table of tsgi explain suexec has all of them.",
    visitor: "500",
    causes: [
      {
        cause: "the program or its folder can be written to by others, mostly",
        proof:
          "ls -ld . app.cgi in the program's folder: only the owner may have w, and the owner must be you",
        cure: "chmod 755 . app.cgi",
      },
    ],
  },
  "cgi-stderr": {
    says: ["AH01215: stderr from <file>: "],
    title: "a line of the program",
    causes: [OUR_STDERR],
  },
};

/** suEXEC's log. */
export const suexecLines: Table = {
  "suexec-file-writable": {
    says: ["file is writable by others: (<file>)"],
    title: "the program can be written to by its group or others",
    visitor: "500",
    causes: [
      {
        cause: "mode 775 or 777; uploads and git may set these",
        proof: "ls -l <file>",
        cure: "chmod 755 <file>",
      },
    ],
  },
  "suexec-folder-writable": {
    says: ["directory is writable by others: (<file>)"],
    title: "the program's folder can be written to by its group or others",
    visitor: "500",
    causes: [
      {
        cause: "mode 775 or 777 of the folder",
        proof: "ls -ld <file>",
        cure: "chmod 755 <file>",
      },
    ],
  },
  "suexec-owner": {
    says: ["target uid/gid (…) mismatch with directory (…) or program (…)"],
    title: "program and folder do not belong to the user the site runs as",
    visitor: "500",
    causes: [
      {
        cause: "they were put there by root or another user",
        proof:
          "ls -ldn . app.cgi, beside the first pair of numbers in the line",
        cure: "chown both to that user and group; without root: copy the files as yourself and remove the others",
      },
    ],
  },
  "suexec-not-executable": {
    says: ["file has no execute permission: (<file>)"],
    title: "the program is not executable",
    visitor: "500",
    causes: [NOT_EXECUTABLE],
  },
  "suexec-setuid": {
    says: ["file is either setuid or setgid: (<file>)"],
    title: "the program has a setuid or setgid bit",
    visitor: "500",
    causes: [
      {
        cause: "mode 4755 or 2755",
        proof: "ls -l <file>",
        cure: "chmod 755 <file>, and chmod ug-s <file>",
      },
    ],
  },
  "suexec-docroot": {
    says: ["command not in docroot (<file>)"],
    title: "the program is outside of the folder suEXEC was made for",
    visitor: "500",
    causes: [
      {
        cause:
          "suEXEC starts programs below one folder only, /var/www on Debian",
        proof: "suexec -V, as root, shows AP_DOC_ROOT",
        cure: "put the small app.cgi there, and the application wherever you like",
      },
    ],
  },
};
