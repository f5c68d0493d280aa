import type { CodeRow } from "./row.ts";

/** Codes of {@link residentCodes}. */
export type ResidentCode =
  | "RESIDENT_DIRECTORY"
  | "RESIDENT_FAILING"
  | "RESIDENT_KILLED"
  | "RESIDENT_SILENT";

/** CGI by a process that stays: requests are answered without it, slowly. */
export const residentCodes: Readonly<Record<ResidentCode, CodeRow>> = {
  RESIDENT_DIRECTORY: {
    level: "warning",
    title:
      "the relay has no private directory, so that each request starts a process",
    causes: [
      {
        cause:
          "somebody else could make or exchange the directory, or it is open to others; the relay trusts no such one",
        proof: "ls -ld BASE BASE/.tsgi-*",
        cure: "chmod +t the base, or another one by --resident-base; rm -r a directory that is not private",
      },
      {
        cause: "the web server's user may not write to the base",
        proof: "ls -ld BASE",
        cure: "another one by --resident-base",
      },
    ],
  },
  RESIDENT_FAILING: {
    level: "warning",
    title: "the process that should stay fails when it is started",
    causes: [
      {
        cause:
          "the application does not load in it: it needs a variable of a request, or ends by itself; each request starts a process meanwhile",
        proof: "the last lines of the log in the relay's directory",
        cure: "what its log says; then rm -r the directory, or wait 5 minutes",
      },
    ],
  },
  RESIDENT_KILLED: {
    level: "hint",
    title: "the process that stayed was killed",
    causes: [
      {
        cause:
          "a limit of memory, CPU time or processes, the host's reaper, a restart of the web server or the machine; the next request starts another",
        proof: "its log ends without a word of leaving; dmesg",
        cure: "nothing, once; where it happens often, ask the host, or make the file without --resident",
      },
    ],
  },
  RESIDENT_SILENT: {
    level: "warning",
    title: "the process that stays does not answer",
    causes: [
      {
        cause:
          "its event loop is blocked; each request waits a second for it, then starts a process",
        proof: "top shows it at work, or strace what it waits for",
        cure: "end it, and find what blocks: tsgi-fcgi --block-timeout tells the place",
      },
    ],
  },
};
