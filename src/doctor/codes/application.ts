import type { CodeRow } from "./row.ts";

/** Codes of {@link applicationCodes}. */
export type ApplicationCode =
  | "PACKAGES_MISSING"
  | "IMPORT_MISSING"
  | "IMPORT_CASE"
  | "NATIVE_PLATFORM"
  | "NATIVE_ABI"
  | "NATIVE_GLIBC"
  | "TYPESCRIPT_UNREADABLE"
  | "RUN_FAILED"
  | "RUN_SILENT"
  | "RUN_ERROR"
  | "STRAY_OUTPUT"
  | "RULE_BROKEN"
  | "HEADERS_LARGE";

/** The application's files, and a trial run of it. */
export const applicationCodes: Readonly<Record<ApplicationCode, CodeRow>> = {
  PACKAGES_MISSING: {
    level: "error",
    title: "packages that the application needs are not installed",
    causes: [
      {
        cause:
          "node_modules was not uploaded, or not whole, or is somewhere else",
        proof: "node FILE says Cannot find module, or ERR_MODULE_NOT_FOUND",
        cure: "npm install in the application's folder, or upload node_modules, or build one file",
      },
    ],
  },
  IMPORT_MISSING: {
    level: "error",
    title: "files that the application imports are missing",
    causes: [
      {
        cause: "an upload was not complete, or a path is wrong",
        proof: "node FILE says ERR_MODULE_NOT_FOUND",
        cure: "upload them",
      },
    ],
  },
  IMPORT_CASE: {
    level: "error",
    title: "an import is spelled differently from the file",
    causes: [
      {
        cause:
          "macOS and Windows take a and A for the same name, Linux does not",
        proof: "ls the folder",
        cure: "spell the import as the file",
      },
    ],
  },
  NATIVE_PLATFORM: {
    level: "error",
    title: "a native module was built for another system or processor",
    causes: [
      {
        cause: "node_modules was uploaded from a machine of another kind",
        proof: 'file MODULE.node; Node says "invalid ELF header"',
        cure: "npm rebuild on the server, or a package without native code",
      },
    ],
  },
  NATIVE_ABI: {
    level: "error",
    title: "a native module was built for another version of Node",
    causes: [
      {
        cause:
          "modules that do not use Node-API fit one NODE_MODULE_VERSION only",
        proof: 'Node says "was compiled against a different Node.js version"',
        cure: "npm rebuild with the server's Node",
      },
    ],
  },
  NATIVE_GLIBC: {
    level: "error",
    title: "a native module needs a newer C library",
    causes: [
      {
        cause: "it was built on a newer system than this one",
        proof: 'Node says "version `GLIBC_2.xx\' not found"',
        cure: "npm rebuild on the server, or an older version of the package",
      },
    ],
  },
  TYPESCRIPT_UNREADABLE: {
    level: "error",
    title: "this Node runs no TypeScript, and tsx is not installed",
    causes: [
      {
        cause:
          "Node strips types from 22.18 on; before that TSGI takes tsx for it",
        proof: "node --version; ls node_modules/tsx",
        cure: "npm install tsx, or upload JavaScript",
      },
    ],
  },
  RUN_FAILED: {
    level: "error",
    title: "the program ends without a usable answer",
    causes: [
      {
        cause:
          "started as the web server starts it, it fails; what it said is quoted",
        proof: "run it with env -i PATH=... as the web server's user",
        cure: "what its message says",
      },
    ],
  },
  RUN_SILENT: {
    level: "error",
    title: "the program does not answer in time",
    causes: [
      {
        cause:
          "it waits for something: a database, a name server, a lock, a body that does not come",
        proof: "run it with env -i PATH=... as the web server's user",
        cure: "find what it waits for; give connections a timeout",
      },
    ],
  },
  RUN_ERROR: {
    level: "error",
    title: "the application answers with an error of the server",
    causes: [
      {
        cause: "it was started and failed; what it logged is quoted",
        proof: "tsgi request --cgi FILE GET /",
        cure: "what its message says",
      },
    ],
  },
  STRAY_OUTPUT: {
    level: "warning",
    title: "the program prints to standard output",
    causes: [
      {
        cause:
          'that is the response; TSGI sends such lines to the log, a plain CGI program would answer 500, "malformed header"',
        proof: "run it by hand",
        cure: "console.error, or a logger that writes to standard error",
      },
    ],
  },
  RULE_BROKEN: {
    level: "warning",
    title: "the application breaks a rule of the interface",
    causes: [
      {
        cause:
          "the validator found it in a trial run; docs/lint.md has the rules",
        proof: "tsgi request with --lint, or TSGI_LINT=on",
        cure: "what the finding says",
      },
    ],
  },
  HEADERS_LARGE: {
    level: "warning",
    title: "the response has more headers than some web servers take",
    causes: [
      {
        cause:
          "nginx takes 4 KiB of them, Apache 8 KiB for a line; more is a 502 or 500",
        proof: "tsgi request --cgi FILE -i GET /",
        cure: "smaller cookies; or fastcgi_buffer_size 32k for nginx",
      },
    ],
  },
};
