import type { OptionGroup } from "./option.ts";
import { duration, integer, size, textNamed, toggle } from "./option-types.ts";

/** What these options say. */
export interface ResidentValues {
  resident?: boolean | undefined;
  residentPerl?: string | undefined;
  residentBase?: string | undefined;
  residentIdleMs?: number | undefined;
  residentMaxRequests?: number | undefined;
  residentMaxMemory?: number | undefined;
}

/** CGI by a process that stays. */
export const residentOptions: OptionGroup = {
  title: "Resident CGI (docs/resident-cgi.md)",
  commands: ["tsgi-cgi"],
  options: [
    {
      name: "resident",
      key: "resident",
      type: toggle,
      default: false,
      help: "print a CGI program in Perl that starts a process which stays, and hands its requests to that; in the environment of such a program, TSGI_RESIDENT=0 turns that off (suEXEC drops what SetEnv says)",
    },
    {
      name: "resident-perl",
      key: "residentPerl",
      type: textNamed("path"),
      default: "/usr/bin/perl",
      help: "the perl for the first line of that program",
    },
    {
      name: "resident-base",
      key: "residentBase",
      type: textNamed("folder"),
      default: "/tmp",
      help: "where its private directory is made, on a local disk",
    },
    {
      name: "resident-idle",
      key: "residentIdleMs",
      type: duration,
      default: 300_000,
      help: "how long the process stays when nobody asks",
    },
    {
      name: "resident-max-requests",
      key: "residentMaxRequests",
      type: integer(0),
      default: 0,
      unset: "any number",
      help: "requests after which it leaves, 0 for any number",
    },
    {
      name: "resident-max-memory",
      key: "residentMaxMemory",
      type: size,
      default: 268_435_456,
      help: "memory above which it leaves, 0 for any amount",
    },
  ],
};
