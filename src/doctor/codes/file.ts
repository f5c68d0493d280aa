import type { CodeRow } from "./row.ts";

/** Codes of {@link fileCodes}. */
export type FileCode =
  | "FILE_MISSING"
  | "FILE_KIND"
  | "CRLF_FIRST_LINE"
  | "BOM_FIRST_LINE"
  | "BLANK_FIRST_LINE"
  | "FIRST_LINE_MISSING"
  | "FIRST_LINE_QUOTES"
  | "FIRST_LINE_LONG"
  | "FIRST_LINE_ARGUMENTS"
  | "INTERPRETER_RELATIVE"
  | "INTERPRETER_MISSING"
  | "INTERPRETER_NOT_EXECUTABLE"
  | "INTERPRETER_NOT_IN_PATH"
  | "COMMAND_MISSING"
  | "APPLICATION_MISSING"
  | "EXTENSION_UNKNOWN"
  | "TYPE_MODULE_ABOVE"
  | "PACKAGE_JSON_BROKEN";

/** The program's file: its first line, and what that starts. */
export const fileCodes: Readonly<Record<FileCode, CodeRow>> = {
  FILE_MISSING: {
    level: "error",
    title: "There is no such file",
    cause: "The path is wrong, or a link on it leads nowhere",
    proof: "namei -l FILE shows every folder and link on the way",
    cure: "Upload the file, or name the right one",
  },
  FILE_KIND: {
    level: "error",
    title: "The program is not a file",
    cause: "The path is that of a folder, a socket or a device",
    proof: "ls -ld FILE",
    cure: "Name the file itself",
  },
  CRLF_FIRST_LINE: {
    level: "error",
    title: "The first line ends with CR LF",
    cause:
      "The kernel takes the carriage return for a part of the interpreter's name and finds no such program; an editor on Windows, git's autocrlf or an upload as text has put it there",
    proof: 'head -1 FILE | od -c shows \\r \\n; the log has "bad interpreter"',
    cure: "Take the carriage returns out, and upload in binary mode",
    fixable: true,
  },
  BOM_FIRST_LINE: {
    level: "error",
    title: "A byte order mark precedes the first line",
    cause: "The kernel looks for #! in the first two bytes, and finds EF BB",
    proof: 'head -c 3 FILE | od -c; the log has "Exec format error"',
    cure: "Save the file as UTF-8 without BOM",
    fixable: true,
  },
  BLANK_FIRST_LINE: {
    level: "error",
    title: "Blanks or empty lines precede #!",
    cause: "The kernel looks for #! in the first two bytes",
    proof: 'head -c 2 FILE; the log has "Exec format error"',
    cure: "Delete what stands before #!",
    fixable: true,
  },
  FIRST_LINE_MISSING: {
    level: "error",
    title: "The file does not begin with #!",
    cause: "The kernel does not know which program is to run it",
    proof: 'head -1 FILE; the log has "Exec format error"',
    cure: "Write #!/usr/bin/env tsgi-cgi as its first line",
  },
  FIRST_LINE_QUOTES: {
    level: "error",
    title: "The interpreter is written in quotes",
    cause:
      "The kernel takes quotes for a part of the name; paths with blanks cannot be written at all",
    proof: "head -1 FILE",
    cure: "Write it without quotes; for a path with blanks make a link without any",
    fixable: true,
  },
  FIRST_LINE_LONG: {
    level: "error",
    title: "The first line is longer than the kernel reads",
    cause:
      "Linux reads 255 bytes of it, and before 5.1 only 127; the name of the interpreter is cut there",
    proof: "head -1 FILE | wc -c",
    cure: "Make a link with a short path to the interpreter, and name that",
  },
  FIRST_LINE_ARGUMENTS: {
    level: "error",
    title: "env gets several words as one",
    cause:
      "The kernel passes all that follows the interpreter as one argument, so that env looks for a program of that long name",
    proof: "the log has \"env: 'node --flag': No such file or directory\"",
    cure: "Write env -S in front of the words",
    fixable: true,
  },
  INTERPRETER_RELATIVE: {
    level: "error",
    title: "The interpreter is no full path",
    cause:
      "The kernel does not look into PATH; it takes the name relative to the folder the web server starts the program in",
    proof: "head -1 FILE",
    cure: "Write the full path, or /usr/bin/env in front of the name",
  },
  INTERPRETER_MISSING: {
    level: "error",
    title: "The interpreter does not exist",
    cause: "The program of the first line is somewhere else on this machine",
    proof: 'the log has "bad interpreter: No such file or directory"',
    cure: "Write the path it has here; command -v node tells it",
  },
  INTERPRETER_NOT_EXECUTABLE: {
    level: "error",
    title: "The web server's user may not run the interpreter",
    cause:
      "The file lacks the permission, or is in a folder others may not enter, such as a home with nvm in it",
    proof: 'namei -l INTERPRETER; the log has "Permission denied"',
    cure: "chmod, or an interpreter outside of homes",
  },
  INTERPRETER_NOT_IN_PATH: {
    level: "error",
    title: "env finds no such program in the web server's PATH",
    cause:
      "Web servers have another PATH than a shell: without nvm, without /usr/local/bin sometimes",
    proof: 'the log has "env: node: No such file or directory"; status 127',
    cure: "Write the full path into the first line, or extend PATH for the server",
  },
  COMMAND_MISSING: {
    level: "error",
    title: "The script runs a program that is not there",
    cause:
      "The line with exec names tsgi-cgi or node at a place where they are not on this machine",
    proof: "run the script by hand",
    cure: "Correct the path, or install the package where the path leads",
  },
  APPLICATION_MISSING: {
    level: "error",
    title: "The application's file does not exist",
    cause: "The script passes a path that is wrong here",
    proof: "ls -l FILE",
    cure: "Correct the path",
  },
  EXTENSION_UNKNOWN: {
    level: "error",
    title: "Node does not load ES modules from a file with this extension",
    cause:
      "Node tells modules by their extension, and knows neither .cgi nor .fcgi",
    proof: "node FILE says ERR_UNKNOWN_FILE_EXTENSION",
    cure: "Let tsgi-cgi load it, which takes any extension: #!/usr/bin/env tsgi-cgi",
  },
  TYPE_MODULE_ABOVE: {
    level: "error",
    title:
      'A package.json with "type": "module" above makes Node refuse the file',
    cause:
      "Below it every file is an ES module, and those may not be called .cgi or .fcgi",
    proof: "node FILE says ERR_UNKNOWN_FILE_EXTENSION",
    cure: 'Put a package.json with "type": "commonjs" beside the file',
    fixable: true,
  },
  PACKAGE_JSON_BROKEN: {
    level: "error",
    title: "The nearest package.json cannot be read as JSON",
    cause: "Node reads it for each file below it, and stops there",
    proof: "node -p 'JSON.parse(fs.readFileSync(\"package.json\"))'",
    cure: "Correct it, or delete it",
  },
};
