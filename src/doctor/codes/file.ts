import type { CodeRow } from "./row.ts";

/** Codes of {@link fileCodes}. */
export type FileCode =
  | "FILE_MISSING"
  | "FILE_KIND"
  | "FILE_DAMAGED"
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
  | "APPLICATION_MISSING";

/** The program's file: its first line, and what that starts. */
export const fileCodes: Readonly<Record<FileCode, CodeRow>> = {
  FILE_MISSING: {
    level: "error",
    title: "there is no such file",
    causes: [
      {
        cause: "the path is wrong, or a link on it leads nowhere",
        proof: "namei -l FILE shows every folder and link on the way",
        cure: "upload the file, or name the right one",
      },
    ],
  },
  FILE_KIND: {
    level: "error",
    title: "the program is not a file",
    causes: [
      {
        cause: "the path is that of a folder, a socket or a device",
        proof: "ls -ld FILE",
        cure: "name the file itself",
      },
    ],
  },
  FILE_DAMAGED: {
    level: "error",
    title: "the file is not what tsgi build, or --resident, has written",
    causes: [
      {
        cause: "the upload was cut, or the disk or the quota was full",
        proof: "ls -l, here and on the server: the sizes differ",
        cure: "upload it again, in binary mode",
      },
      {
        cause:
          "an editor, or a program that converts characters, has changed it",
        proof: "sha256sum, here and on the server: the sums differ",
        cure: "change the source, build it anew",
      },
    ],
  },
  CRLF_FIRST_LINE: {
    level: "error",
    title: "the first line ends with CR LF",
    causes: [
      {
        cause:
          "the kernel takes the carriage return for a part of the interpreter's name and finds no such program; an editor on Windows, git's autocrlf or an upload as text has put it there",
        proof:
          'head -1 FILE | od -c shows \\r \\n; the log has "bad interpreter"',
        cure: "take the carriage returns out, and upload in binary mode",
      },
    ],
    fixable: true,
  },
  BOM_FIRST_LINE: {
    level: "error",
    title: "a byte order mark precedes the first line",
    causes: [
      {
        cause:
          "the kernel looks for #! in the first two bytes, and finds EF BB",
        proof: 'head -c 3 FILE | od -c; the log has "Exec format error"',
        cure: "save the file as UTF-8 without BOM",
      },
    ],
    fixable: true,
  },
  BLANK_FIRST_LINE: {
    level: "error",
    title: "blanks or empty lines precede #!",
    causes: [
      {
        cause: "the kernel looks for #! in the first two bytes",
        proof: 'head -c 2 FILE; the log has "Exec format error"',
        cure: "delete what stands before #!",
      },
    ],
    fixable: true,
  },
  FIRST_LINE_MISSING: {
    level: "error",
    title: "the file does not begin with #!",
    causes: [
      {
        cause: "the kernel does not know which program is to run it",
        proof: 'head -1 FILE; the log has "Exec format error"',
        cure: "write #!/usr/bin/env tsgi-cgi as its first line",
      },
    ],
  },
  FIRST_LINE_QUOTES: {
    level: "error",
    title: "the interpreter is written in quotes",
    causes: [
      {
        cause:
          "the kernel takes quotes for a part of the name; paths with blanks cannot be written at all",
        proof: "head -1 FILE",
        cure: "write it without quotes; for a path with blanks make a link without any",
      },
    ],
    fixable: true,
  },
  FIRST_LINE_LONG: {
    level: "error",
    title: "the first line is longer than the kernel reads",
    causes: [
      {
        cause:
          "Linux reads 255 bytes of it, and before 5.1 only 127; the name of the interpreter is cut there",
        proof: "head -1 FILE | wc -c",
        cure: "make a link with a short path to the interpreter, and name that",
      },
    ],
  },
  FIRST_LINE_ARGUMENTS: {
    level: "error",
    title: "env gets several words as one",
    causes: [
      {
        cause:
          "the kernel passes all that follows the interpreter as one argument, so that env looks for a program of that long name",
        proof: "the log has \"env: 'node -r x': No such file or directory\"",
        cure: "write env -S in front of the words",
      },
    ],
    fixable: true,
  },
  INTERPRETER_RELATIVE: {
    level: "error",
    title: "the interpreter is no full path",
    causes: [
      {
        cause:
          "the kernel does not look into PATH; it takes the name relative to the folder the web server starts the program in",
        proof: "head -1 FILE",
        cure: "write the full path, or /usr/bin/env in front of the name",
      },
    ],
  },
  INTERPRETER_MISSING: {
    level: "error",
    title: "the interpreter does not exist",
    causes: [
      {
        cause:
          "the program of the first line is somewhere else on this machine",
        proof: 'the log has "bad interpreter: No such file or directory"',
        cure: "write the path it has here; command -v node tells it",
      },
    ],
  },
  INTERPRETER_NOT_EXECUTABLE: {
    level: "error",
    title: "the web server's user may not run the interpreter",
    causes: [
      {
        cause:
          "the file lacks the permission, or is in a folder others may not enter, such as a home with nvm in it",
        proof: 'namei -l INTERPRETER; the log has "Permission denied"',
        cure: "chmod, or an interpreter outside of homes",
      },
    ],
  },
  INTERPRETER_NOT_IN_PATH: {
    level: "error",
    title: "env finds no such program in the web server's PATH",
    causes: [
      {
        cause:
          "web servers have another PATH than a shell: without nvm, without /usr/local/bin sometimes",
        proof: 'the log has "env: node: No such file or directory"; status 127',
        cure: "write the full path into the first line, or extend PATH for the server",
      },
    ],
  },
  COMMAND_MISSING: {
    level: "error",
    title: "the script runs a program that is not there",
    causes: [
      {
        cause:
          "the line with exec names tsgi-cgi or node at a place where they are not on this machine",
        proof: "run the script by hand",
        cure: "correct the path, or install the package where the path leads",
      },
    ],
  },
  APPLICATION_MISSING: {
    level: "error",
    title: "the application's file does not exist",
    causes: [
      {
        cause: "the script passes a path that is wrong here",
        proof: "ls -l FILE",
        cure: "correct the path",
      },
    ],
  },
};
